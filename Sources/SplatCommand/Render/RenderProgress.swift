import SplatFiles
import SplatRendering
import Synchronization

/// Reports the progress of rendering, frame after frame in the order of the cameras.
final class RenderProgress: Sendable {
  /// What is said of a frame.
  private struct Line: Sendable {
    let name: String
    let width: Int
    let height: Int
    let seconds: Double
  }

  private struct State {
    /// The next frame to report.
    var next = 0
    /// Frames that were finished before others ahead of them.
    var waiting: [Int: Line] = [:]
    var seconds = 0.0
  }

  private let total: Int
  private let report: ReportOptions
  private let begin = ContinuousClock.now
  private let state = Mutex(State())

  init(total: Int, report: ReportOptions) {
    self.total = total
    self.report = report
  }

  /// The mean time that drawing a frame took, in milliseconds.
  var meanMilliseconds: Double {
    state.withLock { $0.seconds * 1000 / Double(max(1, $0.next)) }
  }

  /// Takes note of a frame, and reports all those whose turn it is.
  func finished(_ index: Int, name: String, frame: Frame, seconds: Double) {
    state.withLock { state in
      state.waiting[index] = Line(
        name: name, width: frame.width, height: frame.height, seconds: seconds)
      while let line = state.waiting.removeValue(forKey: state.next) {
        state.seconds += line.seconds
        write(line, index: state.next)
        state.next += 1
      }
    }
  }

  private func write(_ line: Line, index: Int) {
    report.emit([
      "event": "frame", "index": .integer(index), "name": .text(line.name),
      "width": .integer(line.width), "height": .integer(line.height),
      "ms": .number((line.seconds * 1e6).rounded() / 1000),
    ])
    guard report.isPlain else { return }
    let done = index + 1
    let elapsed = (ContinuousClock.now - begin).seconds
    let left = elapsed / Double(done) * Double(total - done)
    let milliseconds = Wording.fixed(line.seconds * 1000, 1)
    if Console.isTerminal {
      let bar = ProgressBar.text(share: Double(done) / Double(total))
      Console.rewrite("\(bar) \(done)/\(total)  \(milliseconds) ms  \(Wording.duration(left)) left")
      if done == total { Console.endLine() }
    } else {
      Console.write("\(line.name).png  \(line.width)x\(line.height)  \(milliseconds) ms\n")
    }
  }
}
