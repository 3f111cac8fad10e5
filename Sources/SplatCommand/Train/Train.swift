import ArgumentParser
import SplatCore
import SplatFiles
import SplatTraining

/// `splat train`.
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a model on photos with known cameras.",
    discussion: """
      OUT receives point_cloud/iteration_N/point_cloud.ply, cameras.json, config.json, \
      metrics.jsonl, results.json and checkpoint.bin. Ctrl-C finishes the iteration, saves the \
      model and a checkpoint, and ends with exit code 130; --resume continues, and ends in the \
      same bytes as a run that was never stopped. --config repeats a run.
      """)

  @Argument(
    help: "The scene: a folder with a COLMAP model and images, or with transforms.json.")
  var scene: String?

  @Option(name: [.customShort("o"), .long], help: "The folder for the results.")
  var output: String?

  @Option(
    help: ArgumentHelp(
      """
      Repeat the run that wrote this config.json; what the command line gives takes precedence.
      """, valueName: "file"))
  var config: String?

  @Option(
    help: ArgumentHelp(
      """
      Use no more memory than this, such as 8G; photos that do not fit are read again when needed.
      """, valueName: "size"))
  var memory: ByteCountArgument?

  @Flag(help: "List all settings, and train nothing.")
  var listSettings = false

  @OptionGroup(title: "Training") var training: TrainingOptions
  @OptionGroup(title: "Photos") var photos: TrainingPhotoOptions
  @OptionGroup(title: "Masks and lenses") var masks: MaskOptions
  @OptionGroup(title: "Photo size") var size: PhotoSizeOptions
  @OptionGroup(title: "Results") var saving: SavingOptions
  @OptionGroup(title: "Viewer") var viewing: ViewingOptions
  @OptionGroup var threads: ThreadOptions
  @OptionGroup var report: ReportOptions

  func validate() throws {
    guard !listSettings else { return }
    guard output != nil else { throw ValidationError("-o OUT is missing.") }
    guard scene != nil || config != nil else {
      throw ValidationError("SCENE is missing: the folder of a scene was expected.")
    }
  }

  func run() throws {
    guard !listSettings, let output else { return SettingsList.print(to: report) }
    // Find out what is asked for.
    let file = try config.map { path throws(FileError) in try ConfigurationFile(path: path) }
    var configuration = try configuration(file)
    guard let scene = configuration.scene else {
      throw ValidationError("SCENE is missing, and \(config ?? "--config") names none.")
    }
    var folder = TrainingFolder(output)
    try folder.check(overwrite: saving.overwrite, resume: saving.resume)
    // Read the scene, as far as there is memory.
    let source = try TrainingSource(scene, configuration)
    if source.scene.origin != .zero { configuration.origin = MapOrigin(place: source.scene.origin) }
    let shares = try MemoryShares(
      limit: memory?.bytes, source: source, settings: configuration.settings)
    let data = try TrainingData(
      source, shares: shares, threads: configuration.settings.threads, report: report)
    // Settle what depends on the photos.
    let hasBackground = training.hasBackground || file?.contains("settings.background") ?? false
    if !hasBackground, data.kind == .nerf, data.hasAlpha {
      configuration.settings.background = .color(red: 1, green: 1, blue: 1)
    }
    let plan = TrainingPlan(data: data, settings: configuration.settings, shares: shares)
    plan.print(to: report, output: output)
    // Train.
    let trainer = try Trainer(photos: data.train, points: data.points, settings: plan.settings)
    configuration.settings = plan.settings
    configuration.maximumSplats = plan.maximumSplats
    configuration.nearPlane = trainer.nearPlane
    let page = try viewing.page(of: trainer, data: data, output: output, report: report)
    try TrainingRun(
      trainer: trainer, data: data, configuration: configuration, saving: saving, report: report,
      page: page
    ).run(in: &folder)
  }

  /// What is asked for: by the command line, else by `file`, else by the defaults.
  private func configuration(_ file: ConfigurationFile?) throws -> RunConfiguration {
    var configuration = try file?.configuration() ?? RunConfiguration()
    configuration.version = SplatTool.version
    if let scene { configuration.scene = scene }
    try photos.apply(to: &configuration)
    try masks.apply(to: &configuration)
    size.apply(to: &configuration)
    try training.apply(to: &configuration.settings)
    if let threads = threads.threads { configuration.settings.threads = threads }
    return configuration
  }
}
