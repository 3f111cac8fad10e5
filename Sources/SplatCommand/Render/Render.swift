import ArgumentParser
import SplatFiles
import SplatRendering
import SplatTraining

/// `splat render`.
struct Render: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Render a model from many cameras to PNG files.",
    usage: "splat render MODEL -o FRAMES [options]",
    discussion: """
      The cameras are those of a scene, of a file, of a circle around the model, of a flight past \
      the photos' cameras, or, without any of these options, those in cameras.json beside the \
      model. Frames are named after the scene's images, or 00000.png and up.
      """)

  @Argument(
    help: "The model: a file of any format, or the output folder of a training.",
    completion: .file())
  var model: String

  @Option(
    name: [.customShort("o"), .long], help: "The folder for the frames.", completion: .directory)
  var output: String

  @OptionGroup(title: "Cameras") var cameras: CameraOptions
  @OptionGroup(title: "Picture") var picture: PictureOptions
  @OptionGroup(title: "Further files") var files: FrameFileOptions
  @OptionGroup var part: PartOptions
  @OptionGroup var threads: ThreadOptions
  @OptionGroup var report: ReportOptions

  func validate() throws {
    if files.video != nil, part.part != nil {
      throw ValidationError("--video needs all frames; --part does not go with it.")
    }
    if files.alpha, picture.background != nil {
      throw ValidationError("--alpha leaves the background out; --background does not go with it.")
    }
  }

  func run() throws {
    let location = try ModelLocation(model)
    let file = try location.open()
    var splats = file.splats
    splats.boundClusters()
    let plan = try cameras.plan(model: location, file: file)
    var settings = picture.settings(for: splats, configuration: location.configuration)
    settings.threads = threads.threads
    settings.includesDepth = files.needsDepth
    if files.alpha { settings.background = .zero }
    try RenderRun(
      splats: splats, cameras: plan, arePanoramas: cameras.panorama,
      part: try part.range(of: plan.count), settings: settings,
      folder: output, files: files,
      report: report
    ).run()
  }
}
