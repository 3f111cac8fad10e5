import Foundation
import SplatCore
import SplatRendering
import SplatTestSupport
import Testing

/// Compares a pixel's steps in lanes, as the kernels run them, with the plain formula in double
/// precision.
@Suite struct BlendingTests {
  /// The exponential's rounding, and that of an exponent of up to 30.
  static let tolerance = 4e-6

  struct Pixel: Sendable {
    var splat: ProjectedSplat
    var delta = SIMD2<Float>()
    var transmittance: Float = 1

    init(_ random: inout RandomSource) {
      splat = BlendingTests.anySplat
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

  /// A projected Gaussian, as a template.
  static let anySplat: ProjectedSplat = {
    let splats = SyntheticScene.splats(count: 9, seed: 1)
    let camera = SyntheticScene.cameras(count: 1, width: 20, height: 20)[0]
    let rasterizer = Rasterizer()
    return splats.parameters.withReadOnlyView { model in
      let pass = rasterizer.prepare(
        model, camera: camera,
        settings: RenderSettings(), workers: Workers(threads: 1))
      return withExtendedLifetime(rasterizer) { pass.records[0] }
    }
  }()

  /// The effect of a Gaussian on a pixel.
  private struct Outcome {
    var unlimitedAlpha: Lanes
    var weight: Lanes
    var transmittance: Blending.Transmittance<Lanes>
    /// The stored transmittance after the Gaussian.
    var stored: Lanes
  }

  private func blend(_ pixel: Pixel, _ settings: RenderSettings) -> Outcome {
    let limits = PixelLimits<Lanes>(settings)
    let tile = Subtiles(tile: 0, grid: TileGrid(width: 8, height: 8))
    let exponent = TileGaussian(pixel.splat, in: tile).exponent
    let alpha = PixelOpacity.forward(
      PixelOpacity.Exponent<Lanes>(repeating: exponent),
      deltaX: Lanes(repeating: pixel.delta.x), deltaY: Lanes(repeating: pixel.delta.y),
      limits: limits)
    var transmittance = Blending.Transmittance(stored: Lanes(repeating: pixel.transmittance))
    let weight = Blending.forward(
      alpha: PixelOpacity.limited(alpha, limits: limits), transmittance: &transmittance,
      limits: limits)
    return Outcome(
      unlimitedAlpha: alpha, weight: weight, transmittance: transmittance,
      stored: transmittance.stored(limits: limits))
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
      // Decisions this close may go either way.
      let isClose =
        abs(unlimited * 255 - 1) < 1e-4
        || abs(next / Double(settings.transmittanceThreshold) - 1) < 1e-3
      guard !isClose else { continue }
      let result = blend(pixel, settings)
      let found = SIMD2(Double(result.weight[3]), Double(result.stored[3]))
      var expected = SIMD2(limited * before, next)
      var outcome = "blended"
      if unlimited < 1 / 255 {
        // A nearly opaque pixel stops even at a Gaussian whose opacity is below the threshold.
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
      #expect(result.stored[0] == pixel.transmittance)
    }
  }
}
