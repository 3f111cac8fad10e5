/// The state of a training, for the page.
struct TrainingReport: Encodable {
  let type = "progress"
  /// The samples since the last report.
  var samples: [TrainingHistory.Sample] = []
  /// All values so far, which are few.
  var heldOut: [HeldOutPSNR]
  var iteration: Int
  var iterations: Int
  /// The fraction of the run that is done, 0...1.
  var fraction: Double
  /// The seconds spent in training, and those that are left as estimated.
  var seconds: Double
  var secondsLeft: Double?
  /// The limit of the seconds, if there is one.
  var timeLimit: Double?
  var isPaused: Bool
  var isFinished: Bool
  /// A sentence about the last command, or about the end.
  var note: String?
}

/// The samples from before a page connected.
struct TrainingHistoryMessage: Encodable {
  let type = "history"
  var samples: [TrainingHistory.Sample]
}
