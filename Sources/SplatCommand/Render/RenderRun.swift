import Foundation
import SplatFiles
import SplatRendering

/// Draws frames one after another and hands them to the writer.
struct RenderRun {
  let splats: Splats
  let cameras: [NamedCamera]
  let settings: RenderSettings
  let folder: String
  let files: FrameFileOptions
  let report: ReportOptions

  func run() throws {
    let video = try files.video.map { try VideoWriter(path: $0, rate: files.fps, cameras: cameras) }
    let writer = try FrameWriter(folder: folder, files: files)
    let renderer = Renderer(settings: settings)
    let progress = RenderProgress(total: cameras.count, report: report)
    let clock = ContinuousClock()
    let begin = clock.now
    Interrupt.watch()
    report.say(
      """
      \(Wording.count(splats.count, "Gaussian")), SH degree \(splats.shDegree)\
      \(settings.isAntialiased ? ", antialiased" : ""); \(Wording.count(cameras.count, "frame")) to \
      \(folder)
      """)
    var rendering = 0.0
    for (index, named) in cameras.enumerated() where Interrupt.received == nil {
      let start = clock.now
      let frame = renderer.render(splats, from: named.camera)
      let seconds = (clock.now - start).seconds
      rendering += seconds
      try video?.append(frame)
      try writer.write(frame, name: named.name)
      progress.finished(index, name: named.name, frame: frame, seconds: seconds)
    }
    let scales = try writer.finish()
    if files.depth {
      try FileOutput.write(Self.depthIndex(scales).indented() + "\n", to: "\(folder)/depth.json")
    }
    if Interrupt.received != nil {
      Console.endLine()
      Console.writeError("stopped; the frames so far are in \(folder)\n")
      Foundation.exit(Interrupt.exitCode)
    }
    try video?.finish()
    let total = (clock.now - begin).seconds
    report.say(
      """
      done in \(Wording.duration(total)): \(Wording.fixed(rendering * 1000 / Double(cameras.count), 1)) \
      ms a frame for drawing
      """)
    report.emit([
      "event": "result", "frames": .integer(cameras.count), "seconds": .number(total),
      "mean_ms": .number(rendering * 1000 / Double(cameras.count)), "folder": .text(folder),
    ])
  }

  /// What turns the samples of the depth files into depths.
  private static func depthIndex(_ scales: [String: Double]) -> JSON {
    [
      "meaning":
        "depth = sample * scale, in the scene's units along the viewing axis; 0: nothing there",
      "frames": .object(
        scales.sorted { $0.key < $1.key }.map { ($0.key, ["scale": .number($0.value)]) }),
    ]
  }
}

/// Says how far rendering is.
private struct RenderProgress {
  let total: Int
  let report: ReportOptions
  private let begin = ContinuousClock.now

  init(total: Int, report: ReportOptions) {
    self.total = total
    self.report = report
  }

  func finished(_ index: Int, name: String, frame: Frame, seconds: Double) {
    report.emit([
      "event": "frame", "index": .integer(index), "name": .text(name),
      "width": .integer(frame.width), "height": .integer(frame.height),
      "ms": .number((seconds * 1e6).rounded() / 1000),
    ])
    guard report.isPlain else { return }
    let done = index + 1
    let elapsed = (ContinuousClock.now - begin).seconds
    let left = elapsed / Double(done) * Double(total - done)
    let milliseconds = Wording.fixed(seconds * 1000, 1)
    if Console.isTerminal {
      let bar = ProgressBar.text(share: Double(done) / Double(total))
      Console.rewrite("\(bar) \(done)/\(total)  \(milliseconds) ms  \(Wording.duration(left)) left")
      if done == total { Console.endLine() }
    } else {
      Console.write("\(name).png  \(frame.width)x\(frame.height)  \(milliseconds) ms\n")
    }
  }
}

extension Duration {
  /// The duration in seconds.
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
