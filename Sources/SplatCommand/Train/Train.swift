import ArgumentParser
import SplatCore
import SplatFiles
import SplatPlatform
import SplatTraining

/// `splat train`.
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a model on photos with known cameras.",
    usage: """
      splat train SCENE -o OUT [options]
      splat train --resume OUT [--iterations N] [--time T]
      splat train SCENE -o OUT --from MODEL [--freeze GROUPS] [options]
      splat train --config OUT/config.json -o OTHER [options]
      """,
    discussion: """
      OUT receives point_cloud/iteration_N/point_cloud.ply, cameras.json, config.json, \
      metrics.jsonl, results.json and checkpoint.bin. The checkpoint takes about 700 bytes for \
      each Gaussian, three times the PLY file; a run can be continued as long as it is there, and \
      it may be deleted otherwise.

      Ctrl-C finishes the iteration, saves a checkpoint and the model, and ends with exit code \
      130. --resume OUT continues, and ends in the same bytes as a run that was never stopped; \
      with more --iterations or --time it makes a finished run longer. Photos without cameras \
      become a scene with splat prepare.

      mpirun -n 4 splat train ... and srun train one model in several processes, each with a part \
      of its Gaussians, if the program was built with MPI; --batch should be a multiple of their \
      number. The results have the same bytes as those of one process.
      """)

  @Argument(
    help: """
      The scene: a folder or zip archive with a COLMAP model and images, with transforms.json, or \
      with OpenSfM's or OpenDroneMap's reconstruction. With --resume and without -o: OUT.
      """, completion: .file())
  var scene: String?

  @Option(
    name: [.customShort("o"), .long], help: "The folder for the results.", completion: .directory)
  var output: String?

  @Option(
    help: ArgumentHelp(
      """
      Start from this model, of any format or the output folder of a training, instead of the \
      scene's points. It must be in the scene's frame of reference; its SH degree becomes that of \
      --sh-degree, and photos have their own size from the start.
      """, valueName: "model"), completion: .file())
  var from: String?

  @Option(
    help: ArgumentHelp(
      """
      Repeat the run that wrote this config.json; what the command line gives takes precedence.
      """, valueName: "file"), completion: .file(extensions: ["json"]))
  var config: String?

  @Option(
    help: ArgumentHelp(
      """
      Use no more memory than this, such as 8G; photos that do not fit are read again when needed.
      """, valueName: "size"))
  var memory: ByteCountArgument?

  @Flag(
    help: """
      Train in this process alone, also where mpirun or srun has started several; without this, \
      they train one model together.
      """)
  var alone = false

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

  /// Whether SCENE is the folder of the run that is resumed.
  private var resumesScene: Bool { saving.resume && output == nil }

  func validate() throws {
    guard !listSettings else { return }
    guard output != nil || resumesScene else {
      throw ValidationError("-o OUT is missing: the folder for the results was expected.")
    }
    guard scene != nil || config != nil || saving.resume else {
      throw ValidationError("SCENE is missing: the folder of a scene was expected.")
    }
    guard scene != nil || output != nil else {
      throw ValidationError("OUT is missing: --resume OUT continues the run in the folder OUT.")
    }
  }

  func run() throws {
    guard !listSettings, let output = output ?? scene else {
      return SettingsList.print(to: report)
    }
    let ranks = alone ? .alone : try TrainingRanks.join()
    var folder = TrainingFolder(output)
    try ranks.onFirst {
      try folder.check(overwrite: saving.overwrite, resume: saving.resume)
      if ranks.count > 1, viewing.view {
        throw ValidationError(
          "--view shows a model that one process holds, and \(ranks.count) train it together.")
      }
    }
    let run = try ranks.together { try prepared(output: output, &folder, ranks) }
    try run.check()
    try run.run(in: &folder)
  }

  /// Prepares the run.
  private func prepared(
    output: String, _ folder: inout TrainingFolder, _ ranks: TrainingRanks
  ) throws -> TrainingRun {
    // Find out what is asked for.
    let resumed =
      saving.resume && folder.holdsRun ? try ResumedRun(path: folder.configurationPath) : nil
    if resumesScene, resumed == nil {
      throw FileError(
        .notFound, path: output,
        problem: FilePaths.exists(output)
          ? "holds no run to resume: the output folder of a training was expected"
          : "does not exist")
    }
    let file = try config.map { path throws(FileError) in try ConfigurationFile(path: path) }
    var configuration = try configuration(file, resumed)
    try resumed?.check(configuration)
    let named = resumesScene ? nil : scene
    guard let scene = named ?? configuration.scene.map(configuration.resolved) else {
      throw ValidationError("SCENE is missing, and \(config ?? "config.json") names none.")
    }
    func isChosen(_ name: String) -> Bool {
      resumed != nil || training.gives(name) || file?.contains("settings.\(name)") ?? false
    }
    // Read the scene, as far as there is memory.
    var start = try modelStart(configuration, output: output)
    let source = try TrainingSource(scene, configuration)
    start?.move(to: source.scene.origin)
    if source.scene.origin != .zero { configuration.origin = MapOrigin(place: source.scene.origin) }
    folder.origin = source.scene.origin
    let cameras = source.views.filter { !$0.isTest }.map {
      source.photoOptions.scale.camera($0.camera)
    }
    // Where no photo is left there is more to say, later.
    if !cameras.isEmpty { try configuration.settings.check(photos: cameras.count) }
    try start?.settle(
      &configuration.settings, cameras: cameras, points: source.scene.points, isChosen: isChosen)
    let shares = try MemoryShares(
      limit: configuration.memory, source: source, settings: configuration.settings,
      ranks: ranks.count)
    try start?.check(shares)
    let data = try TrainingData(
      source, shares: shares, threads: configuration.settings.threads, report: report)
    // Settle what depends on the photos.
    if !isChosen("background"), let color = PlainBackdrop.color(of: data.train) {
      configuration.settings.background = .color(red: color.x, green: color.y, blue: color.z)
    }
    if !isChosen("shownBackground"), data.kind == .nerf, data.hasAlpha {
      configuration.settings.shownBackground = .color(red: 1, green: 1, blue: 1)
    }
    let plan = TrainingPlan(
      data: data, settings: configuration.settings, shares: shares, ranks: ranks.count)
    plan.print(to: report, output: output)
    if let start { report.say(start.line) }
    saving.warn(iterations: plan.settings.iterations)
    // Train.
    let trainer = try trainer(data, start, plan.settings, ranks.ranks)
    plan.print(trainer.depths, to: report)
    configuration.settings = plan.settings
    configuration.maximumSplats = plan.maximumSplats
    configuration.nearPlane = trainer.nearPlane
    let page = try viewing.page(of: trainer, data: data, output: output, report: report)
    return TrainingRun(
      trainer: trainer, data: data, configuration: configuration, resumed: resumed, saving: saving,
      report: report, page: page, ranks: ranks)
  }

  /// What is asked for: by the command line, else by `file`, else by the run that is `resumed`,
  /// else by the defaults.
  private func configuration(_ file: ConfigurationFile?, _ resumed: ResumedRun?) throws
    -> RunConfiguration
  {
    var configuration =
      try file?.configuration() ?? resumed?.configuration ?? RunConfiguration()
    configuration.version = SplatTool.version
    if resumed == nil {
      if let scene { configuration.scene = scene }
      // The paths of the command line and of the file are relative to where we are.
      configuration.folder = FileManager.default.currentDirectoryPath
    }
    if let from { configuration.from = from }
    if let memory { configuration.memory = memory.bytes }
    try photos.apply(to: &configuration)
    try masks.apply(to: &configuration)
    size.apply(to: &configuration)
    try training.apply(to: &configuration.settings)
    if let threads = threads.threads { configuration.settings.threads = threads }
    return configuration
  }

  /// The model that the run starts from, if it does.
  private func modelStart(_ configuration: RunConfiguration, output: String) throws -> ModelStart? {
    guard let from = from ?? configuration.from.map(configuration.resolved) else { return nil }
    func real(_ path: String) -> String {
      URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    }
    guard !"\(real(from))/".hasPrefix("\(real(output))/") else {
      throw ValidationError(
        "--from \(from) is in \(output), whose run would replace it; another -o is expected.")
    }
    return try ModelStart(path: from)
  }

  private func trainer(
    _ data: TrainingData, _ start: ModelStart?, _ settings: TrainingSettings,
    _ ranks: (any Ranks)?
  ) throws(TrainingError) -> Trainer {
    if let start {
      return try Trainer(
        photos: data.train, splats: start.splats, points: data.points, settings: settings,
        ranks: ranks)
    }
    return try Trainer(
      photos: data.train, points: data.points, settings: settings, ranks: ranks)
  }
}
