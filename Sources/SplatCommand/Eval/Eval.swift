import ArgumentParser
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
      """, completion: .file())
  var model: String

  @Option(help: "The scene whose photos the model is compared with.", completion: .file())
  var scene: String?

  @Option(help: "Which of the scene's photos.")
  var split = CameraOptions.Split.test

  @Option(
    help: ArgumentHelp(
      "Compare the images in this folder with those of the same names in the one after it.",
      valueName: "A"), completion: .directory)
  var images: String?

  @Option(
    help: ArgumentHelp(
      "The folder of images in a COLMAP scene. (default: that of the training, else images)",
      valueName: "dir"), completion: .directory)
  var sceneImages: String?

  @Option(
    help: ArgumentHelp(
      "The first of every this many photos is for testing. (default: that of the training, else 8)",
      valueName: "n"))
  var testEvery: Int?

  @OptionGroup var masks: MaskOptions
  @OptionGroup var size: PhotoSizeOptions
  @OptionGroup var picture: PictureOptions
  @OptionGroup var part: PartOptions
  @OptionGroup var threads: ThreadOptions
  @OptionGroup var report: ReportOptions

  func validate() throws {
    guard (scene == nil) != (images == nil) else {
      throw ValidationError("One of --scene SCENE and --images A is needed.")
    }
    if images != nil, part.part != nil { throw ValidationError("--part needs --scene.") }
    if let testEvery, testEvery < 1 {
      throw ValidationError("--test-every is \(testEvery); 1 or more is expected.")
    }
  }

  func run() throws {
    if let images {
      let comparison = FolderComparison(first: images, second: model, threads: threads.threads)
      show(try comparison.qualities(), robustness: nil)
    } else if let scene {
      var comparison = SceneComparison(
        model: model, scene: scene, split: split, masks: masks, size: size, picture: picture,
        threads: threads.threads)
      comparison.images = sceneImages
      comparison.testEvery = testEvery
      comparison.part = try part.resolved()
      let result = try comparison.run(report: report)
      show(result.qualities, robustness: result.robustness)
    }
  }

  private func show(_ qualities: [ViewQuality], robustness: RobustnessReport?) {
    guard let quality = QualityReport(qualities) else { return }
    quality.emit(to: report, more: robustness?.members ?? [])
    if !report.json {
      quality.print()
      if let robustness { Console.write(robustness.text) }
    }
  }
}
