import SplatCore
import SplatRendering
import SplatTestSupport
import Testing

/// What must not change the picture, and how other changes must affect it.
@Suite struct InvarianceTests {
  /// The largest difference of two frames' colours and alphas.
  private func difference(_ a: Frame, _ b: Frame) -> Float {
    zip(a.red + a.green + a.blue + a.alpha, b.red + b.green + b.blue + b.alpha)
      .reduce(0) { max($0, abs($1.0 - $1.1)) }
  }

  @Test(arguments: UInt64(0)..<12)
  func theOrderOfTheGaussiansDoesNotChangeABit(seed: UInt64) {
    let scene = RandomScene(seed: seed + 1000)
    var random = RandomSource(seed: seed, purpose: .testing)
    let order = random.shuffled(Array(0..<Int32(scene.splats.count)))
    var shuffled = scene.splats
    shuffled.parameters = scene.splats.parameters.gathered(order)
    let weights = ImageWeights(pixels: scene.camera.width * scene.camera.height, seed: seed)
    let run = RenderingRun(
      scene.splats, from: scene.camera, settings: scene.settings, weights: weights)
    let other = RenderingRun(
      shuffled, from: scene.camera, settings: scene.settings, weights: weights)
    #expect(run.frame == other.frame, "\(scene)")
    #expect(run.gradients.gathered(order) == other.gradients, "\(scene)")
  }

  @Test(arguments: UInt64(0)..<12)
  func movingSceneAndCameraTogetherKeepsThePicture(seed: UInt64) {
    var random = RandomSource(seed: seed, purpose: .testing, position: 3)
    let camera = EndToEndGradientTests.camera(seed)
    // View-dependent colours would have to be rotated too.
    let splats = SyntheticScene.splats(count: 40, seed: seed, shDegree: 0)
    let motion = RigidTransform(
      rotation: RandomScene.randomRotation(&random),
      translation: SIMD3(
        Double(random.normal()), Double(random.normal()), Double(random.normal())))
    var viewer = camera
    viewer.viewMatrix.translation.z += 3
    var movedCamera = viewer
    movedCamera.viewMatrix = viewer.viewMatrix * motion.inverse
    var moved = splats
    let turn = Quaternion(motion.rotation)
    for index in 0..<splats.count {
      var splat = splats[index]
      splat.mean = SIMD3<Float>(motion(SIMD3<Double>(splat.mean)))
      splat.rotation = turn.times(splat.rotation)
      moved[index] = splat
    }
    // With the usual threshold, a pixel at the edge of a Gaussian could be skipped in only one
    // picture.
    var settings = RenderSettings()
    settings.alphaThreshold = 1e-7
    let renderer = Renderer(settings: settings)
    let frame = renderer.render(splats, from: viewer)
    let error = difference(frame, renderer.render(moved, from: movedCamera))
    #expect(error < 2e-5, "seed \(seed): \(error)")
    #expect(frame.alpha.contains { $0 > 0.5 })
  }

  @Test(arguments: UInt64(0)..<6)
  func thePictureIsLinearInTheColours(seed: UInt64) {
    let camera = SyntheticScene.cameras(count: 1, width: 37, height: 23)[0]
    var (one, other, sum) = (
      SyntheticScene.splats(count: 30, seed: seed, shDegree: 0),
      SyntheticScene.splats(count: 30, seed: seed, shDegree: 0),
      SyntheticScene.splats(count: 30, seed: seed, shDegree: 0)
    )
    // A colour is 0.5 + c · coefficient, so the sum of two colours needs 0.5 / c more.
    for index in 0..<one.count {
      let a = SIMD3<Float>(0.3, Float(index % 5) * 0.2, 0.9)
      let b = SIMD3<Float>(Float(index % 3), 0.1, -0.4)
      one[index].shCoefficients = [a]
      other[index].shCoefficients = [b]
      sum[index].shCoefficients = [a + b + 0.5 / zerothHarmonic]
    }
    let renderer = Renderer()
    let frames = [one, other, sum].map { renderer.render($0, from: camera) }
    let error = frames[0].red.indices.reduce(Float(0)) {
      max(
        $0, abs(frames[0].red[$1] + frames[1].red[$1] - frames[2].red[$1]),
        abs(frames[0].blue[$1] + frames[1].blue[$1] - frames[2].blue[$1]))
    }
    #expect(error < 3e-6, "seed \(seed): \(error)")
    #expect(frames[0].alpha == frames[2].alpha)
  }

  @Test(arguments: UInt64(0)..<40) func alphaIsBetween0And1(seed: UInt64) {
    let scene = RandomScene(seed: seed + 2000)
    let frame = Renderer(settings: scene.settings).render(scene.splats, from: scene.camera)
    #expect(frame.alpha.allSatisfy { $0 >= 0 && $0 <= 1 }, "\(scene)")
  }

  /// A narrow picture is cut from a wide one. The Gaussians' means are in the first column, so that
  /// the Jacobian, whose clamp follows the picture's width, is the same for all.
  @Test(arguments: [1, 7, 8, 9, 17, 31, 32, 33, 64, 65], UInt64(0)..<4)
  func aNarrowPictureIsTheLeftOfAWideOne(width: Int, seed: UInt64) {
    var random = RandomSource(seed: seed, purpose: .testing)
    let wide = Camera(
      width: 71, height: 19, focalLength: SIMD2(50, 50), principalPoint: SIMD2(20, 9))
    var splats = Splats(count: 40, shDegree: 0)
    for index in 0..<splats.count {
      let z = 2 + 3 * random.uniform()
      let pixel = SIMD2(random.uniform(), 19 * random.uniform())
      splats[index] = Splat(
        mean: SIMD3((pixel.x - 20) / 50 * z, (pixel.y - 9) / 50 * z, z),
        logScale: SIMD3(random.normal(), random.normal(), random.normal()) * 0.7 - 0.7,
        rotation: Quaternion(w: random.normal(), x: random.normal(), y: random.normal(), z: 0.5),
        opacityLogit: random.normal(),
        shCoefficients: [SIMD3(random.normal(), random.normal(), random.normal())])
    }
    var narrow = wide
    narrow.width = width
    let whole = Renderer().render(splats, from: wide)
    let part = Renderer().render(splats, from: narrow)
    func left(_ plane: [Float]) -> [Float] {
      (0..<19).flatMap { plane[$0 * 71..<$0 * 71 + width] }
    }
    #expect(left(whole.red) == part.red)
    #expect(left(whole.alpha) == part.alpha)
    #expect(part.alpha.contains { $0 > 0.3 })
  }

  @Test(arguments: [(1, 64, 48), (300, 64, 48), (25_000, 96, 64)])
  func anyNumberOfThreadsGivesTheSameBits(count: Int, width: Int, height: Int) {
    let splats = SyntheticScene.splats(count: count, seed: 5)
    let camera = SyntheticScene.cameras(count: 1, width: width, height: height)[0]
    let weights = ImageWeights(pixels: width * height, seed: 5)
    var settings = RenderSettings()
    settings.includesDepth = true
    func run(_ threads: Int) -> RenderingRun {
      RenderingRun(
        splats, from: camera, settings: settings, weights: weights, threads: threads)
    }
    let one = run(1)
    #expect(one.visibleCount > count * 9 / 10)
    for threads in [2, 3, 7] {
      let other = run(threads)
      #expect(one.frame == other.frame, "\(threads) threads")
      #expect(one.gradients == other.gradients, "\(threads) threads")
      #expect(one.camera.rotation == other.camera.rotation, "\(threads) threads")
      #expect(one.camera.center == other.camera.center, "\(threads) threads")
    }
  }
}

extension Quaternion where Scalar == Double {
  /// The rotation `right` followed by this one.
  fileprivate func times(_ right: Quaternion<Float>) -> Quaternion<Float> {
    let (a, b, c, d) = (Double(right.w), Double(right.x), Double(right.y), Double(right.z))
    return Quaternion<Float>(
      w: Float(w * a - x * b - y * c - z * d), x: Float(w * b + x * a + y * d - z * c),
      y: Float(w * c - x * d + y * a + z * b), z: Float(w * d + x * c - y * b + z * a))
  }
}
