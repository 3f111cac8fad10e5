package import SplatCore

/// Adam's update (Kingma and Ba, 2015), for a block of Gaussians.
///
/// m ← β1 m + (1 - β1) g, v ← β2 v + (1 - β2) g², x ← x - rate m̂ / (sqrt(v̂) + ε), with m̂ and v̂
/// divided by 1 - βᵗ.
package struct Adam: Sendable {
  /// What the corrections for the zero start do to a rate and to ε at step `t`, which is 1 or more.
  package let rateFactor: Float
  private let beta1: Lanes
  private let beta2: Lanes
  private let heldEpsilon: Lanes

  package init(step t: Int, settings: AdamSettings) {
    beta1 = Lanes(repeating: settings.beta1)
    beta2 = Lanes(repeating: settings.beta2)
    let first = 1 - Double.exp(Double(t) * Double.log(Double(settings.beta1)))
    let second = (1 - Double.exp(Double(t) * Double.log(Double(settings.beta2)))).squareRoot()
    rateFactor = Float(second / first)
    heldEpsilon = Lanes(repeating: settings.epsilon * Float(second))
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
    let m = (moments.first.lanes(momentsOffset) * beta1)
      .addingProduct(gradient, Lanes(1) - beta1)
    let v = (moments.second.lanes(momentsOffset) * beta2)
      .addingProduct(gradient * gradient, Lanes(1) - beta2)
    moments.first.setLanes(momentsOffset, m)
    moments.second.setLanes(momentsOffset, v)
    let step = rate * m / (v.squareRoot() + heldEpsilon)
    parameters.setLanes(offset, parameters.lanes(offset) - step)
  }
}
