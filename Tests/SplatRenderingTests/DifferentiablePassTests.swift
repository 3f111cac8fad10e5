import SplatCore
import SplatRendering
import SplatTestSupport
import Testing

/// The renderer as programs embed it: shared by tasks, and differentiable.
@Suite struct DifferentiablePassTests {
  private static let cameras = SyntheticScene.cameras(count: 3, width: 53, height: 41)
  private static let splats = SyntheticScene.splats(count: 300, seed: 4, shDegree: 2)

  private static var renderer: Renderer {
    var settings = RenderSettings()
    settings.background = SIMD3(0.2, 0.5, 0.1)
    settings.includesDepth = true
    return Renderer(settings: settings)
  }

  @Test func theFrameIsThatOfARender() {
    let renderer = Self.renderer
    let pass = renderer.forward(Self.splats, from: Self.cameras[0])
    #expect(pass.frame == renderer.render(Self.splats, from: Self.cameras[0]))
  }

  @Test func theGradientsAreThoseOfTheRasterizer() {
    let (renderer, camera) = (Self.renderer, Self.cameras[1])
    var weights = ImageWeights(pixels: camera.width * camera.height, seed: 9)
    var gradient = FrameGradient(red: weights.red, green: weights.green, blue: weights.blue)
    gradient.alpha = weights.alpha
    let pass = renderer.forward(Self.splats, from: camera)
    // Another render in between takes other memory.
    _ = renderer.render(Self.splats, from: Self.cameras[2])
    let found = pass.backward(gradient)
    let run = RenderingRun(
      Self.splats, from: camera, settings: renderer.settings, weights: weights,
      includesAbsolute: true)
    #expect(found.splats.parameters == run.gradients)
    #expect(found.means2D.map(\.x) == found.means2D.indices.map { run.projected[0, $0] })
    #expect(found.absoluteMeans2D.map(\.y) == found.means2D.indices.map { run.projected[10, $0] })
    #expect(found.cameraTranslation == run.camera.pose(at: camera.viewMatrix).translation)

    // The gradient of the expected depth is that of the accumulated one and of alpha.
    let frame = pass.frame
    gradient.depth = weights.alpha
    weights.depth = zip(weights.alpha, frame.alpha).map { $1 > 0 ? $0 / $1 : 0 }
    for index in frame.depth.indices {
      weights.alpha[index] -= weights.depth[index] * frame.depth[index]
    }
    let deep = RenderingRun(
      Self.splats, from: camera, settings: renderer.settings, weights: weights)
    let values = pass.backward(gradient).splats.parameters.storage.map(Double.init)
    let agreement = GradientAgreement(values, deep.gradients.storage.map(Double.init))
    #expect(agreement.relativeL2 < 1e-5, "\(agreement)")
  }

  /// Every pixel stops at the fourteenth of many large Gaussians of opacity one half.
  @Test func gaussiansBehindStoppedPixelsChangeNothing() {
    let camera = Camera(width: 53, height: 41, focalLength: SIMD2(50, 50))
    func gradients(of count: Int) -> SplatGradients {
      var splats = Splats(count: count, shDegree: 0)
      for index in 0..<count {
        splats[index] = Splat(
          mean: SIMD3(0, 0, 2 + Float(index) / 100), logScale: SIMD3(repeating: 5),
          rotation: Quaternion(w: 1, x: 0, y: 0, z: 0), opacityLogit: 0,
          shCoefficients: [SIMD3(0.1, -0.2, 0.3) * Float(index % 5)])
      }
      let weights = ImageWeights(pixels: camera.width * camera.height, seed: 11)
      var gradient = FrameGradient(red: weights.red, green: weights.green, blue: weights.blue)
      gradient.alpha = weights.alpha
      return Self.renderer.forward(splats, from: camera).backward(gradient)
    }
    let visible = 13
    let (all, alone) = (gradients(of: 150), gradients(of: visible))
    for plane in 0..<all.splats.parameters.planes {
      for index in 0..<150 {
        let expected = index < visible ? alone.splats.parameters[plane, index] : 0
        #expect(all.splats.parameters[plane, index] == expected, "plane \(plane) of \(index)")
      }
    }
    #expect((0..<visible).allSatisfy { all.splats[$0].opacityLogit != 0 })
  }

  @Test func manyTasksShareARenderer() async {
    let renderer = Self.renderer
    let expected = Self.cameras.map { renderer.render(Self.splats, from: $0) }
    let agree = await withTaskGroup(of: Bool.self) { group in
      for task in 0..<12 {
        group.addTask {
          renderer.render(Self.splats, from: Self.cameras[task % 3]) == expected[task % 3]
        }
      }
      return await group.reduce(true) { $0 && $1 }
    }
    #expect(agree)
  }
}
