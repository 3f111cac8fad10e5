import SplatFiles
import SplatPlatform
import SplatRendering
import Synchronization

/// Draws the frames of a command and writes their files, several frames at once.
struct RenderRun {
  let splats: Splats
  /// The cameras of all frames of the run.
  let cameras: [NamedCamera]
  /// Whether frames show all directions.
  let arePanoramas: Bool
  /// The frames that this program draws.
  let part: Range<Int>
  let settings: RenderSettings
  let folder: String
  let files: FrameFileOptions
  let report: ReportOptions

  func run() throws {
    // Open the outputs.
    let frames = Array(cameras[part])
    FrameNames.warnOfOthers(in: folder, names: cameras.map(\.name))
    let video = Mutex(
      try files.video.map { try VideoWriter(path: $0, rate: files.fps, cameras: frames) })
    let writer = try FrameWriter(folder: folder, files: files)
    let progress = RenderProgress(total: frames.count, report: report)
    let clock = ContinuousClock()
    let begin = clock.now
    Interrupt.watch()
    report.say(
      """
      \(Wording.count(splats.count, "Gaussian")), SH degree \(splats.shDegree)\
      \(settings.isAntialiased ? ", antialiased" : ""); \
      \(Wording.count(frames.count, "frame"))\
      \(frames.count < cameras.count ? " of \(Wording.count(cameras.count))" : "") to \(folder)
      """)
    // Draw several frames at once; each thread writes the files of those that it has drawn.
    let places = DrawingPlaces(frames: frames.map(\.camera), splats: splats, settings: settings)
    let failure = Mutex<(any Error)?>(nil)
    let turns = Turns(count: files.video == nil ? 0 : frames.count)
    places.forEachFrame { index, place in
      guard Interrupt.received == nil, failure.withLock({ $0 == nil }) else {
        return turns.take(index) {}
      }
      let (name, start) = (frames[index].name, clock.now)
      let camera = frames[index].camera
      let frame =
        arePanoramas
        ? PanoramaFrame(camera).frame { place.draw(splats, from: $0) }
        : place.draw(splats, from: camera)
      let seconds = (clock.now - start).seconds
      do {
        try turns.take(index) { try video.withLock { try $0?.append(frame) } }
        try writer.write(frame, name: name)
        progress.finished(index, name: name, frame: frame, seconds: seconds)
      } catch {
        failure.withLock { $0 = $0 ?? error }
      }
    }
    if let failure = failure.withLock({ $0 }) { throw failure }
    // Finish the outputs.
    if files.depth {
      try writer.writeDepthIndex(
        framesOfRun: cameras.map(\.name), areDistances: arePanoramas)
    }
    if Interrupt.received != nil {
      video.withLock { $0 = nil }
      Console.endLine()
      Console.writeError("stopped; the frames so far are in \(folder)\n")
      SplatPlatform.exit(Interrupt.exitCode)
    }
    try video.withLock { try $0?.finish() }
    // Report.
    let total = (clock.now - begin).seconds
    let mean = total * 1000 / Double(max(1, frames.count))
    let drawing = progress.meanMilliseconds
    report.say(
      """
      done in \(Wording.duration(total)): \(Wording.fixed(mean, 1)) ms per frame, with its files\
      \(places.count > 1 ? "; \(places.count) at once" : ""); \(Wording.fixed(drawing, 1)) ms to \
      draw one
      """)
    report.emit([
      "event": "result", "frames": .integer(frames.count), "seconds": .number(total),
      "mean_ms": .number(drawing), "at_once": .integer(places.count), "folder": .text(folder),
    ])
  }
}
