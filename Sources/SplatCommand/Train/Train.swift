import ArgumentParser
import SplatCore
import SplatFiles
import SplatTraining

/// `splat train`.
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Learn a model from photos with known cameras.",
    discussion: """
      OUT receives point_cloud/iteration_N/point_cloud.ply, cameras.json, config.json, \
      metrics.jsonl, results.json and checkpoint.bin. Ctrl-C finishes the iteration, saves the model \
      and a checkpoint, and ends with exit code 130; --resume continues, and ends in the same bytes as \
      a run that was never stopped.
      """)

  @Argument(
    help: "The scene: a folder with a COLMAP model and images, or with transforms.json.")
  var scene: String

  @Option(name: [.customShort("o"), .long], help: "The folder for the results.")
  var output: String

  @OptionGroup(title: "Training") var training: TrainingOptions
  @OptionGroup(title: "Photos") var photos: TrainingPhotoOptions
  @OptionGroup(title: "Masks and lenses") var masks: MaskOptions
  @OptionGroup(title: "Photo size") var size: PhotoSizeOptions
  @OptionGroup(title: "Results") var saving: SavingOptions
  @OptionGroup(title: "Viewer") var viewing: ViewingOptions
  @OptionGroup var threads: ThreadOptions
  @OptionGroup var report: ReportOptions

  func run() throws {
    var folder = TrainingFolder(output)
    try folder.check(overwrite: saving.overwrite, resume: saving.resume)
    let source = try TrainingSource(scene: scene, photos: photos, masks: masks, size: size)
    let shares = try training.memoryShares(for: source, threads: threads.threads)
    let data = try TrainingData(source, shares: shares, threads: threads.threads, report: report)
    var settings = training.settings(for: data)
    settings.threads = threads.threads
    let plan = TrainingPlan(data: data, settings: settings, shares: shares)
    plan.print(to: report, output: output)
    let trainer = try Trainer(photos: data.train, points: data.points, settings: plan.settings)
    let configuration = RunConfiguration(
      scene: scene, images: photos.images, masks: masks.masks, invertsMasks: masks.invertMasks,
      alpha: masks.alpha, undistort: masks.undistort, downscale: size.downscale,
      maxSize: size.maxSize, evaluates: photos.eval, testEvery: photos.testEvery,
      maximumSplats: plan.maximumSplats, nearPlane: trainer.nearPlane, settings: plan.settings)
    let page = try viewing.page(of: trainer, data: data, output: output, report: report)
    try TrainingRun(
      trainer: trainer, data: data, configuration: configuration, saving: saving, report: report,
      page: page
    ).run(in: &folder)
  }
}

/// How the model is learnt.
struct TrainingOptions: ParsableArguments {
  private static let defaults = TrainingSettings()

  @Option(help: ArgumentHelp("The number of iterations, one photo each.", valueName: "count"))
  var iterations = TrainingOptions.defaults.iterations

  @Option(help: "How Gaussians are added and taken away.")
  var strategy = TrainingOptions.defaults.strategy

  @Option(help: ArgumentHelp("The degree of view-dependent colour, 0...3.", valueName: "degree"))
  var shDegree = TrainingOptions.defaults.shDegree

  @Option(help: ArgumentHelp("The seed of all random choices.", valueName: "number"))
  var seed = TrainingOptions.defaults.seed

  @Option(
    help: ArgumentHelp(
      "The largest number of Gaussians. (default: one for 50 pixels, 20,000...1,000,000)",
      valueName: "count"))
  var splats: Int?

  @Option(
    help: ArgumentHelp(
      "Train no longer than this, such as 90s, 10m or 1h30m; schedules follow the time.",
      valueName: "time"))
  var time: DurationArgument?

  @Option(
    help: ArgumentHelp(
      "Use no more memory than this, such as 8G; photos that do not fit are read again when needed.",
      valueName: "size"))
  var memory: ByteCountArgument?

  @Flag(help: "Train for antialiased rendering.")
  var antialias = false

  @Option(
    help: ArgumentHelp(
      "black, white, random or #rrggbb. (default: white for NeRF scenes with alpha, else black)",
      valueName: "colour"))
  var background: BackgroundArgument?

  @Option(help: "Train on the photos' own size, or on small ones first.")
  var schedule = TrainingOptions.defaults.schedule

  func validate() throws {
    guard (1...100_000_000).contains(iterations) else {
      throw ValidationError("--iterations is \(iterations); 1 or more are expected.")
    }
    guard (0...3).contains(shDegree) else {
      throw ValidationError("--sh-degree is \(shDegree); 0...3 is expected.")
    }
    if let splats, !(1...50_000_000).contains(splats) {
      throw ValidationError("--splats is \(splats); 1...50,000,000 are expected.")
    }
  }

  /// How memory is shared between Gaussians and the photos of `source`.
  func memoryShares(for source: TrainingSource, threads: Int?) throws -> MemoryShares {
    let learnt = source.views.filter { !$0.isTest }
    let cameras = learnt.map { source.photoOptions.scale.camera($0.camera) }
    return try MemoryShares(
      limit: memory?.bytes, photos: PhotoMemory(source.views, options: source.photoOptions),
      wanted: splats ?? Trainer.defaultMaximumSplats(for: cameras), isChosen: splats != nil,
      threads: Workers(threads: threads).threads)
  }

  /// The settings of the trainer.
  func settings(for data: TrainingData) -> TrainingSettings {
    var settings = TrainingSettings()
    settings.iterations = iterations
    settings.strategy = strategy
    settings.shDegree = shDegree
    settings.seed = seed
    settings.maximumSplats = splats
    settings.timeLimit = time?.seconds
    settings.isAntialiased = antialias
    settings.schedule = schedule
    if let background {
      settings.background = background.background
    } else if data.kind == .nerf, data.hasAlpha {
      settings.background = .color(red: 1, green: 1, blue: 1)
    }
    return settings
  }
}

/// Which photos are learnt from.
struct TrainingPhotoOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The folder of images, such as images_4.", valueName: "dir"))
  var images = "images"

  @Flag(
    help: """
      Hold photos out, and measure the model on all of them at the end and on a few of them up to \
      20 times before; --time does not count that.
      """)
  var eval = false

  @Option(help: ArgumentHelp("With --eval, hold out every this many photos.", valueName: "n"))
  var testEvery = 8

  @Flag(help: "Leave out photos that cannot be read.")
  var skipBadImages = false

  func validate() throws {
    guard testEvery >= 2 else {
      throw ValidationError("--test-every is \(testEvery); 2 or more is expected.")
    }
  }
}

/// What is written, and when.
struct SavingOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Save a checkpoint every this many iterations; 0: only on Ctrl-C."))
  var checkpointEvery = 5000

  @Option(
    help: ArgumentHelp("Save the model after these iterations too.", valueName: "7000,30000"))
  var saveIterations: IterationList?

  @Option(
    help: ArgumentHelp(
      """
      The formats of the model besides ply, with commas between them: \
      \(ModelFormat.written.map(\.rawValue).joined(separator: ", ")).
      """, valueName: "formats"))
  var export = FormatList.ply

  @Flag(help: "Continue a run that was stopped, from its last checkpoint.")
  var resume = false

  @Flag(help: "Replace an earlier run in the output folder.")
  var overwrite = false

  func validate() throws {
    guard checkpointEvery >= 0 else {
      throw ValidationError("--checkpoint-every is \(checkpointEvery); 0 or more is expected.")
    }
    if resume, overwrite {
      throw ValidationError("--resume and --overwrite exclude each other.")
    }
  }
}
