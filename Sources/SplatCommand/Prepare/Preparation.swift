import Foundation
import SplatCore
import SplatFiles

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
    try step(.images, "images") { try makeImages() }
    let images = SceneFiles.images(in: folder.file("images"))
    guard images.count >= 2 else {
      throw CommandFailure(
        "\(settings.source): \(Wording.count(images.count, "photo")); 2 or more are needed",
        exitCode: CommandFailure.badData)
    }
    try step(.features, "features") {
      // COLMAP itself leaves out the photos and pairs that the database has.
      let arguments = colmap.features(
        folder, settings, sharesCamera: try shareCamera(images), threads: threads)
      try reconstruct(arguments, "features", images.count)
    }
    try step(.matches, "matches") {
      try reconstruct(colmap.matches(folder, settings, threads: threads), "matches", images.count)
    }
    try step(.model, "model") {
      try folder.makeEmpty("sparse.partial")
      try reconstruct(
        colmap.model(folder, into: "sparse.partial", threads: threads), "model", images.count)
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
      try folder.rename("sparse.partial", to: "sparse")
    }
    try conclude(images.count)
  }

  private func step(_ step: PreparedFolder.Step, _ name: String, _ body: () throws -> Void) throws {
    guard try !folder.isDone(step) else {
      report.say("\(Wording.padded(name, 9))done before")
      return
    }
    if Interrupt.received != nil { throw ProgramRun.Stopped() }
    let begin = ContinuousClock.now
    try body()
    try folder.finish(step)
    let seconds = (ContinuousClock.now - begin).seconds
    if report.isPlain, Console.isTerminal { Console.clearLine() }
    report.say("\(Wording.padded(name, 9))\(Wording.duration(seconds))")
    report.emit(["event": "step", "step": .text(step.rawValue), "seconds": .number(seconds)])
  }

  private func makeImages() throws {
    guard !folder.hasOwnImages(settings) else { return }
    try folder.makeEmpty("images.partial")
    if let ffmpeg {
      let arguments = [
        "-nostdin", "-loglevel", "error", "-i", settings.source, "-vf", "fps=\(settings.fps ?? 2)",
        "-qscale:v", "2", folder.file("images.partial/%05d.jpg"),
      ]
      try run(ffmpeg, arguments, "ffmpeg")
    } else {
      let names = SceneFiles.images(in: settings.source)
      for (index, name) in names.enumerated() {
        if Interrupt.received != nil { throw ProgramRun.Stopped() }
        let target = folder.file("images.partial/\(name)")
        if let slash = target.lastIndex(of: "/") {
          try FileOutput.makeFolder(String(target[..<slash]))
        }
        try FileOutput.write(try FileInput.read(path: "\(settings.source)/\(name)"), to: target)
        show("images", index + 1, names.count)
      }
    }
    try folder.rename("images.partial", to: "images")
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

  private func reconstruct(_ arguments: [String], _ name: String, _ total: Int) throws {
    try run(colmap.program, arguments, "colmap \(arguments[0])") { line in
      if let (done, all) = COLMAPProgram.progress(line, total: total) { show(name, done, all) }
    }
  }

  private func run(
    _ program: ExternalProgram, _ arguments: [String], _ name: String,
    onLine: (Substring) -> Void = { _ in }
  ) throws {
    let log = folder.file("prepare.log")
    var last: [Substring] = []
    let status = try ProgramRun(program: program, arguments: arguments, log: log).run { line in
      last = (last + [line]).suffix(4)
      onLine(line)
    }
    guard status == 0 else {
      throw CommandFailure(
        """
        \(name) ended with status \(status); its output is in \(log), and ends with:
        \(last.filter { !$0.isEmpty }.joined(separator: "\n"))
        """, exitCode: CommandFailure.badData)
    }
  }

  private func show(_ name: String, _ done: Int, _ total: Int) {
    guard report.isPlain, Console.isTerminal else { return }
    let bar = ProgressBar.text(share: Double(done) / Double(max(1, total)))
    Console.rewrite("\(Wording.padded(name, 9))\(bar) \(done)/\(total)")
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
