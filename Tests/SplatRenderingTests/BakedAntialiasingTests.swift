import SplatCore
import SplatRendering
import SplatTestSupport
import Testing

@Suite struct BakedAntialiasingTests {
  private func largestDifference(_ a: Frame, _ b: Frame) -> Float {
    zip(a.red + a.green + a.blue + a.alpha, b.red + b.green + b.blue + b.alpha)
      .reduce(0) { max($0, abs($1.0 - $1.1)) }
  }

  @Test(arguments: UInt64(0)..<4)
  func theBakedModelLooksTheSameFromTheCameraItWasBakedFor(seed: UInt64) {
    let camera = EndToEndGradientTests.camera(seed)
    var splats = SyntheticScene.splats(count: 40, seed: seed)
    for index in 0..<splats.count { splats[index].logScale -= 2 }
    splats.isAntialiased = true
    let baked = splats.bakingAntialiasing(seenFrom: [camera])
    #expect(!baked.isAntialiased)
    var settings = RenderSettings()
    let plain = Renderer(settings: settings)
    settings.isAntialiased = true
    let truth = Renderer(settings: settings).render(splats, from: camera)
    #expect(largestDifference(plain.render(baked, from: camera), truth) < 1e-4)
    #expect(largestDifference(plain.render(splats, from: camera), truth) > 0.05)
    #expect(splats.bakingAntialiasing(seenFrom: []).parameters == splats.parameters)
  }
}
