import SplatTraining
import SplatViewer

/// The page of a training, which stays after its end.
struct TrainingPage {
  /// Shows the training.
  let monitor: TrainingMonitor
  private let viewer: Viewer
  /// How long the page stays after the end of the training; until Ctrl-C if nil.
  private let secondsAfterEnd: Double?

  init(_ viewer: Viewer, secondsAfterEnd: Double?) {
    self.viewer = viewer
    self.secondsAfterEnd = secondsAfterEnd
    monitor = TrainingMonitor(viewer)
  }

  /// Serves the finished model until Ctrl-C or until its time is over.
  func serveFinished(_ trainer: Trainer, report: ReportOptions) {
    let end = secondsAfterEnd.map { ContinuousClock.now + .seconds($0) }
    let seconds = secondsAfterEnd.map { Wording.duration($0) }
    let isWanted = { Interrupt.received == nil && end.map { .now < $0 } ?? true }
    if isWanted() {
      report.say(
        """
        The page shows the finished model\(seconds.map { " for \($0)" } ?? "") at
                 \(viewer.addresses.joined(separator: "\n         "))
        Press Ctrl-C to end.
        """)
    }
    monitor.showFinished(
      trainer, note: "this is the final model\(seconds.map { ", shown for \($0)" } ?? "")",
      while: isWanted)
    stop("the training is finished and the program has ended")
    Console.endLine()
  }

  /// Tells the pages why they are closed, and stops serving.
  func stop(_ reason: String) { viewer.stop(reason) }
}
