import ArgumentParser
import SplatFiles
import SplatPlatform

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

  @Argument(help: "A folder of photos, or a video.", completion: .file())
  var source: String

  @Argument(help: "The folder for the scene.", completion: .directory)
  var scene: String

  @Option(
    help: ArgumentHelp("How many frames of a video to take per second.", valueName: "rate"))
  var fps = 2.0

  @Option(
    help: ArgumentHelp(
      "Of so many frames of a video in turn, take the sharpest.", valueName: "frames"))
  var sharpest = 4

  @Option(
    help: ArgumentHelp(
      """
      Which photos are compared: exhaustive, all with all; sequential, each with those after it; \
      vocabulary, those that look alike; spatial, those that were taken nearby by their GPS data; \
      auto is sequential for videos and exhaustive for up to 200 photos, and for more vocabulary \
      with a tree, else sequential if their names are numbered.
      """, valueName: "way"))
  var matcher = Matcher.auto

  @Option(
    help: ArgumentHelp(
      "COLMAP's vocabulary tree, to find photos that look alike; in videos too.",
      valueName: "file"), completion: .file())
  var vocabularyTree: String?

  @Option(help: "The program that finds the cameras.")
  var mapper = Mapper.colmap

  @Option(help: ArgumentHelp("The lens model, by its COLMAP name.", valueName: "name"))
  var lens = "OPENCV"

  @Flag(
    help: """
      The photos or the video are panoramas of all directions (equirectangular): each is cut into \
      twelve pinhole views.
      """)
  var panorama = false

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

  func validate() throws {
    guard fps > 0, fps <= 1000 else {
      throw ValidationError("--fps is \(fps); more than 0 and up to 1000 is expected.")
    }
    guard (1...100).contains(sharpest) else {
      throw ValidationError("--sharpest is \(sharpest); 1...100 frames are expected.")
    }
    guard matcher != .vocabulary || vocabularyTree != nil else {
      throw ValidationError(
        """
        --matcher vocabulary needs --vocabulary-tree FILE, one of the trees that COLMAP's authors \
        offer.
        """)
    }
    guard vocabularyTree == nil || matcher != .exhaustive && matcher != .spatial else {
      throw ValidationError("--vocabulary-tree does not go with --matcher \(matcher.rawValue).")
    }
    guard (100...100_000).contains(maxSize) else {
      throw ValidationError("--max-size is \(maxSize); 100 or more pixels are expected.")
    }
    if panorama {
      let stray =
        matcher == .spatial
        ? "--matcher spatial"
        : mapper == .glomap
          ? "--mapper glomap" : manyCameras ? "--many-cameras" : lens != "OPENCV" ? "--lens" : nil
      if let stray { throw ValidationError("\(stray) does not go with --panorama.") }
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
    if let vocabularyTree, !FilePaths.isFile(vocabularyTree) {
      throw FileError(.notFound, path: vocabularyTree, problem: "is no file")
    }
    // Report missing programs and photos before doing anything.
    let colmap = try COLMAPProgram(mapper: mapper)
    let ffmpeg = isVideo ? try ExternalProgram("ffmpeg", purpose: "a video") : nil
    let folder = PreparedFolder(scene)
    let photos = isVideo ? [] : try checkedPhotos(for: folder)
    let settings = settings(isVideo: isVideo, photos: photos)
    // Do what has not been done; what comes to nothing leaves nothing.
    let undo = try folder.begin(settings, overwrite: overwrite)
    Interrupt.watch()
    do {
      try Preparation(
        folder: folder, settings: settings, colmap: colmap, ffmpeg: ffmpeg,
        threads: threads.threads, report: report
      ).run()
    } catch is ProgramRun.Stopped {
      Console.endLine()
      Console.writeError("stopped; the same command continues\n")
      SplatPlatform.exit(Interrupt.exitCode)
    } catch {
      if let undo, folder.isUnbegun { undo() }
      throw error
    }
  }

  private func settings(isVideo: Bool, photos: [String]) -> PreparationSettings {
    var chosen = matcher
    if matcher == .auto {
      let suiting: (matcher: Matcher, word: String?) =
        isVideo
        ? (.sequential, nil)
        : Matcher.suiting(
          photos, viewsEach: panorama ? PanoramaPhotos.viewsEach : 1,
          hasTree: vocabularyTree != nil)
      chosen = suiting.matcher
      if let word = suiting.word { Console.warn(word) }
    }
    return PreparationSettings(
      source: Self.absolute(source), fps: isVideo ? fps : nil, sharpest: isVideo ? sharpest : nil,
      matcher: chosen, vocabularyTree: vocabularyTree.map(Self.absolute),
      mapper: mapper == .colmap ? nil : mapper, panorama: panorama ? true : nil,
      lens: panorama ? "PINHOLE" : lens, manyCameras: manyCameras,
      maxSize: maxSize)
  }

  /// The names of the photos, whose headers can all be read.
  private func checkedPhotos(for folder: PreparedFolder) throws -> [String] {
    let isOwn = folder.hasOwnImages(source)
    guard isOwn || !folder.isInside(source) else {
      throw FileError(
        .cannotWrite, path: scene,
        problem: "lies in the folder of photos; a place outside it was expected")
    }
    guard !isOwn || !panorama else {
      throw FileError(
        .cannotWrite, path: source,
        problem: "the views of panoramas are put here; a folder outside the scene was expected")
    }
    let names = SceneFiles.images(in: source)
    guard names.count >= Preparation.fewestPhotos else {
      throw Preparation.tooFew(names.count, in: source)
    }
    for name in names {
      let path = "\(source)/\(name)"
      _ = try ImageFile.size(path: path)
      let isHEIF = try HEIFFile.isHEIF(path: path)
      guard !(isOwn && isHEIF) else {
        throw FileError(
          .badInput, path: path,
          problem: """
            is a HEIC or AVIF file, which COLMAP does not read; with the photos in a folder \
            outside the scene they are converted
            """)
      }
    }
    return names
  }

  private static func absolute(_ path: String) -> String {
    URL(fileURLWithPath: path).standardizedFileURL.path
  }
}
