import ArgumentParser
import Foundation
import SplatFiles

/// `splat prepare`.
struct Prepare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make a scene from photos or a video, with ffmpeg and COLMAP.",
    usage: "splat prepare PHOTOS SCENE [options]",
    discussion: """
      SCENE receives images, a COLMAP model in sparse, COLMAP's database.db and prepare.log. \
      Photos of lenses with distortion stay as they are: splat train straightens them. Running \
      the same command again continues where it was stopped. COLMAP uses random numbers of its \
      own, so two preparations may differ.
      """)

  @Argument(help: "A folder of photos, or a video.")
  var source: String

  @Argument(help: "The folder for the scene.")
  var scene: String

  @Option(
    help: ArgumentHelp("How many frames of a video to take per second.", valueName: "rate"))
  var fps = 2.0

  @Option(
    help: ArgumentHelp(
      """
      Which photos are compared: all with all, or each with those after it. (default: \
      exhaustive for photos, sequential for a video)
      """, valueName: "way"))
  var matcher: Matcher?

  @Option(help: ArgumentHelp("The lens model, by its COLMAP name.", valueName: "name"))
  var lens = "OPENCV"

  @Flag(help: "Assume a different camera for every photo.")
  var manyCameras = false

  @Option(
    help: ArgumentHelp(
      "Scale photos down to at most this many pixels a side to find features.", valueName: "pixels")
  )
  var maxSize = 1600

  @Flag(
    help: """
      Start over. A complete scene stays in the folder SCENE/earlier until the new one is complete.
      """)
  var overwrite = false

  @OptionGroup var threads: ThreadOptions
  @OptionGroup var report: ReportOptions

  /// Which photos are compared with each other.
  enum Matcher: String, ExpressibleByArgument, CaseIterable {
    case exhaustive, sequential
  }

  func validate() throws {
    guard fps > 0, fps <= 1000 else {
      throw ValidationError("--fps is \(fps); more than 0 and up to 1000 is expected.")
    }
    guard (100...100_000).contains(maxSize) else {
      throw ValidationError("--max-size is \(maxSize); 100 or more pixels are expected.")
    }
    let names = COLMAPLens.allCases.map(\.name)
    guard names.contains(lens) else {
      throw ValidationError(
        "--lens is \(lens); one of \(names.joined(separator: ", ")) is expected.")
    }
  }

  func run() throws {
    guard FilePaths.exists(source) else {
      throw FileError(.notFound, path: source, problem: "does not exist")
    }
    let isVideo = FilePaths.isFile(source)
    // Report missing programs before doing anything.
    let colmap = try COLMAPProgram()
    let ffmpeg = isVideo ? try ExternalProgram("ffmpeg", purpose: "a video") : nil
    let settings = PreparationSettings(
      source: URL(fileURLWithPath: source).standardizedFileURL.path, fps: isVideo ? fps : nil,
      matcher: (matcher ?? (isVideo ? .sequential : .exhaustive)).rawValue, lens: lens,
      manyCameras: manyCameras, maxSize: maxSize)
    let folder = PreparedFolder(scene)
    try folder.begin(settings, overwrite: overwrite)
    Interrupt.watch()
    do {
      try Preparation(
        folder: folder, settings: settings, colmap: colmap, ffmpeg: ffmpeg,
        threads: threads.threads, report: report
      ).run()
    } catch is ProgramRun.Stopped {
      Console.endLine()
      Console.writeError("stopped; the same command continues\n")
      Foundation.exit(Interrupt.exitCode)
    }
  }
}
