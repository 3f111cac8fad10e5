public import SplatTraining

/// Shows a training while it goes on, between its iterations.
///
/// The trainer is only ever read, and by the thread that runs it, so that watching cannot change what
/// it learns. Pictures take at most ``share`` of the time while it runs.
public final class TrainingWatch {
  /// What a person has ordered by the page.
  public enum Order: Sendable {
    /// Save the model and a checkpoint.
    case save
    /// Save and end.
    case stop
  }

  private let viewer: Viewer
  private var history = TrainingHistory()
  /// The samples that pages have not been told.
  private var news: [TrainingHistory.Sample] = []
  private var latest: TrainingProgress?
  private var isPaused = false
  private var note: String?
  private var pictureTime = TimeShare(share)
  /// When pages are told how the training stands.
  private var nextReport = ContinuousClock.now

  /// The share of the time that pictures may take.
  private static let share = 0.05
  /// The seconds in which a picture of a moving camera should be drawn; at ``share``, ten a second.
  private static let secondsPerPicture = 0.005
  /// The time between two reports.
  private static let reportInterval = Duration.milliseconds(250)
  /// The most samples in one report.
  private static let mostNews = 500

  /// Shows a training on the pages of `viewer`.
  public init(_ viewer: Viewer) { self.viewer = viewer }

  /// Notes an iteration, and draws a picture if a page waits for one and it is time.
  ///
  /// While a person has paused the training, this does not return.
  ///
  /// - Parameters:
  ///   - progress: the iteration.
  ///   - trainer: the trainer, which is read.
  ///   - isInterrupted: whether the program is to end, asked while the training is paused.
  ///   - obey: does what a person has ordered, and returns what the pages are told of it.
  public func attend(
    _ progress: TrainingProgress, of trainer: Trainer, isInterrupted: () -> Bool,
    obey: (Order) throws -> String
  ) rethrows {
    latest = progress
    if let sample = history.add(progress), news.count < Self.mostNews { news.append(sample) }
    guard viewer.isWatched || isPaused else { return }
    repeat {
      if isPaused { viewer.wait(seconds: 0.1) }
      for order in takeOrders() { note = try obey(order) }
      work(on: trainer)
    } while isPaused && !isInterrupted()
  }

  /// Pauses and resumes, and returns the other orders.
  private func takeOrders() -> [Order] {
    viewer.lobby.takeControls().compactMap { control in
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

  private func work(on trainer: Trainer) {
    let begin = ContinuousClock.now
    if begin >= nextReport {
      nextReport = begin + Self.reportInterval
      report(trainer)
    }
    if isPaused {
      while viewer.draw(trainer.splats, revision: trainer.iteration) {}
    } else if pictureTime.isDue(at: begin) {
      let drew = viewer.draw(
        trainer.splats, revision: trainer.iteration, secondsPerPicture: Self.secondsPerPicture)
      if drew { pictureTime.spend(from: begin, to: .now) }
    }
  }

  private func report(_ trainer: Trainer) {
    guard let latest else { return }
    viewer.lobby.broadcast(
      ViewerMessage.text(
        Report(
          samples: news, iteration: latest.iteration, iterations: trainer.settings.iterations,
          fraction: latest.fraction, seconds: latest.seconds, isPaused: isPaused, note: note)))
    news = []
    for client in viewer.lobby.takeNewcomers() {
      client.send(text: ViewerMessage.text(Past(samples: history.samples)))
    }
  }

  /// How the training stands, for the page.
  private struct Report: Encodable {
    let type = "progress"
    var samples: [TrainingHistory.Sample]
    var iteration: Int
    var iterations: Int
    var fraction: Double
    var seconds: Double
    var isPaused: Bool
    var note: String?
  }

  /// How it went before the page came.
  private struct Past: Encodable {
    let type = "history"
    var samples: [TrainingHistory.Sample]
  }
}
