import ArgumentParser
import SplatFiles
import SplatRendering
import SplatTraining

/// `splat eval`.
struct Eval: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure PSNR and SSIM of a model against photos, or of two folders of images.",
    usage: """
      splat eval MODEL --scene SCENE [--split test] [--json]
      splat eval --images A B [--json]
      """)

  @Argument(
    help: """
      The model: a file of any format, or the output folder of a training. With --images, \
      folder B.
      """)
  var model: String

  @Option(help: "The scene whose photos the model is compared with.")
  var scene: String?

  @Option(help: "Which of the scene's photos.")
  var split = CameraOptions.Split.test

  @Option(
    help: ArgumentHelp(
      "Compare the images in this folder with those of the same names in the one after it.",
      valueName: "A"))
  var images: String?

  @Option(
    help: ArgumentHelp(
      "The folder of images in a COLMAP scene. (default: that of the training, else images)",
      valueName: "dir"))
  var sceneImages: String?

  @Option(
    help: ArgumentHelp(
      "The first of every this many photos is for testing. (default: that of the training, else 8)",
      valueName: "n"))
  var testEvery: Int?

  @OptionGroup var masks: MaskOptions
  @OptionGroup var size: PhotoSizeOptions
  @OptionGroup var picture: PictureOptions
  @OptionGroup var threads: ThreadOptions
  @OptionGroup var report: ReportOptions

  func validate() throws {
    guard (scene == nil) != (images == nil) else {
      throw ValidationError("One of --scene SCENE and --images A is needed.")
    }
    if let testEvery, testEvery < 1 {
      throw ValidationError("--test-every is \(testEvery); 1 or more is expected.")
    }
  }

  func run() throws {
    if let images {
      let comparison = FolderComparison(first: images, second: model, threads: threads.threads)
      show(try comparison.qualities())
    } else if let scene {
      show(try qualities(scene: scene))
    }
  }

  private func show(_ qualities: [ViewQuality]) {
    guard let quality = QualityReport(qualities) else { return }
    quality.emit(to: report)
    if !report.json { quality.print() }
  }

  private func qualities(scene path: String) throws -> [ViewQuality] {
    // Read the model.
    let location = try ModelLocation(model)
    let file = try location.open()
    let splats = file.splats
    // The photos are used as the training did, unless options say otherwise.
    let trained = location.configuration
    var configuration = trained ?? RunConfiguration()
    try masks.apply(to: &configuration)
    size.apply(to: &configuration)
    if let sceneImages { configuration.images = sceneImages }
    if let testEvery { configuration.testEvery = testEvery }
    var options = configuration.sceneOptions
    options.origin = location.origin(of: file)
    let opened = try Scene.open(path: path, options: options)
    let photoOptions = configuration.photoOptions
    // The model is drawn as the training did.
    var settings = picture.settings(for: splats, configuration: trained)
    settings.threads = threads.threads
    let meter = QualityMeter(settings: settings)
    let views = opened.views.filter { split == .all || $0.isTest == (split == .test) }
    guard !views.isEmpty else {
      throw CommandFailure(
        """
        \(path): none of its \(opened.views.count) images is for \
        \(split == .test ? "testing" : "training")
        """, exitCode: CommandFailure.badData)
    }
    // Photo after photo is compared with its render.
    var result: [ViewQuality] = []
    var warnings = PhotoWarnings()
    for (index, view) in views.enumerated() {
      let photo = try view.read(photoOptions)
      warnings.add(photo, index)
      guard !photo.isFullyMasked else { continue }
      let view = TrainingView(view, photo, scale: photoOptions.scale)
      result += meter.quality(of: [view], splats: splats)
      if Console.isTerminal, report.isPlain {
        Console.rewrite("\(result.count) of \(views.count)")
      }
    }
    if Console.isTerminal, report.isPlain { Console.clearLine() }
    for warning in warnings.texts(of: views) { Console.warn(warning) }
    guard !result.isEmpty else {
      throw CommandFailure(
        "\(path): masks cover all \(Wording.count(views.count, "photo"))",
        exitCode: CommandFailure.badData)
    }
    return result
  }
}
