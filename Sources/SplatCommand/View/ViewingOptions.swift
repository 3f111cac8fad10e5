import ArgumentParser
import SplatCore
import SplatFiles
import SplatTraining
import SplatViewer

/// Whether and where the page of a training is served.
struct ViewingOptions: ParsableArguments {
  @Flag(
    help: """
      Serve a page that shows the model and the progress of the training, and then the finished \
      model until Ctrl-C.
      """)
  var view = false

  @Option(
    help: ArgumentHelp(
      "With --view, end this many seconds after the training. (default: on Ctrl-C)",
      valueName: "seconds"))
  var viewSeconds: Double?

  @OptionGroup var address: AddressOptions

  func validate() throws {
    if !view, !address.isDefault || viewSeconds != nil {
      throw ValidationError("--host, --port and --view-seconds need --view.")
    }
    if let viewSeconds, !(viewSeconds >= 0 && viewSeconds.isFinite) {
      throw ValidationError("--view-seconds is \(viewSeconds); 0 or more is expected.")
    }
  }

  /// The page of a training, if it is to be served.
  func page(
    of trainer: Trainer, data: TrainingData, output: String, report: ReportOptions
  ) throws -> TrainingPage? {
    guard view else { return nil }
    var scene = ViewerScene(path: output, splats: trainer.splats, cameras: data.cameras)
    scene.nearPlane = trainer.nearPlane
    scene.testNames = data.testNames
    scene.points = data.points.positions
    scene.background = trainer.settings.plainBackground
    scene.isAntialiased = trainer.settings.isAntialiased
    scene.photo = { data.photo(ofCamera: $0) }
    let viewer = try Viewer(
      scene: scene, host: address.host, port: address.port ?? 0, threads: trainer.settings.threads,
      isTraining: true)
    address.print(viewer.addresses, to: report)
    return TrainingPage(viewer, secondsAfterEnd: viewSeconds)
  }
}
