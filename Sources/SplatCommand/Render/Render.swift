import ArgumentParser
import SplatFiles
import SplatRendering
import SplatTraining

/// `splat render`.
struct Render: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draw a model from many cameras, as PNG files.",
    discussion: """
      The cameras are those of a scene, of a file, of a circle around the model, or, without any of \
      these options, those in cameras.json beside the model. Frames are named after the scene's \
      images, or 00000.png and up.
      """)

  @Argument(help: "The model: a file of any format, or the output folder of a training.")
  var model: String

  @Option(name: [.customShort("o"), .long], help: "The folder for the frames.")
  var output: String

  @OptionGroup(title: "Cameras") var cameras: CameraOptions
  @OptionGroup(title: "Picture") var picture: PictureOptions
  @OptionGroup(title: "Further files") var files: FrameFileOptions
  @OptionGroup var threads: ThreadOptions
  @OptionGroup var report: ReportOptions

  func validate() throws {
    if files.alpha, picture.background != nil {
      throw ValidationError("--alpha leaves the background out; --background does not go with it.")
    }
  }

  func run() throws {
    let location = try ModelLocation(model)
    var splats = try location.read()
    splats.boundClusters()
    let plan = try cameras.plan(model: location, splats: splats)
    var settings = picture.settings(for: splats, configuration: location.configuration)
    settings.threads = threads.threads
    settings.includesDepth = files.needsDepth
    if files.alpha { settings.background = .zero }
    try RenderRun(
      splats: splats, cameras: plan, settings: settings, folder: output, files: files,
      report: report
    ).run()
  }
}

/// What the picture depends on besides the model and the camera.
struct PictureOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "black, white or #rrggbb. (default: that of the training, else black)", valueName: "colour"))
  var background: BackgroundArgument?

  @Flag(help: "Draw in antialiased mode; on by itself for models that were trained in it.")
  var antialias = false

  @Option(
    help: ArgumentHelp(
      "Leave out what is nearer to the camera. (default: that of the training, else 0.01)",
      valueName: "depth"))
  var near: Float?

  func validate() throws {
    if let background, background.color == nil {
      throw ValidationError("--background is random; black, white or #rrggbb is expected.")
    }
    if let near, !(near > 0 && near.isFinite) {
      throw ValidationError("--near is \(near); a positive depth is expected.")
    }
  }

  func settings(for splats: Splats, configuration: RunConfiguration?) -> RenderSettings {
    var settings = RenderSettings()
    settings.isAntialiased = antialias || splats.isAntialiased
    settings.nearPlane = near ?? configuration?.nearPlane ?? settings.nearPlane
    settings.background =
      background?.color ?? configuration?.settings.background.color ?? settings.background
    return settings
  }
}

/// Which files are written for a frame besides `NAME.png`.
struct FrameFileOptions: ParsableArguments {
  @Flag(
    help: """
      Write NAME.depth.png, 16 bits: depth divided by the frame's `scale` in depth.json, 0 where \
      nothing is.
      """)
  var depth = false

  @Flag(help: "Write the opacity as the alpha of NAME.png (straight), without any background.")
  var alpha = false

  @Flag(
    help: """
      Write NAME.npy, float32, height x width x 4 (RGB not clamped, alpha), and NAME.depth.npy, \
      height x width.
      """)
  var raw = false

  @Option(help: ArgumentHelp("Also make a video of the frames, with ffmpeg.", valueName: "file"))
  var video: String?

  @Option(help: ArgumentHelp("The video's frames in a second.", valueName: "rate"))
  var fps = 30.0

  func validate() throws {
    guard fps >= 0.1, fps <= 1000 else {
      throw ValidationError("--fps is \(fps); 0.1...1000 are expected.")
    }
  }

  /// Whether frames need a depth plane.
  var needsDepth: Bool { depth || raw }
}
