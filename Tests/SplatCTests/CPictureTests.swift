import CSplat
import SplatCore
import SplatRendering
import SplatTestSupport
import Testing

/// What the functions of `splat.h` do beyond what the golden cases hold.
@Suite struct CPictureTests {
  /// Below this alpha, the expected depth has too few digits in single precision: alpha is a
  /// difference from 1.
  private static let leastAlpha: Float = 0.05

  /// A loss of the accumulated or the expected depth has the slope of differences.
  @Test(arguments: [false, true])
  func theGradientOfEitherDepthIsItsSlope(isExpected: Bool) throws {
    var scene = try CGoldenTests.scene(
      try #require(
        CGoldenTests.cases.first { $0.description == "tiny" || $0.description == "pair" }),
      .linear)
    // Without decisions that a small step could change.
    scene.options.alpha_threshold = 1e-12
    scene.options.maximum_alpha = 1
    scene.options.transmittance_threshold = 0
    var random = RandomSource(seed: 3, purpose: .testing)
    let alpha = try scene.run(.init()).alpha
    let weights = alpha.map { $0 < Self.leastAlpha && isExpected ? 0 : random.normal() }
    #expect(weights.contains { $0 != 0 })
    var gradient = CScene.ImageGradient()
    if isExpected { gradient.expectedDepth = weights } else { gradient.depth = weights }
    let run = try scene.run(gradient)

    let reference = ReferenceRenderer(
      camera: try Self.camera(scene), settings: Self.settings(scene))
    let parameters = Self.parameters(scene)
    func loss(_ parameters: [[Double]]) -> Double {
      let pixels = reference.render(parameters, shDegree: Int(scene.shDegree))
      return zip(pixels, weights).reduce(0) {
        $0 + ($1.0.alpha > 0 ? (isExpected ? $1.0.depth : $1.0.accumulatedDepth) : 0)
          * Double($1.1)
      }
    }
    let expected = parameters.indices.flatMap { index in
      GradientCheck.differences(Array(parameters[index][..<3])) { mean in
        var changed = parameters
        changed[index].replaceSubrange(0..<3, with: mean)
        return loss(changed)
      }
    }
    let agreement = GradientAgreement(run.gradMeans.map(Double.init), expected)
    #expect(agreement.relativeL2 < 1e-5, "\(agreement)")
  }

  private static func parameters(_ scene: CScene) -> [[Double]] {
    let k = Int(scene.shDegree + 1) * Int(scene.shDegree + 1)
    let width = 3 * (k - 1)
    return (0..<scene.count).map { i in
      let opacity = Double(scene.opacities[i])
      var values = scene.means[3 * i..<3 * i + 3].map { Double($0) }
      values += scene.scales[3 * i..<3 * i + 3].map { Double.log(Double($0)) }
      values += scene.quaternions[4 * i..<4 * i + 4].map { Double($0) }
      values.append(Double.log(opacity / (1 - opacity)))
      values += scene.colors[3 * i..<3 * i + 3].map { Double($0) }
      if k > 1 { values += scene.shRest[width * i..<width * (i + 1)].map { Double($0) } }
      return values
    }
  }

  private static func settings(_ scene: CScene) -> RenderSettings {
    var settings = RenderSettings()
    settings.nearPlane = scene.options.near_plane
    settings.farPlane = scene.options.far_plane
    settings.isAntialiased = scene.options.flags & SPLAT_ANTIALIASED != 0
    settings.alphaThreshold = scene.options.alpha_threshold
    settings.maximumAlpha = scene.options.maximum_alpha
    settings.transmittanceThreshold = scene.options.transmittance_threshold
    return settings
  }

  private static func camera(_ scene: CScene) throws -> Camera {
    let (c, v) = (scene.camera, scene.camera.view_matrix)
    return Camera(
      width: Int(c.width), height: Int(c.height), focalLength: SIMD2(c.fx, c.fy),
      principalPoint: SIMD2(c.cx, c.cy),
      viewMatrix: RigidTransform(
        rotation: Matrix3(
          Vector3(v.0, v.1, v.2), Vector3(v.4, v.5, v.6), Vector3(v.8, v.9, v.10)),
        translation: SIMD3(v.3, v.7, v.11)))
  }

  /// The Gaussian at the centre of a picture of one pixel.
  private static func single(_ color: [Float]) -> CScene {
    var scene = CScene()
    scene.means = [0, 0, 2]
    scene.quaternions = [1, 0, 0, 0]
    scene.scales = [1, 1, 1]
    scene.opacities = [0.5]
    scene.colors = color
    scene.shDegree = SPLAT_DIRECT_COLORS
    scene.flags = SPLAT_LINEAR_SCALES | SPLAT_LINEAR_OPACITIES
    scene.camera = splat_camera(
      struct_size: MemoryLayout<splat_camera>.size, width: 1, height: 1, fx: 1, fy: 1, cx: 0.5,
      cy: 0.5, view_matrix: (1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1))
    unsafe _ = splat_render_options_init(&scene.options)
    return scene
  }

  @Test func directColoursMayHaveAnySign() throws {
    let run = try Self.single([-3, 0.25, 7]).run(.init(color: [1, 2, 3]))
    #expect(zip(run.color, [-1.5, 0.125, 3.5]).allSatisfy { abs($0 - $1) < 1e-6 })
    #expect(abs(run.alpha[0] - 0.5) < 1e-6 && abs(run.expectedDepth[0] - 2) < 1e-5)
    #expect(zip(run.gradColors, [0.5, 1, 1.5]).allSatisfy { abs($0 - $1) < 1e-6 })
    #expect(abs(run.gradOpacities[0] - (-3 + 0.5 + 21)) < 1e-4)
    #expect(zip(run.gradBackground, [0.5, 1, 1.5]).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  @Test func scalesOfZeroAndBelowAreThoseOfTheirMagnitude() throws {
    var scene = Self.single([1, 1, 1])
    scene.options.eps2d = 0.3
    scene.camera.cx = 0.9
    let one = try scene.run(.init(color: [1, 1, 1]))
    scene.scales = [-1, 1, 1]
    let other = try scene.run(.init(color: [1, 1, 1]))
    #expect(one.color == other.color && one.gradScales[0] == -other.gradScales[0])
    #expect(one.gradScales[0] != 0)
    scene.scales = [0, 0, 0]
    let flat = try scene.run(.init(color: [1, 1, 1]))
    #expect(flat.gradScales == [0, 0, 0] && flat.color[0] > 0)
  }

  @Test func anOpacityOfOneHasAGradient() throws {
    var scene = Self.single([1, 1, 1])
    scene.opacities = [1]
    scene.options.maximum_alpha = 1
    scene.camera.cx = 0.9
    let run = try scene.run(.init(color: [1, 1, 1]))
    #expect(abs(run.gradOpacities[0] - 3 * run.alpha[0]) < 1e-5)
  }
}
