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
    // Open the outputs.
    FrameNames.warnOfOthers(in: folder, names: cameras.map(\.name))
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
      \(settings.isAntialiased ? ", antialiased" : ""); \
      \(Wording.count(cameras.count, "frame")) to \(folder)
      """)
    // Render frame after frame; the writer works on earlier ones meanwhile.
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
    // Finish the outputs.
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
    // Report.
    let total = (clock.now - begin).seconds
    let mean = rendering * 1000 / Double(cameras.count)
    report.say(
      """
      done in \(Wording.duration(total)): \(Wording.fixed(mean, 1)) ms per frame for rendering
      """)
    report.emit([
      "event": "result", "frames": .integer(cameras.count), "seconds": .number(total),
      "mean_ms": .number(mean), "folder": .text(folder),
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
