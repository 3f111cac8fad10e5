import ArgumentParser
import SplatCore
import SplatFiles
import SplatTraining
import SplatViewer

/// Whether and where a training can be watched.
struct ViewingOptions: ParsableArguments {
  @Flag(help: "Serve a page that shows the model and the course of the training meanwhile.")
  var view = false

  @OptionGroup var address: AddressOptions

  func validate() throws {
    if !view, !address.isDefault {
      throw ValidationError("--host and --port need --view.")
    }
  }

  /// The viewer of a training, if it is to be watched.
  func viewer(
    of trainer: Trainer, data: TrainingData, output: String, report: ReportOptions
  ) throws -> Viewer? {
    guard view else { return nil }
    var scene = ViewerScene(path: output, splats: trainer.splats, cameras: data.cameras)
    scene.nearPlane = trainer.nearPlane
    scene.testNames = data.testNames
    scene.points = data.points.positions
    scene.background = trainer.settings.background.color ?? .zero
    scene.isAntialiased = trainer.settings.isAntialiased
    scene.photo = { data.photo(ofCamera: $0) }
    let viewer = try Viewer(
      scene: scene, host: address.host, port: address.port ?? 0, threads: trainer.settings.threads,
      isTraining: true)
    address.tell(viewer.address, to: report)
    return viewer
  }
}
