import SplatFiles
import SplatRendering

/// Reports the progress of rendering.
struct RenderProgress {
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
