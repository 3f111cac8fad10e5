import SplatFiles

/// Says how far a step of a preparation is: on a terminal in a line that is rewritten, elsewhere in
/// a line now and then.
final class StepProgress {
  private let name: String
  private let report: ReportOptions
  private let begin = ContinuousClock.now
  private var lastLine = ContinuousClock.now
  private var lastDone = 0
  private var done = 0
  private var total = 0

  /// The seconds between two lines at least, and at most, where lines cannot be rewritten.
  private static let shortestPause = 1.0
  private static let longestPause = 15.0
  /// The share of a step after which there is a line.
  private static let share = 0.1
  /// The seconds between two states of the line on a terminal.
  private static let terminalPause = 0.2

  init(_ name: String, report: ReportOptions) {
    self.name = name
    self.report = report
  }

  /// Records that `done` of `total` parts are done.
  func update(_ done: Int, of total: Int) {
    // Another total is that of another part of the step.
    if total != self.total { lastDone = 0 }
    (self.done, self.total) = (done, total)
    tick()
  }

  /// Says how far the step is if it is time for that.
  func tick() {
    let pause = (ContinuousClock.now - lastLine).seconds
    let isOnTerminal = report.isPlain && Console.isTerminal
    let hasMoved = Double(done - lastDone) >= Self.share * Double(max(total, 1)) && done > lastDone
    guard
      isOnTerminal
        ? pause >= Self.terminalPause
        : pause >= (hasMoved ? Self.shortestPause : Self.longestPause)
    else { return }
    lastLine = .now
    lastDone = done
    let seconds = (lastLine - begin).seconds
    report.emit([
      "event": "progress", "step": .text(name), "done": .integer(done), "total": .integer(total),
      "seconds": .number(seconds),
    ])
    let bar =
      total > 0
      ? "\(ProgressBar.text(share: Double(done) / Double(total))) \(done)/\(total)  " : ""
    let line = "\(Wording.padded(name, 9))\(bar)\(Wording.duration(seconds))"
    if isOnTerminal { Console.rewrite(line) } else { report.say(line) }
  }
}
