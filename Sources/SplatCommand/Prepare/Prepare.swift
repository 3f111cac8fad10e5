import ArgumentParser
import Foundation
import SplatFiles

/// `splat prepare`.
struct Prepare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make a scene of photos or a video, with ffmpeg and COLMAP.",
    discussion: """
      SCENE receives images, a COLMAP model in sparse, COLMAP's database.db and prepare.log. Photos of \
      lenses with distortion stay as they are: splat train straightens them. The same command goes on \
      where an earlier one was stopped. COLMAP draws random numbers of its own: two preparations may \
      differ.
      """)

  @Argument(help: "A folder of photos, or a video.")
  var source: String

  @Argument(help: "The folder for the scene.")
  var scene: String

  @Option(
    help: ArgumentHelp("How many pictures to take of each second of a video.", valueName: "rate"))
  var fps = 2.0

  @Option(
    help: ArgumentHelp(
      """
      Which photos are compared: all with all, or each with those after it. (default: exhaustive for \
      photos, sequential for a video)
      """, valueName: "way"))
  var matcher: Matcher?

  @Option(help: ArgumentHelp("The lens model, by COLMAP's name.", valueName: "name"))
  var lens = "OPENCV"

  @Flag(help: "Take every photo for one of another camera.")
  var manyCameras = false

  @Option(
    help: ArgumentHelp(
      "Look for features in photos of at most this many pixels a side.", valueName: "pixels"))
  var maxSize = 1600

  @Flag(help: "Start anew, whatever an earlier run has left.")
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
    // What is missing is said before anything is done.
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
