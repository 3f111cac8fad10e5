import ArgumentParser
import Foundation
import SplatCore
import SplatFiles
import SplatTraining

/// `splat train`: a model from a scene's photos.
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Trains a model from a folder of photos with known cameras.")

  @Argument(help: "The scene: a COLMAP folder or a NeRF-synthetic folder.")
  var scene: String
  @Option(name: .shortAndLong, help: "The folder for the model and the reports.")
  var output: String
  @Option(help: "The number of iterations.")
  var iterations = 30_000
  @Option(help: "How Gaussians are added and taken away: adc or mcmc.")
  var strategy = TrainingSettings().strategy
  @Option(help: "The highest SH degree, 0...3.")
  var shDegree = 3
  @Option(help: "The seed of all random choices.")
  var seed: UInt64 = 0
  @Option(help: "The largest number of Gaussians (by default one for every 50 pixels of the photos).")
  var splats: Int?
  @Option(help: "Stop after this time, such as 90s or 10m; the schedules follow it.")
  var time: DurationOption?
  @Option(help: "Refuse to start if more memory than this is needed, such as 8G.")
  var memory: MemoryOption?
  @Option(help: "The number of threads (by default one for each core).")
  var threads: Int?
  @Option(help: "The folder of photos in the scene.")
  var images = "images"
  @Option(help: "Make the photos this many times smaller.")
  var downscale: Double?
  @Option(help: "Make the photos at most this many pixels wide and high.")
  var maxSize: Int?
  @Flag(help: "Hold out every 8th photo and compare with it in the end.")
  var eval = false
  @Option(help: "Every how many photos one is held out.")
  var testEvery = 8
  @Flag(help: "Train in antialiased mode.")
  var antialias = false
  @Option(help: "The background: black, white, random or #rrggbb.")
  var background: ColorOption?
  @Option(help: "Which image sizes are trained on: full or progressive.")
  var schedule = TrainingSettings().schedule
  @Option(help: "Save a checkpoint every so many iterations.")
  var checkpointEvery = 5000
  @Flag(help: "Continue from the checkpoint in the output folder.")
  var resume = false
  @Flag(help: "Write over what is in the output folder.")
  var overwrite = false
  @Option(help: "The formats of the final model, by commas: ply.")
  var export = "ply"
  @Option(help: "Also save the model after these iterations, by commas.")
  var saveIterations: String?
  @Flag(help: "Leave out photos that cannot be read.")
  var skipBadImages = false
  @Flag(help: "Print JSON lines.")
  var json = false
  @Flag(help: "Print errors only.")
  var quiet = false

  func validate() throws {
    func require(_ condition: Bool, _ message: String) throws {
      guard condition else { throw ValidationError(message) }
    }
    try require(iterations > 0, "--iterations is 1 or more")
    try require((0...3).contains(shDegree), "--sh-degree is 0...3")
    try require(splats.map { $0 > 0 } ?? true, "--splats is 1 or more")
    try require(threads.map { $0 > 0 } ?? true, "--threads is 1 or more")
    try require(downscale.map { $0 >= 1 && $0.isFinite } ?? true, "--downscale is 1 or more")
    try require(maxSize.map { $0 > 0 } ?? true, "--max-size is 1 or more")
    try require(downscale == nil || maxSize == nil, "--downscale and --max-size exclude each other")
    try require(testEvery > 1, "--test-every is 2 or more")
    try require(checkpointEvery > 0, "--checkpoint-every is 1 or more")
    try require(export == "ply", "--export knows ply")
    try require(savePoints != nil, "--save-iterations takes numbers with commas between them")
    try require(!resume || !overwrite, "--resume and --overwrite exclude each other")
  }

  /// The iterations after which the model is saved on the way; nil if they are not numbers.
  var savePoints: Set<Int>? {
    guard let saveIterations else { return [] }
    let numbers = saveIterations.split(separator: ",").map { Int($0) }
    return numbers.contains(nil) ? nil : Set(numbers.compactMap { $0 })
  }

  func run() throws {
    let console = Console(isJSON: json, isQuiet: quiet)
    let folder = try OutputFolder(path: output, resume: resume, overwrite: overwrite)
    let opened = try Scene.open(path: scene, imagesFolder: images, testEvery: testEvery)
    opened.warnings.forEach(console.warn)
    let wanted = eval ? opened.trainViews : opened.kind == .nerf ? opened.trainViews : opened.views
    let loader = ViewLoader(
      scale: downscale.map { .downscale($0) } ?? maxSize.map { .maximumSide($0) } ?? .full,
      threads: threads, skipsBad: skipBadImages, console: console)
    try checkMemory(opened, views: wanted, loader: loader, console: console)
    let views = try loader.load(wanted)
    let testViews = eval ? try loader.load(opened.testViews) : []

    let settings = self.settings(isWhite: opened.kind == .nerf)
    let trainer = try Trainer(views: views, points: opened.points, settings: settings)
    console.note(
      """
      training \(settings.strategy.rawValue), \(settings.schedule.rawValue) sizes, \
      \(settings.iterations) iterations, from \(trainer.splats.count) Gaussians, \
      at most \(trainer.maximumSplats)
      """)
    if resume {
      try trainer.resume(from: folder.readCheckpoint())
      console.note("continuing after iteration \(trainer.iteration)")
    }
    try TrainingRun(
      trainer: trainer, folder: folder, console: console, scenePath: scene, views: views,
      testViews: testViews, savePoints: savePoints ?? [], checkpointEvery: checkpointEvery
    ).run()
  }

  private func settings(isWhite: Bool) -> TrainingSettings {
    var settings = TrainingSettings()
    settings.iterations = iterations
    settings.timeLimit = time?.seconds
    settings.strategy = strategy
    settings.maximumSplats = splats
    settings.shDegree = shDegree
    settings.seed = seed
    settings.isAntialiased = antialias
    settings.schedule = schedule
    settings.threads = threads
    settings.background =
      background?.background ?? .color(
        red: isWhite ? 1 : 0, green: isWhite ? 1 : 0, blue: isWhite ? 1 : 0)
    return settings
  }

  /// Says what was found and planned, and refuses a plan that does not fit.
  private func checkMemory(
    _ opened: Scene, views: [SceneView], loader: ViewLoader, console: Console
  ) throws {
    let pixels = views.reduce(0) { sum, view in
      let size = loader.scale.size(width: view.camera.width, height: view.camera.height)
      return sum + size.width * size.height
    }
    let cap = splats ?? min(max(pixels / 50, 20_000), 1_000_000)
    let needed = cap * 1300 + pixels * 4 + 150_000_000
    console.note(
      """
      \(opened.kind.rawValue) scene \(scene): \(opened.views.count) photos, \
      \(views.count) to train on, \(eval ? opened.testViews.count : 0) held out, \
      \(opened.points.count) points
      at most \(cap) Gaussians; about \(needed / 1_000_000) MB of memory
      """)
    console.event([
      "event": "plan", "photos": opened.views.count, "train": views.count,
      "test": eval ? opened.testViews.count : 0, "points": opened.points.count,
      "maximum_splats": cap, "memory_bytes": needed,
    ])
    if let memory, needed > memory.bytes {
      throw CommandFailure(
        code: 65,
        message: """
          the plan needs about \(needed / 1_000_000) MB and --memory allows \
          \(memory.bytes / 1_000_000) MB; allow fewer --splats or make the photos smaller
          """)
    }
  }
}
