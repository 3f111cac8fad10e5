import SplatCore
import SplatRendering
import SplatTestSupport
import Testing

/// Parameters that no training should produce: the picture and the gradients stay finite.
@Suite struct HostileInputTests {
  static let extremes: [Float] = [
    .nan, .infinity, -.infinity, 0, -0.0, 1e30, -1e30, 1e-30, -1e-30, .greatestFiniteMagnitude,
    -.greatestFiniteMagnitude, .leastNonzeroMagnitude, 88, -88, 1e10, 1e5, -1e5, 69, -69,
  ]
  static let camera = SyntheticScene.cameras(count: 1, width: 41, height: 27)[0]

  private func expectFinite(_ splats: Splats, antialiased: Bool, _ what: String) {
    var settings = RenderSettings()
    settings.isAntialiased = antialiased
    settings.includesDepth = true
    let run = RenderingRun(
      splats, from: Self.camera, settings: settings,
      weights: ImageWeights(pixels: Self.camera.width * Self.camera.height, seed: 1))
    let frame = run.frame
    let values = frame.red + frame.green + frame.blue + frame.alpha + frame.depth
    #expect(values.allSatisfy { $0.isFinite }, "the picture of \(what)")
    #expect(frame.alpha.allSatisfy { $0 >= 0 && $0 <= 1 }, "alpha of \(what)")
    let bad = run.gradients.storage.indices.filter { !run.gradients.storage[$0].isFinite }
    #expect(bad.isEmpty, "\(bad.count) gradients of \(what), the first at \(bad.first ?? 0)")
    let camera = run.camera
    #expect(
      (camera.translation + camera.center).sum().isFinite, "the camera's gradient of \(what)")
  }

  @Test(arguments: 0..<Plane.count(shDegree: 1), [false, true])
  func oneExtremeParameterLeavesAllFinite(plane: Int, antialiased: Bool) {
    for value in Self.extremes {
      var splats = SyntheticScene.splats(count: 21, seed: 3)
      splats.parameters[plane, 4] = value
      expectFinite(splats, antialiased: antialiased, "plane \(plane) = \(value)")
    }
  }

  @Test(arguments: UInt64(0)..<60, [false, true])
  func manyExtremeParametersLeaveAllFinite(seed: UInt64, antialiased: Bool) {
    var random = RandomSource(seed: seed, purpose: .testing)
    var splats = SyntheticScene.splats(count: 50, seed: seed)
    for _ in 0..<20 {
      let plane = random.index(below: splats.parameters.planes)
      let value = Self.extremes[random.index(below: Self.extremes.count)]
      splats.parameters[plane, random.index(below: splats.count)] = value
    }
    expectFinite(splats, antialiased: antialiased, "seed \(seed)")
  }

  @Test(arguments: [false, true]) func gaussiansWithAllParametersZeroAreFinite(antialiased: Bool) {
    expectFinite(Splats(count: 9, shDegree: 2), antialiased: antialiased, "zeros")
  }

  /// Needles and plates so thin that single precision cannot tell their determinant from 0.
  @Test(arguments: UInt64(0)..<30, [false, true])
  func unresolvablyThinGaussiansAreFinite(seed: UInt64, antialiased: Bool) {
    var random = RandomSource(seed: seed, purpose: .testing)
    var splats = SyntheticScene.splats(count: 30, seed: seed)
    for index in 0..<splats.count {
      for axis in 0..<3 {
        splats[index].logScale[axis] = random.index(below: 2) == 0 ? -20 : 12 * random.uniform()
      }
    }
    expectFinite(splats, antialiased: antialiased, "thin Gaussians of seed \(seed)")
  }

  /// At and within the near plane, on and off the axis.
  @Test(arguments: UInt64(0)..<30) func gaussiansAtTheCameraAreFinite(seed: UInt64) {
    var random = RandomSource(seed: seed, purpose: .testing)
    var splats = SyntheticScene.splats(count: 30, seed: seed)
    for index in 0..<splats.count {
      let offset = SIMD3(random.normal(), random.normal(), random.normal()) * 0.02
      splats[index].mean = SIMD3<Float>(Self.camera.center) + offset
    }
    expectFinite(splats, antialiased: seed % 2 == 0, "Gaussians at the camera of seed \(seed)")
  }

  @Test(arguments: [0, 5]) func anEmptySceneGivesTheBackground(hiddenCount: Int) {
    var splats = Splats(count: hiddenCount, shDegree: 3)
    // Gaussians behind the camera take a different path from no Gaussians at all.
    for index in 0..<hiddenCount {
      splats[index].mean = SIMD3<Float>(Self.camera.center * 2)
      splats[index].opacityLogit = 3
    }
    var settings = RenderSettings()
    settings.background = SIMD3(0.25, 0.5, 0.75)
    settings.includesDepth = true
    let run = RenderingRun(
      splats, from: Self.camera, settings: settings,
      weights: ImageWeights(pixels: Self.camera.width * Self.camera.height, seed: 1))
    #expect(run.frame.red.allSatisfy { $0 == 0.25 } && run.frame.blue.allSatisfy { $0 == 0.75 })
    #expect(run.frame.alpha.allSatisfy { $0 == 0 } && run.frame.depth.allSatisfy { $0 == 0 })
    #expect(run.gradients.storage.allSatisfy { $0 == 0 })
  }

  @Test func oneGaussianOnTheAxisHasItsOpacityAtItsCentre() {
    let camera = Camera(width: 15, height: 15, focalLength: SIMD2(20, 20))
    var splats = Splats(count: 1, shDegree: 0)
    splats[0] = Splat(
      mean: SIMD3(0, 0, 2), logScale: SIMD3(repeating: -1.5),
      rotation: Quaternion(w: 1, x: 0, y: 0, z: 0), opacityLogit: 0,
      shCoefficients: [SIMD3(0.3, 0, -0.3) / zerothHarmonic])
    var settings = RenderSettings()
    settings.includesDepth = true
    settings.background = SIMD3(0, 1, 0)
    let frame = Renderer(settings: settings).render(splats, from: camera)
    let center = 7 * 15 + 7
    #expect(abs(frame.alpha[center] - 0.5) < 1e-6)
    #expect(abs(frame.red[center] - 0.4) < 1e-6)
    #expect(abs(frame.green[center] - 0.75) < 1e-6)
    #expect(abs(frame.blue[center] - 0.1) < 1e-6)
    #expect(abs(frame.depth[center] - 2) < 1e-5)
    // Half the opacity is left where the exponent is ln 2; the variance is (20/2 e^-1.5)² + 0.3.
    let variance: Float = 100 * 0.049_787_07 + 0.3
    let expected = 0.5 * Float(Double.exp(Double(-4 / (2 * variance))))
    #expect(abs(frame.alpha[center + 2] - expected) < 1e-6)
    #expect(abs(frame.alpha[center - 2 * 15] - expected) < 1e-6)
  }
}
