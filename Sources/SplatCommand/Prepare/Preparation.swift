import SplatCore
import SplatFiles
import SplatPlatform

/// Makes a scene, step by step.
struct Preparation {
  let folder: PreparedFolder
  let settings: PreparationSettings
  let colmap: COLMAPProgram
  let ffmpeg: ExternalProgram?
  let threads: Int?
  let report: ReportOptions

  /// Does all steps that have not been done.
  func run() throws {
    // Each step is skipped if an earlier run has done it.
    try step(.images, "images") { progress in
      try makeImages(progress)
      // A video may be shorter than the pause between two pictures.
      let count = SceneFiles.images(in: folder.file("images")).count
      guard count >= Self.fewestPhotos else { throw Self.tooFew(count, in: settings.source) }
    }
    let images = SceneFiles.images(in: folder.file("images"))
    try step(.features, "features") { progress in
      // COLMAP itself leaves out the photos and pairs that the database has.
      let arguments = colmap.features(
        folder, settings, sharesCamera: try shareCamera(images), viewSide: try viewSide(images),
        threads: threads)
      try reconstruct(colmap.program, arguments, images.count, progress)
      guard settings.panorama == true, colmap.knowsRigs else { return }
      let rig = try write(PanoramaRig.configuration.text, to: "rig.json")
      try reconstruct(colmap.program, colmap.rig(folder, rig), images.count, progress)
    }
    try step(.matches, "matches") { progress in
      let pairs = try writePairs(of: images)
      let commands = colmap.matches(
        folder, settings, count: images.count, pairs: pairs, threads: threads)
      for arguments in commands {
        try reconstruct(colmap.program, arguments, images.count, progress)
      }
    }
    try step(.model, "model") { progress in
      try folder.makeEmpty("sparse.partial")
      let arguments = colmap.model(folder, settings, into: "sparse.partial", threads: threads)
      try reconstruct(colmap.mapper, arguments, images.count, progress)
      guard
        COLMAPModel.folder(of: folder.file("sparse.partial")) != nil
          || !FilePaths.folders(in: folder.file("sparse.partial")).isEmpty
      else {
        throw CommandFailure(
          """
          \(folder.path): COLMAP found no cameras; it needs sharp photos of a scene with texture \
          that overlap by more than half; \(folder.file("prepare.log")) has its output
          """, exitCode: CommandFailure.badData)
      }
      if settings.panorama == true, !colmap.knowsRigs { try joinViews(progress) }
      try folder.rename("sparse.partial", to: "sparse")
    }
    try conclude(images.count)
  }

  /// The fewest photos that cameras can be found for.
  static let fewestPhotos = 2

  /// The failure of a source with `count` photos.
  static func tooFew(_ count: Int, in source: String) -> CommandFailure {
    CommandFailure(
      "\(source): \(Wording.count(count, "photo")); \(fewestPhotos) or more are needed",
      exitCode: CommandFailure.badData)
  }

  private func step(
    _ step: PreparedFolder.Step, _ name: String, _ body: (StepProgress) throws -> Void
  ) throws {
    guard try !folder.isDone(step) else {
      report.say("\(Wording.padded(name, 9))done before")
      return
    }
    if Interrupt.received != nil { throw ProgramRun.Stopped() }
    let begin = ContinuousClock.now
    try body(StepProgress(name, report: report))
    try folder.finish(step)
    let seconds = (ContinuousClock.now - begin).seconds
    if report.isPlain, Console.isTerminal { Console.clearLine() }
    report.say("\(Wording.padded(name, 9))\(Wording.duration(seconds))")
    report.emit(["event": "step", "step": .text(step.rawValue), "seconds": .number(seconds)])
  }

  private func makeImages(_ progress: StepProgress) throws {
    guard !folder.hasOwnImages(settings.source) else { return }
    let isPanorama = settings.panorama == true
    try folder.makeEmpty("images.partial")
    if let ffmpeg {
      let frames = isPanorama ? "panoramas.partial" : "images.partial"
      try folder.makeEmpty(frames)
      try takeFrames(ffmpeg, into: frames, progress)
      if isPanorama { try cutPanoramas(of: folder.file(frames), progress) }
    } else if isPanorama {
      try cutPanoramas(of: settings.source, progress)
    } else {
      try copyPhotos(progress)
    }
    try folder.rename("images.partial", to: "images")
    try folder.remove("panoramas.partial")
  }

  /// Cuts the panoramas in the folder `source` into views.
  private func cutPanoramas(of source: String, _ progress: StepProgress) throws {
    let panoramas = try PanoramaPhotos(folder: source)
    guard panoramas.count >= Self.fewestPhotos else {
      throw Self.tooFew(panoramas.count, in: settings.source)
    }
    try panoramas.cut(into: folder.file("images.partial"), threads: threads, progress.update)
  }

  /// Takes the video's frames, more than are wanted, and keeps the sharpest.
  private func takeFrames(
    _ ffmpeg: ExternalProgram, into name: String, _ progress: StepProgress
  ) throws {
    let frames = VideoFrames(folder: folder.file(name))
    let window = settings.sharpest ?? 1
    let rate = (settings.fps ?? 2) * Double(window)
    let arguments = VideoFrames.arguments(
      video: settings.source, rate: rate, folder: frames.folder)
    var expected = 0
    try run(ffmpeg, arguments, "ffmpeg", progress, namesLog: false) { line in
      if let seconds = VideoFrames.duration(line), seconds * rate < 1e9 {
        expected = Int((seconds * rate).rounded(.up))
      }
      if let count = VideoFrames.count(line) { progress.update(count, of: max(expected, count)) }
    }
    guard window > 1 else { return }
    try frames.keepSharpest(ofEvery: window) { progress.update($0, of: $1) }
  }

  /// Copies the photos; those that COLMAP cannot read become JPEG or PNG files.
  private func copyPhotos(_ progress: StepProgress) throws {
    let names = SceneFiles.images(in: settings.source)
    let stems = FrameNames.names(for: names)
    for (index, name) in names.enumerated() {
      if Interrupt.received != nil { throw ProgramRun.Stopped() }
      let source = "\(settings.source)/\(name)"
      var target = folder.file("images.partial/\(name)")
      if let slash = target.lastIndex(of: "/") {
        try FileOutput.makeFolder(String(target[..<slash]))
      }
      if try HEIFFile.isHEIF(path: source) {
        let (bytes, ending) = try HEIFFile.converted(path: source)
        target = folder.file("images.partial/\(stems[index]).\(ending)")
        try FileOutput.write(bytes, to: target)
      } else {
        try FileOutput.write(try FileInput.read(path: source), to: target)
      }
      progress.update(index + 1, of: names.count)
    }
  }

  /// Writes a file of the folder, and returns its path.
  private func write(_ text: String, to name: String) throws(FileError) -> String {
    try FileOutput.write([UInt8]((text + "\n").utf8), to: folder.file(name))
    return folder.file(name)
  }

  /// Writes which views of panoramas to compare, if COLMAP would not find that out by itself.
  private func writePairs(of images: [String]) throws(FileError) -> String? {
    guard settings.panorama == true, settings.matcher == .sequential, !colmap.knowsRigs
    else { return nil }
    let pairs = PanoramaRig.pairs(images, panoramas: PanoramaPhotos.comparedPanoramas)
    return try write(pairs, to: "pairs.txt")
  }

  /// Puts the views of each panorama in one place, in every model that was found.
  private func joinViews(_ progress: StepProgress) throws {
    for name in FilePaths.folders(in: folder.file("sparse.partial")) {
      let path = folder.file("sparse.partial/\(name)")
      var model = try COLMAPModel.read(path: path)
      let strays = PanoramaRig.strays(in: model)
      if !strays.isEmpty {
        let names = try write(strays.joined(separator: "\n"), to: "strays.txt")
        try reconstruct(colmap.program, colmap.deletion(path, names: names), 0, progress)
        model.images.removeAll { strays.contains($0.name) }
      }
      guard let rig = PanoramaRig.adjustment(of: model) else { continue }
      let arguments = colmap.adjustment(path, rig: try write(rig.text, to: "rig.json"))
      try reconstruct(colmap.program, arguments, 0, progress)
    }
  }

  /// Whether the images may be of one camera: COLMAP refuses that if they differ in size.
  private func shareCamera(_ images: [String]) throws(FileError) -> Bool {
    var sizes: Set<SIMD2<Int>> = []
    for image in images {
      let header = try ImageFile.size(path: folder.file("images/\(image)"))
      sizes.insert(SIMD2(header.width, header.height))
    }
    return sizes.count == 1 && !settings.manyCameras
  }

  /// The pixels a side of the images, if they are views of panoramas.
  private func viewSide(_ images: [String]) throws(FileError) -> Int? {
    guard settings.panorama == true, let first = images.first else { return nil }
    return try ImageFile.size(path: folder.file("images/\(first)")).width
  }

  private func reconstruct(
    _ program: ExternalProgram, _ arguments: [String], _ total: Int, _ progress: StepProgress
  ) throws {
    let name = program.path.split(separator: "/").last ?? "colmap"
    try run(program, arguments, "\(name) \(arguments[0])", progress) { line in
      if let (done, all) = COLMAPProgram.progress(line, total: total) {
        progress.update(done, of: all)
      }
    }
  }

  private func run(
    _ program: ExternalProgram, _ arguments: [String], _ name: String, _ progress: StepProgress,
    namesLog: Bool = true, onLine: (Substring) -> Void
  ) throws {
    let log = folder.file("prepare.log")
    var last: [Substring] = []
    let run = ProgramRun(program: program, arguments: arguments, log: log)
    let status = try run.run(
      onLine: { line in
        if !line.isEmpty { last = (last + [line]).suffix(4) }
        onLine(line)
      }, onWait: progress.tick)
    guard status == 0 else {
      throw CommandFailure(
        """
        \(name) ended with status \(status); its output \
        \(namesLog ? "is in \(log), and " : "")ends with:
        \(last.joined(separator: "\n"))
        """, exitCode: CommandFailure.badData)
    }
  }

  /// Opens what was made, and says what it is.
  private func conclude(_ images: Int) throws {
    let scene = try Scene.open(path: folder.path)
    try folder.removeEarlier()
    for warning in scene.warnings { Console.warn(warning) }
    report.emit([
      "event": "result", "images": .integer(images), "registered": .integer(scene.views.count),
      "points": .integer(scene.points.count), "scene": .text(folder.path),
    ])
    report.say(
      """
      \(scene.views.count) of \(Wording.count(images, "photo")) have cameras, \
      \(Wording.count(scene.points.count, "point"))
      splat train \(folder.path) -o OUT
      """)
  }
}
