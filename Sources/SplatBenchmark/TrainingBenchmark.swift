import SplatCore
import SplatFiles
import SplatTraining

/// Whole training iterations on photos of a real scene, at their full size and with all SH bands.
struct TrainingBenchmark {
  static let name = "fox"
  /// The iterations before the measured ones, which give the model a usual number of Gaussians.
  private static let preparation = 1500
  private static let measured = 100

  private let views: [TrainingView]
  private let splats: Splats

  /// Loads `fox_colmap` of `folder` and trains it for a while.
  init(folder: String) throws {
    let scene = try Scene.open(path: "\(folder)/fox_colmap")
    let photos = try Scene.loadPhotos(scene.trainViews).map { try $0.get().photo }
    views = zip(scene.trainViews, photos).map {
      TrainingView(name: $0.name, camera: $0.camera, photo: $1)
    }
    var settings = TrainingSettings()
    settings.iterations = Self.preparation
    let trainer = try Trainer(views: views, points: scene.points, settings: settings)
    trainer.run { _ in true }
    splats = trainer.splats
  }

  /// The median time of an iteration.
  func row(threads: Int) throws -> Row {
    var settings = TrainingSettings()
    settings.schedule = .full
    settings.shInterval = 1
    settings.threads = threads
    let trainer = try Trainer(views: views, splats: splats, settings: settings)
    // The first iterations use fewer SH bands and allocate.
    for _ in 0..<10 { trainer.step() }
    let times = StageTimes()
    for _ in 0..<Self.measured { times.time("iteration") { _ = trainer.step() } }
    return Row(
      name: Self.name, stage: "iteration", threads: threads, gaussians: trainer.splats.count,
      medianMs: (times.median("iteration")?.wall ?? 0) * 1e3,
      cpuMs: (times.median("iteration")?.cpu ?? 0) * 1e3)
  }
}
