import Foundation
import SplatCore
import SplatRendering
import SplatTestSupport
import Testing

/// The step that is written in lanes against the same formula for one pixel in double precision.
@Suite struct CompositingTests {
  /// The exponential's rounding, and that of an exponent of up to 30.
  static let tolerance = 4e-6

  struct Pixel: Sendable {
    var splat: ProjectedSplat
    var delta = SIMD2<Float>()
    var transmittance: Float = 1

    init(_ random: inout RandomSource) {
      splat = CompositingTests.anySplat
      splat.conicXX = 0.01 + random.uniform()
      splat.conicYY = 0.01 + random.uniform()
      splat.conicXY =
        0.9 * (2 * random.uniform() - 1) * (splat.conicXX * splat.conicYY).squareRoot()
      splat.opacity = random.index(below: 4) == 0 ? 0.9999 : random.uniform()
      splat.logOpacity = Float(log2(Double(splat.opacity)))
      delta = SIMD2(random.normal(), random.normal()) * 3
      if random.index(below: 4) == 0 { delta *= 0.05 }
      transmittance = random.index(below: 3) == 0 ? 0.001 * random.uniform() : random.uniform()
    }

    var exponent: Double {
      let (dx, dy) = (Double(delta.x), Double(delta.y))
      let squares = Double(splat.conicXX) * dx * dx + Double(splat.conicYY) * dy * dy
      return -0.5 * squares - Double(splat.conicXY) * dx * dy
    }
  }

  /// A Gaussian as the projection makes one, to be given other numbers.
  static let anySplat: ProjectedSplat = {
    let splats = SyntheticScene.splats(count: 9, seed: 1)
    let camera = SyntheticScene.cameras(count: 1, width: 20, height: 20)[0]
    let rasterizer = Rasterizer()
    return splats.parameters.storage.withReadOnlyView { parameters in
      let pass = rasterizer.prepare(
        parameters: parameters, count: splats.count, shDegree: splats.shDegree, camera: camera,
        settings: RenderSettings(), workers: Workers(threads: 1))
      return withExtendedLifetime(rasterizer) { pass.records[0] }
    }
  }()

  /// What a Gaussian does to a pixel.
  private struct Outcome {
    var unlimitedAlpha: Lanes
    var weight: Lanes
    var rest: Compositing.Rest
    /// The transmittance after the Gaussian as it is stored.
    var transmittance: Lanes
  }

  private func blend(_ pixel: Pixel, _ settings: RenderSettings) -> Outcome {
    let limits = Compositing.Limits(settings)
    let alpha = Compositing.opacity(
      deltaX: Lanes(repeating: pixel.delta.x), deltaY: Lanes(repeating: pixel.delta.y),
      gaussian: TileGaussian(pixel.splat, corner: Lanes(0)).shape, limits: limits)
    var rest = Compositing.Rest(stored: Lanes(repeating: pixel.transmittance))
    let weight = rest.blend(limits.limited(alpha), limits: limits)
    return Outcome(
      unlimitedAlpha: alpha, weight: weight, rest: rest,
      transmittance: rest.stored(limits: limits))
  }

  @Test func aPixelIsBlendedByTheScalarFormula() {
    let settings = RenderSettings()
    var random = RandomSource(seed: 1, purpose: .testing)
    var outcomes: [String: Int] = [:]
    for index in 0..<4000 {
      let pixel = Pixel(&random)
      let unlimited = Double(pixel.splat.opacity) * exp(pixel.exponent)
      let before = Double(pixel.transmittance)
      let limited = min(unlimited, Double(settings.maximumAlpha))
      let next = before * (1 - limited)
      // Decisions this close may be taken either way.
      let isClose =
        abs(unlimited * 255 - 1) < 1e-4
        || abs(next / Double(settings.transmittanceThreshold) - 1) < 1e-3
      guard !isClose else { continue }
      let result = blend(pixel, settings)
      let found = SIMD2(Double(result.weight[3]), Double(result.transmittance[3]))
      var expected = SIMD2(limited * before, next)
      var outcome = "blended"
      if unlimited < 1 / 255 {
        // A pixel that is all but opaque stops even at a Gaussian that it does not see.
        outcome = before <= Double(settings.transmittanceThreshold) ? "stopped" : "skipped"
        expected = SIMD2(0, outcome == "stopped" ? -before : before)
      } else if next <= Double(settings.transmittanceThreshold) {
        outcome = "stopped"
        expected = SIMD2(0, -before)
      }
      outcomes[outcome, default: 0] += 1
      #expect(
        abs(found.x - expected.x) < Self.tolerance && abs(found.y - expected.y) < Self.tolerance,
        "pixel \(index): \(pixel) gives \(found), not \(expected)")
    }
    #expect(outcomes.values.allSatisfy { $0 > 100 } && outcomes.count == 3, "\(outcomes)")
  }

  @Test func aStoppedPixelStaysAsItIs() {
    var random = RandomSource(seed: 2, purpose: .testing)
    for _ in 0..<500 {
      var pixel = Pixel(&random)
      pixel.transmittance = -max(pixel.transmittance, 1e-7)
      let result = blend(pixel, RenderSettings())
      #expect(result.weight[0] == 0)
      #expect(result.transmittance[0] == pixel.transmittance)
    }
  }

  /// The loss of a pixel is weight · shade + T' · rest; backward is handed the second part whole.
  @Test func theOpacitysGradientIsTheLosssSlope() {
    let settings = RenderSettings()
    var random = RandomSource(seed: 3, purpose: .testing)
    var (limitedCount, freeCount) = (0, 0)
    for index in 0..<4000 {
      let pixel = Pixel(&random)
      let (shade, rest) = (Double(random.normal()), Double(random.normal()))
      let result = blend(pixel, settings)
      guard result.weight[0] > 0 else { continue }
      let before = Double(pixel.transmittance)
      func loss(_ logarithm: Double) -> Double {
        let alpha = min(exp(logarithm), Double(settings.maximumAlpha))
        return before * (alpha * shade + (1 - alpha) * rest)
      }
      let logarithm = log(Double(pixel.splat.opacity)) + pixel.exponent
      guard abs(exp(logarithm) - Double(settings.maximumAlpha)) > 1e-4 else { continue }
      if exp(logarithm) > Double(settings.maximumAlpha) {
        limitedCount += 1
      } else {
        freeCount += 1
      }
      let slope = GradientCheck.differences([logarithm]) { loss($0[0]) }[0]
      let behind = Float(Double(result.transmittance[0]) * rest)
      let found = Compositing.backward(
        weight: result.weight, unlimitedAlpha: result.unlimitedAlpha, rest: result.rest,
        shade: Lanes(repeating: Float(shade)), behind: Lanes(repeating: behind),
        limits: Compositing.Limits(settings))
      #expect(
        abs(Double(found[0]) - slope) < 2e-5, "pixel \(index): \(found[0]), not \(slope)")
    }
    #expect(limitedCount > 20 && freeCount > 500)
  }
}
