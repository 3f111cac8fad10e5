package import SplatCore

/// Adam's update (Kingma and Ba, 2015).
///
/// m ← β1 m + (1 - β1) g, v ← β2 v + (1 - β2) g², x ← x - rate m̂ / (sqrt(v̂) + ε), with m̂ and v̂
/// divided by 1 - βᵗ.
package struct Adam<Scalar: Real>: Sendable {
  package static var beta1: Float { 0.9 }
  package static var beta2: Float { 0.999 }
  package static var epsilon: Float { 1e-15 }
  /// Gradients up to this have a square in single precision.
  private static var gradientLimit: Double { 1e18 }

  /// What the corrections for the zero start do to a rate at this step.
  package let rateFactor: Float
  /// ε as the corrections leave it.
  private let correctedEpsilon: Scalar

  /// Prepares for step `t`, which is 1 or more.
  package init(step t: Int) {
    let first = 1 - Double.exp(Double(t) * Double.log(Double(Self.beta1)))
    let second = (1 - Double.exp(Double(t) * Double.log(Double(Self.beta2)))).squareRoot()
    rateFactor = Float(second / first)
    correctedEpsilon = Scalar(Double(Self.epsilon * Float(second)))
  }

  /// Returns `parameter` after a step, and updates its moments.
  ///
  /// A gradient that is not a finite number counts as 0: where single precision has run out, a
  /// Gaussian stays as it is.
  ///
  /// - Parameter rate: The learning rate times ``rateFactor``.
  @inline(__always)
  package func step(
    _ parameter: Scalar, gradient: Scalar, first: inout Scalar, second: inout Scalar, rate: Scalar
  ) -> Scalar {
    let isUsable = gradient.magnitude.isLess(than: Scalar(Self.gradientLimit))
    let gradient = Scalar(0).replaced(by: gradient, where: isUsable)
    first = (first * Scalar(Double(Self.beta1)))
      .addingProduct(gradient, Scalar(Double(1 - Self.beta1)))
    second = (second * Scalar(Double(Self.beta2)))
      .addingProduct(gradient * gradient, Scalar(Double(1 - Self.beta2)))
    return parameter - rate * first / (second.squareRoot() + correctedEpsilon)
  }
}
