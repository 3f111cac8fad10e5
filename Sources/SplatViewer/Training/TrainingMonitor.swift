import SplatCore
public import SplatTraining

/// Shows a training on the page of a viewer, between its iterations and after its end.
///
/// The trainer is only read, on the thread that runs it, so that the page cannot change what is
/// learnt. While the training runs, pictures take at most ``maximumShare`` of the time.
public final class TrainingMonitor {
  /// A command from the page that the program carries out.
  public enum Command: Sendable {
    /// Save the model and a checkpoint.
    case save
    /// Save and stop.
    case stop
  }

  private let viewer: Viewer
  private var history = TrainingHistory()
  /// The samples that pages have not been sent.
  private var newSamples: [TrainingHistory.Sample] = []
  private var heldOut: [HeldOutPSNR] = []
  private var secondsLeft: Double?
  private var isPaused = false
  private var isFinished = false
  private var note: String?
  private var drawing = DutyCycle(maximum: maximumShare)
  private var nextReport = ContinuousClock.now

  /// The fraction of the time that pictures may take.
  private static let maximumShare = 0.05
  /// The target time, in seconds, for a picture of a moving camera: with ``maximumShare``, ten a
  /// second.
  private static let secondsPerPicture = 0.005
  /// The time between two reports.
  private static let reportInterval = Duration.milliseconds(250)
  /// The most samples in one report.
  private static let maximumNewSamples = 500
  /// The seconds between two checks for an interruption, while paused or finished.
  private static let pollInterval = 0.1

  /// Shows a training on the page of `viewer`.
  public init(_ viewer: Viewer) { self.viewer = viewer }

  /// Records an iteration, and draws a picture if a page has requested one and it is due.
  ///
  /// While the training is paused from the page, this does not return.
  ///
  /// - Parameters:
  ///   - progress: the iteration.
  ///   - secondsLeft: the estimated seconds that are left.
  ///   - trainer: the trainer, which is read.
  ///   - isInterrupted: whether the program is to stop; asked while the training is paused.
  ///   - perform: carries out a command and returns a note for the page.
  public func update(
    _ progress: TrainingProgress, secondsLeft: Double?, of trainer: Trainer,
    isInterrupted: () -> Bool, perform: (Command) throws -> String
  ) rethrows {
    self.secondsLeft = secondsLeft
    if let sample = history.add(progress), newSamples.count < Self.maximumNewSamples {
      newSamples.append(sample)
    }
    guard viewer.hasClients || isPaused else { return }
    repeat {
      if isPaused { viewer.wait(seconds: Self.pollInterval) }
      for command in takeCommands() { note = try perform(command) }
      reportIfDue(trainer)
      draw(trainer)
    } while isPaused && !isInterrupted()
  }

  /// Records the PSNR of held-out photos.
  public func add(_ value: HeldOutPSNR) { heldOut.append(value) }

  /// Shows the finished model for as long as `isWanted` holds.
  ///
  /// - Parameter note: a sentence about the end, for the page.
  public func showFinished(_ trainer: Trainer, note: String, while isWanted: () -> Bool) {
    (isFinished, viewer.isTraining, self.note) = (true, false, note)
    var splats = trainer.splats
    splats.boundClusters()
    // Pages stop updating charts now; those that connect later get all of them.
    report(trainer)
    while isWanted() {
      // Commands that were sent just before the end are void.
      _ = viewer.registry.takeControls()
      if viewer.registry.hasNewClients { report(trainer) }
      while isWanted(), viewer.draw(splats, revision: trainer.iteration) {}
      viewer.wait(seconds: Self.pollInterval)
    }
  }

  /// Pauses and resumes, and returns the other commands.
  private func takeCommands() -> [Command] {
    viewer.registry.takeControls().compactMap { control in
      nextReport = .now
      switch control {
      case .pause: isPaused = true
      case .resume: isPaused = false
      case .save: return .save
      case .stop: return .stop
      }
      return nil
    }
  }

  private func draw(_ trainer: Trainer) {
    if isPaused {
      while viewer.draw(trainer.splats, revision: trainer.iteration) {}
      return
    }
    let begin = ContinuousClock.now
    guard drawing.isDue(at: begin) else { return }
    let hasDrawn = viewer.draw(
      trainer.splats, revision: trainer.iteration, secondsPerPicture: Self.secondsPerPicture)
    if hasDrawn { drawing.record(from: begin, to: .now) }
  }

  private func reportIfDue(_ trainer: Trainer) {
    guard ContinuousClock.now >= nextReport else { return }
    nextReport = .now + Self.reportInterval
    report(trainer)
  }

  private func report(_ trainer: Trainer) {
    let registry = viewer.registry
    registry.broadcast(
      ViewerMessage.text(
        TrainingReport(
          samples: newSamples, heldOut: heldOut, iteration: trainer.iteration,
          iterations: trainer.settings.iterations, fraction: trainer.fraction,
          seconds: trainer.seconds, secondsLeft: secondsLeft,
          timeLimit: trainer.settings.timeLimit, isPaused: isPaused, isFinished: isFinished,
          note: note)))
    newSamples = []
    for client in registry.takeNewClients() {
      client.send(text: ViewerMessage.text(TrainingHistoryMessage(samples: history.samples)))
    }
  }
}
