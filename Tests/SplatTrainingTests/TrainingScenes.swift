import SplatCore
import SplatTestSupport
import SplatTraining

enum TrainingScenes {
  static func views(count: Int = 6, width: Int = 40, height: Int = 30) -> [TrainingView] {
    let splats = SyntheticScene.splats(count: 60, seed: 5)
    return SyntheticScene.cameras(count: count, width: width, height: height).enumerated().map {
      TrainingView(
        name: "\($0)", camera: $1, photo: SyntheticScene.photo(of: splats, from: $1))
    }
  }

  static func points(count: Int = 200, scale: Float = 0.4) -> PointCloud {
    var random = RandomSource(seed: 9, purpose: .testing)
    return PointCloud(
      positions: (0..<count).map { _ in
        SIMD3(random.normal(), random.normal(), random.normal()) * scale
      },
      colors: (0..<count).map { _ in SIMD3(repeating: UInt8(random.index(below: 256))) })
  }

  /// Settings in which every part of training acts within a few dozen iterations.
  static func settings(_ strategy: DensificationStrategy, iterations: Int = 60) -> TrainingSettings
  {
    var settings = TrainingSettings()
    settings.iterations = iterations
    settings.strategy = strategy
    settings.maximumSplats = 400
    // The photos have no alpha where they show nothing.
    settings.background = .color(red: 0, green: 0, blue: 0)
    settings.shDegree = 2
    settings.shInterval = 15
    settings.adc.start = 5
    settings.adc.interval = 10
    settings.adc.resetInterval = 25
    settings.adc.end = 0.9
    settings.split.start = 5
    settings.split.interval = 10
    settings.split.end = 0.9
    settings.split.growthLength = 1
    settings.dropout = 0.2
    settings.dropoutVisits = 5
    settings.mcmc.start = 5
    settings.mcmc.interval = 10
    return settings
  }

  /// A run that has learnt the exposures of photos whose colours do not depend on the view.
  static func trainedWithExposures(
    _ views: [TrainingView], _ change: (inout AppearanceSettings) -> Void = { _ in }
  ) throws -> Trainer {
    var settings = settings(.adc, iterations: 1500)
    settings.dropout = 0
    settings.schedule = .full
    settings.shDegree = 0
    // Exposures change L1 more than SSIM.
    settings.dssimWeight = 0.2
    // A reset changes what all photos show.
    settings.adc.resetInterval = 100_000
    settings.appearance.kind = .exposure
    change(&settings.appearance)
    let trainer = try Trainer(views: views, points: points(), settings: settings)
    trainer.run { _ in true }
    return trainer
  }

  static func isFinite(_ splats: Splats) -> Bool {
    (0..<splats.count).allSatisfy { index in
      let s = splats[index]
      let vectors = [s.mean, s.logScale] + s.shCoefficients
      return vectors.allSatisfy { $0.x.isFinite && $0.y.isFinite && $0.z.isFinite }
        && s.opacityLogit.isFinite && s.rotation.squaredNorm.isFinite
    }
  }
}
