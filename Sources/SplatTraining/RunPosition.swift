/// How far a run is, and how long it is expected to be.
package struct RunPosition: Sendable {
  /// The number of iterations made.
  package let iteration: Int
  /// The share of the run that is done, 0...1.
  package let progress: Double
  /// The number of iterations that the whole run is expected to have.
  package let length: Int

  package init(iteration: Int, progress: Double, length: Int) {
    self.iteration = iteration
    self.progress = progress
    self.length = length
  }

  /// Whether something is due that happens every `interval` iterations after iteration `start`.
  ///
  /// Both are for runs of some length. In a shorter one, a twentieth of it comes before the start
  /// if that is less, and the interval is a half or a quarter, so that there are about
  /// ``fewestRounds`` in the run.
  package func isRound(start: Int, interval: Int) -> Bool {
    iteration > Self.start(start, length: length)
      && iteration % Self.interval(interval, length: length) == 0
  }

  /// The iteration after which rounds begin in a run of `length` iterations.
  package static func start(_ start: Int, length: Int) -> Int { min(start, length / 20) }

  /// Runs that would have fewer rounds have shorter intervals.
  private static let fewestRounds = 50

  /// The number of iterations from one round to the next in a run of `length` iterations.
  package static func interval(_ interval: Int, length: Int) -> Int {
    let (half, quarter) = (max(1, interval / 2), max(1, interval / 4))
    if length / interval >= fewestRounds { return interval }
    return length / half >= fewestRounds ? half : quarter
  }
}
