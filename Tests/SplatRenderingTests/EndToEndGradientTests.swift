import SplatCore
import SplatRendering
import SplatTestSupport
import Testing

/// Compares the gradient that training uses with differences of the reference renderer's loss.
@Suite struct EndToEndGradientTests {
  /// Rounding of sums over some hundred pixels comes to about 1e-6; a missing term shows as 1e-3 or
  /// more.
  static let tolerance = 1e-5

  /// Settings without thresholds that a small step could cross.
  static func smoothSettings(_ seed: UInt64) -> RenderSettings {
    var settings = RenderSettings()
    settings.background = SIMD3(0.3, 0.6, 0.1)
    settings.alphaThreshold = 1e-12
    settings.maximumAlpha = 1
    settings.transmittanceThreshold = 0
    settings.isAntialiased = seed % 2 == 1
    return settings
  }

  /// Overlapping Gaussians in view, a few of them outside the image where the Jacobian is clamped.
  static func splats(_ seed: UInt64, camera: Camera) -> Splats {
    var random = RandomSource(seed: seed, purpose: .testing)
    var splats = Splats(count: 9, shDegree: Int(seed % 5))
    for index in 0..<splats.count {
      func spread() -> Double { 2 * random.uniformDouble() - 1 }
      func normal3() -> SIMD3<Float> { SIMD3(random.normal(), random.normal(), random.normal()) }
      let z = 2 + 0.3 * Double(index) + 0.1 * spread()
      let isBeside = index % 4 == 3
      let point = SIMD3((isBeside ? 1.2 : 0.5) * spread().awayFromZero, 0.4 * spread(), 1) * z
      var coefficients = (0..<splats.coefficientCount).map { _ in normal3() * 0.1 }
      // One channel is far below 0, where the colour is clamped and has no gradient; the rest are
      // far above.
      coefficients[0] = index == 0 ? SIMD3(1.5, -9, 1.5) : SIMD3(repeating: 1.5) + coefficients[0]
      splats[index] = Splat(
        mean: SIMD3<Float>(camera.viewMatrix.inverse(point)),
        logScale: normal3() * 0.4 + (isBeside ? 0 : -1),
        rotation: Quaternion(
          w: random.normal(), x: random.normal(), y: random.normal(), z: random.normal()),
        opacityLogit: random.normal(), shCoefficients: coefficients)
    }
    return splats
  }

  static func camera(_ seed: UInt64) -> Camera {
    var random = RandomSource(seed: seed, purpose: .testing, position: 2)
    return Camera(
      width: 19, height: 13, focalLength: SIMD2(17, 18.5), principalPoint: SIMD2(8, 7.25),
      viewMatrix: RigidTransform(
        rotation: RandomScene.randomRotation(&random), translation: SIMD3(0.5, -0.25, 1)))
  }

  @Test(arguments: UInt64(1)...15, [false, true])
  func theGradientIsTheSlopeOfTheReferencesLoss(seed: UInt64, includesDepth: Bool) {
    let camera = Self.camera(seed)
    let splats = Self.splats(seed, camera: camera)
    var settings = Self.smoothSettings(seed)
    settings.includesDepth = includesDepth
    let weights = ImageWeights(
      pixels: camera.width * camera.height, seed: seed, includesDepth: includesDepth)
    let run = RenderingRun(splats, from: camera, settings: settings, weights: weights)
    #expect(run.visibleCount == splats.count)

    let parameters = ReferenceRenderer.parameters(splats)
    let reference = ReferenceRenderer(camera: camera, settings: settings)
    let planes = parameters[0].count
    let kinds = [
      ("mean", 0..<3), ("log scale", 3..<6), ("rotation", 6..<10), ("opacity", 10..<11),
      ("base colour", 11..<14), ("other colour", 14..<planes),
    ]
    for (kind, range) in kinds where !range.isEmpty {
      var found: [Double] = []
      var expected: [Double] = []
      for index in 0..<splats.count {
        found += range.map { Double(run.gradients[$0, index]) }
        expected += GradientCheck.differences(Array(parameters[index][range])) { values in
          var changed = parameters
          changed[index].replaceSubrange(range, with: values)
          return weights.loss(reference.render(changed, shDegree: splats.shDegree))
        }
      }
      let agreement = GradientAgreement(found, expected)
      #expect(agreement.relativeL2 < Self.tolerance, "seed \(seed), \(kind): \(agreement)")
      #expect(agreement.cosine > 1 - 1e-9, "seed \(seed), \(kind): \(agreement)")
    }
  }

  @Test(arguments: UInt64(1)...15, [false, true])
  func thePosesGradientIsTheSlopeAlongAMotionOfTheCamera(seed: UInt64, includesDepth: Bool) {
    let camera = Self.camera(seed)
    let splats = Self.splats(seed, camera: camera)
    var settings = Self.smoothSettings(seed)
    settings.includesDepth = includesDepth
    let weights = ImageWeights(
      pixels: camera.width * camera.height, seed: seed, includesDepth: includesDepth)
    let run = RenderingRun(splats, from: camera, settings: settings, weights: weights)
    let pose = run.camera.pose(at: camera.viewMatrix)
    let expected = GradientCheck.differences([Double](repeating: 0, count: 6)) { motion in
      var moved = camera
      let step = RigidTransform(
        rotation: Self.rotation(SIMD3(motion[3], motion[4], motion[5])),
        translation: SIMD3(motion[0], motion[1], motion[2]))
      moved.viewMatrix = step * camera.viewMatrix
      return weights.loss(ReferenceRenderer(camera: moved, settings: settings).render(splats))
    }
    let (t, r) = pose
    let agreement = GradientAgreement([t.x, t.y, t.z, r.x, r.y, r.z], expected)
    #expect(agreement.relativeL2 < Self.tolerance, "seed \(seed): \(agreement)")
  }

  /// The rotation by a small vector, exact to second order as central differences need it.
  private static func rotation(_ v: SIMD3<Double>) -> Matrix3<Double> {
    let half = v / 2
    let raw = Quaternion(w: 1, x: half.x, y: half.y, z: half.z)
    return (raw * (1 / raw.squaredNorm.squareRoot())).rotationMatrix
  }
}

extension Double {
  /// This number with its magnitude increased by 0.3.
  fileprivate var awayFromZero: Double { self < 0 ? self - 0.3 : self + 0.3 }
}
