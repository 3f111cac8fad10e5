import SplatRendering
import SplatTestSupport
import Testing

/// Compares the fast renderer with the reference renderer on scenes of every kind.
@Suite struct ReferenceComparisonTests {
  /// Colours have rounding errors from the view direction and from sums of up to 25 harmonics, and
  /// opacities from the exponential: a few 1e-6 in all. Thin ellipses, Gaussians close to the
  /// camera and decisions add errors that the reference estimates as its doubt; twice that is
  /// allowed in addition.
  static let tolerance = 1e-5
  /// Above this doubt a pixel is fragile; up to it, no pixel is allowed an error above 2.1e-4.
  static let fragileDoubt = 1e-4

  private struct Tally {
    var pixels = 0, fragile = 0
    var worst = 0.0, worstFragile = 0.0, worstDepth = 0.0
  }

  @Test func randomScenesAreRenderedAsTheReferenceDoes() {
    var tally = Tally()
    for seed in UInt64(0)..<480 { compare(RandomScene(seed: seed), &tally) }
    print(
      "reference: \(tally.pixels) pixels, \(tally.fragile) fragile; largest difference "
        + "\(tally.worst), of fragile pixels \(tally.worstFragile), of depth \(tally.worstDepth)")
    #expect(tally.pixels > 300_000)
    // If most pixels were fragile, the comparison would prove nothing.
    #expect(tally.fragile < tally.pixels / 10)
  }

  private func compare(_ scene: RandomScene, _ tally: inout Tally) {
    let frame = Renderer(settings: scene.settings).render(scene.splats, from: scene.camera)
    let reference = ReferenceRenderer(camera: scene.camera, settings: scene.settings)
      .render(scene.splats)
    for (index, pixel) in reference.enumerated() {
      let color = SIMD3(
        Double(frame.red[index]), Double(frame.green[index]), Double(frame.blue[index]))
      let difference = color - pixel.color
      let error = max(
        abs(difference.x), abs(difference.y), abs(difference.z),
        abs(Double(frame.alpha[index]) - pixel.alpha))
      let isFragile = pixel.doubt > Self.fragileDoubt
      tally.pixels += 1
      if isFragile { tally.fragile += 1 }
      if isFragile {
        tally.worstFragile = max(tally.worstFragile, error)
      } else {
        tally.worst = max(tally.worst, error)
      }
      let allowed = Self.tolerance + 2 * pixel.doubt
      #expect(
        error <= allowed,
        "\(scene), pixel \(index): \(color) for \(pixel), alpha \(frame.alpha[index])")
      guard !isFragile, pixel.alpha > 0.01 else { continue }
      // The depth is a quotient, and distant Gaussians contribute in proportion to their distance.
      let depthError = abs(Double(frame.depth[index]) - pixel.depth) * pixel.alpha
      tally.worstDepth = max(tally.worstDepth, depthError)
      #expect(depthError <= 7 * allowed, "\(scene), pixel \(index): depth \(frame.depth[index])")
    }
  }
}
