/// How far a run is, and how long it is expected to be.
package struct RunPosition: Sendable {
  /// The number of iterations made.
  package let iteration: Int
  /// The share of the run that is done, 0...1.
  package let progress: Double
  /// The number of iterations that the whole run is expected to have.
  package let length: Int
  /// The number of rooms that the scene is as large as.
  package let rooms: Double

  package init(iteration: Int, progress: Double, length: Int, rooms: Double = 1) {
    self.iteration = iteration
    self.progress = progress
    self.length = length
    self.rooms = rooms
  }

  /// Whether something is due that happens every `interval` iterations after iteration `start`.
  ///
  /// Both are for runs of some length in a room. In a shorter one, a twentieth of it comes before
  /// the start if that is less. See also ``interval(_:)``.
  package func isRound(start: Int, interval: Int) -> Bool {
    iteration > Self.start(start, length: length) && iteration % self.interval(interval) == 0
  }

  /// The iteration after which rounds begin in a run of `length` iterations.
  package static func start(_ start: Int, length: Int) -> Int { min(start, length / 20) }

  /// Runs that would have fewer rounds have shorter intervals.
  private static let fewestRounds = 50

  /// The number of iterations from one round to the next where `interval` is that of a room. It is
  /// two, four or more times as long in a larger scene, so that photos show each part of it as often
  /// in an interval, while there are enough rounds in the run.
  package func interval(_ interval: Int) -> Int {
    var result = Self.interval(interval, length: length)
    while 2 * result <= Int(rooms * Double(interval)), length / (2 * result) >= Self.fewestRounds {
      result *= 2
    }
    return result
  }

  /// The number of iterations from one round to the next in a run of `length` iterations in a room:
  /// a half or a quarter of `interval` if there would otherwise be too few rounds.
  package static func interval(_ interval: Int, length: Int) -> Int {
    let (half, quarter) = (max(1, interval / 2), max(1, interval / 4))
    if length / interval >= fewestRounds { return interval }
    return length / half >= fewestRounds ? half : quarter
  }
}
