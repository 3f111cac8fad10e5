package import SplatCore

/// Adam's update (Kingma and Ba, 2015).
///
/// m ← β1 m + (1 - β1) g, v ← β2 v + (1 - β2) g², x ← x - rate m̂ / (sqrt(v̂) + ε), with m̂ and v̂
/// divided by 1 - βᵗ.
package struct Adam<Scalar: Real>: Sendable {
  /// Gradients up to this can be squared in single precision.
  private static var gradientLimit: Double { 1e18 }

  /// The factor that bias correction puts on the learning rate at this step.
  package let rateFactor: Float
  private let beta1: Scalar, beta2: Scalar
  /// ε after bias correction.
  private let correctedEpsilon: Scalar

  /// Prepares for a step.
  ///
  /// - Parameters:
  ///   - t: The number of gradients seen with this step, 1 or more.
  ///   - batch: Of how many of them this step has the mean. They count as if each had been a step:
  ///     β1 and β2 are raised to their number (Zhao et al., "On Scaling Up 3D Gaussian Splatting
  ///     Training", 2024).
  package init(step t: Int, batch: Int = 1, settings: AdamSettings) {
    beta1 = Scalar(Self.power(settings.beta1, batch))
    beta2 = Scalar(Self.power(settings.beta2, batch))
    let first = 1 - Double.exp(Double(t) * Double.log(Double(settings.beta1)))
    let second = (1 - Double.exp(Double(t) * Double.log(Double(settings.beta2)))).squareRoot()
    rateFactor = Float(second / first)
    correctedEpsilon = Scalar(Double(settings.epsilon * Float(second)))
  }

  private static func power(_ base: Float, _ exponent: Int) -> Double {
    (0..<exponent).reduce(1.0) { power, _ in power * Double(base) }
  }

  /// Returns `parameter` after a step, and updates its moments.
  ///
  /// A gradient that is not finite counts as 0: where single precision overflows, a Gaussian stays
  /// as it is.
  ///
  /// - Parameter rate: The learning rate times ``rateFactor``.
  @inline(__always)
  package func step(
    _ parameter: Scalar, gradient: Scalar, first: inout Scalar, second: inout Scalar, rate: Scalar
  ) -> Scalar {
    let isUsable = gradient.magnitude.isLess(than: Scalar(Self.gradientLimit))
    let gradient = Scalar(0).replaced(by: gradient, where: isUsable)
    first = (first * beta1).addingProduct(gradient, Scalar(1) - beta1)
    second = (second * beta2).addingProduct(gradient * gradient, Scalar(1) - beta2)
    return parameter - rate * first / (second.squareRoot() + correctedEpsilon)
  }
}
