package import SplatCore

/// The depth that the light of a pixel comes from on average.
///
/// expected = accumulated / alpha, where the accumulated depth is Σ weight z and alpha the sum of
/// the weights; 0 where alpha is 0.
package enum ExpectedDepth {
  /// Returns the expected depth, in world units.
  @inline(__always)
  package static func forward<Scalar: Real>(accumulated: Scalar, alpha: Scalar) -> Scalar {
    (accumulated / alpha).replaced(by: Scalar(0), where: alpha.isAtMost(Scalar(0)))
  }

  /// Returns the gradients of the accumulated depth and of alpha.
  @inline(__always)
  package static func backward<Scalar: Real>(
    accumulated: Scalar, alpha: Scalar, gradExpected: Scalar
  ) -> (accumulated: Scalar, alpha: Scalar) {
    let none = alpha.isAtMost(Scalar(0))
    let gradAccumulated = (gradExpected / alpha).replaced(by: Scalar(0), where: none)
    let gradAlpha = (-gradAccumulated * accumulated / alpha)
      .replaced(by: Scalar(0), where: none)
    return (gradAccumulated, gradAlpha)
  }
}
