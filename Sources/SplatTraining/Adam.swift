package import SplatCore

/// Adam's update (Kingma and Ba, 2015), for a block of Gaussians.
///
/// m ← β1 m + (1 - β1) g, v ← β2 v + (1 - β2) g², x ← x - rate m̂ / (sqrt(v̂) + ε), with m̂ and v̂
/// divided by 1 - βᵗ.
package struct Adam: Sendable {
  package static let beta1: Float = 0.9
  package static let beta2: Float = 0.999
  package static let epsilon: Float = 1e-15

  /// What the corrections for the zero start do to a rate and to ε at step `t`, which is 1 or more.
  package let rateFactor: Float
  private let heldEpsilon: Lanes

  package init(step t: Int) {
    let first = 1 - Double.exp(Double(t) * Double.log(Double(Self.beta1)))
    let second = (1 - Double.exp(Double(t) * Double.log(Double(Self.beta2)))).squareRoot()
    rateFactor = Float(second / first)
    heldEpsilon = Lanes(repeating: Self.epsilon * Float(second))
  }

  /// Updates eight parameters at `offset` and their moments at `momentsOffset`.
  ///
  /// A gradient that is not a finite number counts as 0: where single precision has run out, a
  /// Gaussian stays as it is.
  @inline(__always)
  package func update(
    _ parameters: BufferView<Float>, offset: Int,
    moments: (first: BufferView<Float>, second: BufferView<Float>), momentsOffset: Int,
    gradient: Lanes, rate: Lanes
  ) {
    let isUsable = gradient.magnitude .< Lanes(1e18)  // its square is finite
    let gradient = Lanes(0).replaced(by: gradient, where: isUsable)
    let m = (moments.first.lanes(momentsOffset) * Lanes(repeating: Self.beta1))
      .addingProduct(gradient, Lanes(repeating: 1 - Self.beta1))
    let v = (moments.second.lanes(momentsOffset) * Lanes(repeating: Self.beta2))
      .addingProduct(gradient * gradient, Lanes(repeating: 1 - Self.beta2))
    moments.first.setLanes(momentsOffset, m)
    moments.second.setLanes(momentsOffset, v)
    let step = rate * m / (v.squareRoot() + heldEpsilon)
    parameters.setLanes(offset, parameters.lanes(offset) - step)
  }
}
