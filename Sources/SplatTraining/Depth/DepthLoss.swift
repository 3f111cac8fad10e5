package import SplatCore

/// How far the inverse of the expected depth is from one that is known, at a pixel.
///
/// expected inverse = alpha / accumulated, with the accumulated depth Σ weight z (see
/// `ExpectedDepth`), and loss = weight |expected inverse - known|. Inverse depths differ as places
/// in other photos do: an error far away counts for less than one close by.
package enum DepthLoss {
  /// Returns the loss of a pixel; 0 where nothing is drawn.
  @inline(__always)
  package static func forward<Scalar: Real>(
    accumulated: Scalar, alpha: Scalar, known: Scalar, weight: Scalar
  ) -> Scalar {
    let inverse = alpha / accumulated  // (1)
    let loss = weight * (inverse - known).magnitude  // (2)
    return loss.replaced(by: Scalar(0), where: accumulated.isAtMost(Scalar(0)))
  }

  /// Returns the gradients of the accumulated depth and of alpha.
  ///
  /// Numbers in the margin name the line of forward being differentiated.
  @inline(__always)
  package static func backward<Scalar: Real>(
    accumulated: Scalar, alpha: Scalar, known: Scalar, weight: Scalar
  ) -> (accumulated: Scalar, alpha: Scalar) {
    let inverse = alpha / accumulated
    let gradInverse = weight.replaced(  // (2)
      by: weight.negated, where: inverse.isLess(than: known))
    let none = accumulated.isAtMost(Scalar(0))
    let gradAlpha = (gradInverse / accumulated).replaced(by: Scalar(0), where: none)  // (1)
    return (gradAlpha.negated * inverse.replaced(by: Scalar(0), where: none), gradAlpha)  // (1)
  }
}
