import ArgumentParser
import SplatCore
import SplatFiles
import SplatPlatform

/// `splat undistort`.
struct Undistort: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a scene's photos as training sees them, without distortion.",
    discussion: """
      OUT receives images as PNG files, a COLMAP model with PINHOLE cameras in sparse/0, and masks \
      where photos have masked or blank pixels: a scene that any program reads which knows no \
      lenses.
      """)

  @Argument(help: "The scene.", completion: .file())
  var scene: String

  @Argument(help: "The folder for the new scene, which must not exist.", completion: .directory)
  var output: String

  @Option(
    help: ArgumentHelp("The scene's folder of images. (default: images)", valueName: "dir"),
    completion: .directory)
  var images: String?

  @OptionGroup var masks: MaskOptions
  @OptionGroup var size: PhotoSizeOptions
  @OptionGroup var threads: ThreadOptions
  @OptionGroup var report: ReportOptions

  func run() throws {
    // Open the scene as a training does.
    var configuration = RunConfiguration()
    try masks.apply(to: &configuration)
    size.apply(to: &configuration)
    if let images { configuration.images = images }
    let opened = try Scene.open(path: scene, options: configuration.sceneOptions)
    for warning in opened.warnings { Console.warn(warning) }
    try StraightenedScene.check(output)
    Interrupt.watch()
    do {
      let masked = try StraightenedScene(opened, options: configuration.photoOptions).write(
        to: output, threads: threads.threads, report: report)
      let count = opened.views.count
      report.say(
        """
        \(Wording.count(count, "photo")), \(Wording.count(masked, "mask")) and \
        \(Wording.count(opened.points.count, "point")) in \(output)
        """)
      report.emit([
        "event": "result", "images": .integer(count), "masks": .integer(masked),
        "points": .integer(opened.points.count), "scene": .text(output),
      ])
    } catch is StraightenedScene.Stopped {
      Console.endLine()
      Console.writeError("stopped; nothing was written\n")
      SplatPlatform.exit(Interrupt.exitCode)
    }
  }
}
