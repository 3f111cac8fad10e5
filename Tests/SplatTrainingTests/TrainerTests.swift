import SplatCore
import SplatTestSupport
import SplatTraining
import Testing

@Suite struct TrainerTests {
  @Test(arguments: DensificationStrategy.allCases)
  func trainingBringsHeldOutViewsCloser(_ strategy: DensificationStrategy) throws {
    var settings = TrainingScenes.settings(strategy, iterations: 400)
    settings.schedule = .full
    settings.shDegree = 1
    settings.shInterval = 100
    settings.adc.resetInterval = 1000
    settings.adc.interval = 50
    let views = TrainingScenes.views(count: 12)
    let trainer = try Trainer(
      views: views.enumerated().filter { $0.offset % 4 != 0 }.map(\.element),
      points: TrainingScenes.points(), settings: settings)
    let heldOut = views.enumerated().filter { $0.offset % 4 == 0 }.map(\.element)
    func psnr() -> Double {
      trainer.quality(of: TrainingPhotos(heldOut)).map(\.psnr).reduce(0, +) / Double(heldOut.count)
    }
    let before = psnr()
    trainer.run { _ in true }
    let after = psnr()
    print("held-out PSNR \(strategy): \(before) -> \(after)")
    #expect(after > before + 6)
    #expect(after > 22)
  }

  @Test(arguments: DensificationStrategy.allCases, [40, 137, 1000])
  func thereAreNeverMoreGaussiansThanAllowed(_ strategy: DensificationStrategy, _ cap: Int) throws {
    var settings = TrainingScenes.settings(strategy)
    settings.maximumSplats = cap
    settings.adc.scoredViews = 0
    settings.adc.cloneGradient = 0
    settings.adc.splitGradient = 0
    settings.split.scoredViews = 0
    settings.split.gradient = 0
    settings.split.growth = 0
    settings.mcmc.growth = 1
    let trainer = try Trainer(
      views: TrainingScenes.views(), points: TrainingScenes.points(), settings: settings)
    var most = trainer.splats.count
    trainer.run {
      most = max(most, $0.splats)
      return true
    }
    #expect(most == cap)
  }

  struct Hostile: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var views: [TrainingView]
    var points: PointCloud
  }

  static let hostile: [Hostile] = {
    let views = TrainingScenes.views()
    let points = TrainingScenes.points()
    func painted(_ value: UInt8) -> [TrainingView] {
      views.map {
        var view = $0
        view.photo.bytes = view.photo.bytes.map { _ in value }
        return view
      }
    }
    func scaled(_ factor: Double) -> [TrainingView] {
      views.map {
        var view = $0
        view.camera.viewMatrix.translation *= factor
        return view
      }
    }
    func cloud(_ positions: [SIMD3<Float>]) -> PointCloud {
      PointCloud(
        positions: positions, colors: positions.map { _ in SIMD3<UInt8>(repeating: 128) })
    }
    return [
      Hostile(testDescription: "all black", views: painted(0), points: points),
      Hostile(testDescription: "all white", views: painted(255), points: points),
      Hostile(testDescription: "one image", views: [views[0]], points: points),
      Hostile(testDescription: "identical cameras", views: [views[0], views[0]], points: points),
      Hostile(
        testDescription: "points behind all cameras", views: [views[0]],
        points: cloud((0..<20).map { SIMD3(9 + Float($0), -3, 0) })),
      Hostile(
        testDescription: "coincident points", views: views,
        points: cloud([SIMD3<Float>](repeating: SIMD3(0.1, 0, 0), count: 50))),
      Hostile(testDescription: "one point", views: views, points: cloud([.zero])),
      Hostile(testDescription: "no points", views: views, points: PointCloud()),
      Hostile(
        testDescription: "points without end", views: views,
        points: cloud([SIMD3(.nan, 0, 0), SIMD3(.infinity, 0, 0), SIMD3(3e38, 0, 0), .zero])),
      Hostile(
        testDescription: "a scene of 1e-6", views: scaled(1e-6),
        points: cloud(points.positions.map { $0 * 1e-6 })),
      Hostile(
        testDescription: "a scene of 1e6", views: scaled(1e6),
        points: cloud(points.positions.map { $0 * 1e6 })),
      Hostile(
        testDescription: "a pixel", views: TrainingScenes.views(count: 2, width: 1, height: 1),
        points: points),
    ]
  }()

  @Test(arguments: hostile, DensificationStrategy.allCases)
  func parametersStayFinite(_ scene: Hostile, _ strategy: DensificationStrategy) throws {
    let trainer = try Trainer(
      views: scene.views, points: scene.points, settings: TrainingScenes.settings(strategy))
    trainer.run { progress in
      #expect(progress.loss.isFinite)
      return true
    }
    #expect(trainer.splats.count > 0)
    #expect(TrainingScenes.isFinite(trainer.splats))
  }

  @Test func nothingToLearnFromIsAnError() {
    #expect(throws: TrainingError.self) {
      try Trainer(views: [], points: TrainingScenes.points(), settings: TrainingSettings())
    }
    #expect(throws: TrainingError.self) {
      try Trainer(
        views: TrainingScenes.views(),
        points: PointCloud(positions: [SIMD3(.nan, 0, 0)], colors: [.zero]),
        settings: TrainingSettings())
    }
  }

  @Test func maskedPixelsTeachNothing() throws {
    var views = TrainingScenes.views()
    for index in views.indices {
      views[index].mask = (0..<40 * 30).map { $0 % 40 < 20 ? 255 : 0 }
    }
    let settings = TrainingScenes.settings(.adc)
    let first = try Trainer(views: views, points: TrainingScenes.points(), settings: settings)
    first.run { _ in true }
    for index in views.indices {
      for pixel in 0..<40 * 30 where pixel % 40 >= 20 { views[index].photo.bytes[pixel * 3] = 200 }
    }
    var full = settings
    full.schedule = .full
    let second = try Trainer(views: views, points: TrainingScenes.points(), settings: settings)
    second.run { _ in true }
    #expect(first.splats == second.splats)
  }

  /// A Gaussian this close to the camera covers the picture, even if it looks right from elsewhere.
  @Test func aGaussianInFrontOfACameraIsLeftOutOfItsQuality() throws {
    let views = TrainingScenes.views(count: 1)
    let camera = views[0].camera
    let known = SyntheticScene.splats(count: 60, seed: 5)
    let clean = try quality(of: known, views)
    let axis = camera.viewMatrix.rotation.row2
    let position = camera.center + SIMD3(axis.x, axis.y, axis.z) * 0.02
    var splats = Splats(count: known.count + 1, shDegree: known.shDegree)
    for index in 0..<known.count { splats[index] = known[index] }
    splats[known.count] = Splat(
      mean: SIMD3<Float>(position), logScale: SIMD3(repeating: -3),
      rotation: Quaternion(w: 1, x: 0, y: 0, z: 0), opacityLogit: 8,
      shCoefficients: known[0].shCoefficients)
    #expect(try quality(of: splats, views) == clean)
    #expect(try quality(of: splats, views, nearPlane: 0.01) < 0.5 * clean)
  }

  private func quality(of splats: Splats, _ views: [TrainingView], nearPlane: Float? = nil) throws
    -> Double
  {
    var settings = TrainingSettings()
    if let nearPlane { settings.nearPlane = nearPlane }
    let trainer = try Trainer(views: views, splats: splats, settings: settings)
    return trainer.quality(of: TrainingPhotos(views))[0].psnr
  }
}
