import SplatCore
import SplatMetrics
import Testing

@Suite struct GaussianWindowTests {
  @Test func weightsAreThoseOfAGaussian() {
    let exact = (0...GaussianWindow.radius).map { Double.exp(-Double($0 * $0) / (2 * 1.5 * 1.5)) }
    let sum = exact[0] + 2 * exact[1...].reduce(0, +)
    for (weight, value) in zip(ReferenceLoss.weights, exact) {
      // Half a unit in the last place.
      #expect(abs(weight - value / sum) <= Double(Float.ulpOfOne / 2) * weight)
    }
  }

  /// ⟨w * a, b⟩ = ⟨a, w * b⟩: the way back through the window is the window.
  @Test func windowIsItsOwnAdjoint() {
    var random = RandomSource(seed: 1, purpose: .testing)
    let images = LossImages(.noise, width: 9, height: 14, seed: 1)
    let reference = ReferenceLoss(images)
    let (a, b) = (
      (0..<9 * 14).map { _ in Double(random.normal()) },
      (0..<9 * 14).map { _ in Double(random.normal()) }
    )
    func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    let (left, right) = (dot(reference.blurred(a), b), dot(a, reference.blurred(b)))
    #expect(abs(left - right) < 1e-12)
  }
}
