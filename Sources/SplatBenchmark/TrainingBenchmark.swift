import SplatCore
import SplatFiles
import SplatTraining

/// Measures whole training iterations on photos of a real scene, at full size and with all SH
/// bands, and provides the trained model as a workload for rendering.
struct TrainingBenchmark {
  static let scene = "fox"
  /// The numbers of Gaussians to measure.
  static let sizes = [26_000, 100_000, 300_000]
  /// The scenes of which the beginning of a run is measured too.
  static let starts = [scene, "alexander"]
  /// The iterations before measuring, after which the model resembles a trained one.
  private static let preparation = 1500
  /// The iterations in which the model grows to the next size.
  private static let growth = 200
  /// The iterations before measuring the beginning of a run.
  private static let beginning = 200
  private static let measured = 60

  private let views: [TrainingView]
  private(set) var splats: Splats
  /// The name of the scene whose beginning this is; nil after ``preparation``.
  private let start: String?
  var name: String {
    start.map { "start \($0)" } ?? "\(Self.scene) \(splats.count / 1000)k"
  }

  /// Loads `fox_colmap` in `folder` and trains it for ``preparation`` iterations.
  init(folder: String) throws {
    var settings = TrainingSettings()
    settings.iterations = Self.preparation
    settings.maximumSplats = Self.sizes[0]
    (views, splats) = try Self.train(
      "\(folder)/\(Self.scene)_colmap", iterations: Self.preparation, settings: settings)
    start = nil
  }

  /// Loads a scene in `folder` and trains it for ``beginning`` iterations of an ordinary run on
  /// photos of full size.
  init(start: String, folder: String) throws {
    var settings = TrainingSettings()
    settings.schedule = .full
    (views, splats) = try Self.train(
      "\(folder)/\(start)_colmap", iterations: Self.beginning, settings: settings)
    self.start = start
  }

  private static func train(_ path: String, iterations: Int, settings: TrainingSettings) throws
    -> (views: [TrainingView], splats: Splats)
  {
    let scene = try Scene.open(path: path)
    let photos = try Scene.loadPhotos(scene.trainViews).map { try $0.get().photo }
    let views = zip(scene.trainViews, photos).map {
      TrainingView(name: $0.name, camera: $0.camera, photo: $1)
    }
    let trainer = try Trainer(views: views, points: scene.points, settings: settings)
    trainer.run { $0.iteration < iterations }
    return (views, trainer.splats)
  }

  /// Trains on until there are `count` Gaussians.
  mutating func grow(to count: Int) throws {
    var settings = TrainingSettings()
    settings.iterations = Self.growth
    settings.schedule = .full
    settings.maximumSplats = count
    settings.adc.start = 0
    settings.adc.interval = 20
    settings.adc.scoredViews = 0
    settings.adc.cloneGradient = 0
    settings.adc.splitGradient = 0
    settings.adc.pruneOpacity = 0
    settings.adc.end = 1
    let trainer = try Trainer(views: views, splats: splats, settings: settings)
    trainer.run { _ in true }
    splats = trainer.splats
  }

  /// The model seen from the first camera.
  var workload: Workload {
    Workload(name: name, splats: splats, camera: views[0].camera)
  }

  /// Measures the median time of an iteration.
  func row(threads: Int) throws -> Row {
    var settings = TrainingSettings()
    settings.schedule = .full
    if start == nil { settings.shInterval = 1 }
    settings.threads = threads
    settings.maximumSplats = splats.count
    let trainer = try Trainer(views: views, splats: splats, settings: settings)
    // The first iterations use fewer SH bands and allocate.
    for _ in 0..<10 { trainer.step() }
    let times = StageTimes()
    for _ in 0..<Self.measured { times.time("iteration") { _ = trainer.step() } }
    return Row(
      name: name, stage: "iteration", threads: threads, gaussians: trainer.splats.count,
      medianMs: (times.median("iteration")?.wall ?? 0) * 1e3,
      cpuMs: (times.median("iteration")?.cpu ?? 0) * 1e3)
  }
}
