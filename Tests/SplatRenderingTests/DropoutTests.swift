import SplatCore
import SplatRendering
import SplatTestSupport
import Testing

@Suite struct DropoutTests {
  private static let camera = SyntheticScene.cameras(count: 1, width: 53, height: 41)[0]
  private static let weights = ImageWeights(pixels: 53 * 41, seed: 9)

  /// Gaussians of opacities up to one half.
  private static let splats: Splats = {
    var splats = SyntheticScene.splats(count: 203, seed: 4, shDegree: 1)
    for index in 0..<splats.count {
      splats.parameters[Plane.opacityLogit, index] = Float(index % 7) / 3 - 2
    }
    return splats
  }()

  private static func run(_ splats: Splats, _ dropout: Dropout = .none, isAntialiased: Bool)
    -> RenderingRun
  {
    var settings = RenderSettings()
    settings.isAntialiased = isAntialiased
    settings.dropout = dropout
    return RenderingRun(splats, from: camera, settings: settings, weights: weights)
  }

  /// Leaving out some is rendering a model without these, in which the others are more opaque.
  @Test(arguments: [false, true])
  func theRestIsMoreOpaque(isAntialiased: Bool) {
    let all = Self.run(Self.splats, isAntialiased: isAntialiased)
    let some = Self.run(
      Self.splats, Dropout(share: 0.4, seed: 7, firstIndex: 0), isAntialiased: isAntialiased)
    let present = Set(some.records.map { Int($0.index) })
    #expect(present.isSubset(of: all.records.map { Int($0.index) }))
    #expect((0.5...0.7).contains(Double(present.count) / Double(all.records.count)))

    var expected = Self.splats
    for index in 0..<expected.count {
      let opacity = Logistic.forward(Self.splats.parameters[Plane.opacityLogit, index])
      expected.parameters[Plane.opacityLogit, index] =
        present.contains(index) ? Logistic.inverse(opacity / 0.6) : -20
    }
    let other = Self.run(expected, isAntialiased: isAntialiased)
    #expect(other.records.map(\.index) == some.records.map(\.index))
    for (a, b) in zip(some.frame.red, other.frame.red) { #expect(abs(a - b) < 1e-5) }

    // Their opacities are 1 / 0.6 times those of the model, and so are the gradients.
    for index in 0..<expected.count {
      let (own, whole) = (
        Self.splats.parameters[Plane.opacityLogit, index],
        expected.parameters[Plane.opacityLogit, index]
      )
      let slope = Logistic.backward(value: Logistic.forward(own), gradValue: 1)
      let wholeSlope = Logistic.backward(value: Logistic.forward(whole), gradValue: 1)
      for plane in 0..<some.gradients.planes {
        let factor = plane == Plane.opacityLogit ? slope / 0.6 / wholeSlope : 1
        let (found, due) = (some.gradients[plane, index], factor * other.gradients[plane, index])
        #expect(
          present.contains(index) ? abs(found - due) <= 1e-3 * max(1, abs(due)) : found == 0,
          "\(plane) of \(index): \(found), \(due)")
      }
    }
  }

  private func present(_ dropout: Dropout) -> Set<UInt32> {
    Set(Self.run(Self.splats, dropout, isAntialiased: false).records.map(\.index))
  }

  @Test func eachSeedLeavesOutOthers() {
    let first = present(Dropout(share: 0.3, seed: 1, firstIndex: 0))
    #expect(first == present(Dropout(share: 0.3, seed: 1, firstIndex: 0)))
    #expect(first != present(Dropout(share: 0.3, seed: 2, firstIndex: 0)))
  }

  /// A model in two parts leaves out the same Gaussians as a whole one.
  @Test func theIndexInTheSceneCounts() {
    let all = present(Dropout(share: 0.3, seed: 1, firstIndex: 0))
    var end = Self.splats
    end.parameters = end.parameters.gathered((80..<203).map(Int32.init))
    let rest = Self.run(
      end, Dropout(share: 0.3, seed: 1, firstIndex: 80), isAntialiased: false)
    #expect(Set(rest.records.map { $0.index + 80 }) == all.filter { $0 >= 80 })
  }
}
