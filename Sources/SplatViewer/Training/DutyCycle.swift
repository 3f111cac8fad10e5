/// Limits some work to a fraction of the time: each piece is followed by a pause in proportion.
package struct DutyCycle: Sendable {
  private let maximum: Double
  private var next: ContinuousClock.Instant?

  /// Allows the fraction `maximum` of the time, more than 0 and less than 1.
  package init(maximum: Double) { self.maximum = maximum }

  /// Whether the pause is over.
  package func isDue(at now: ContinuousClock.Instant) -> Bool { next.map { now >= $0 } ?? true }

  /// Records that the work was done from `begin` to `end`.
  package mutating func record(
    from begin: ContinuousClock.Instant, to end: ContinuousClock.Instant
  ) {
    next = end + (end - begin) * ((1 - maximum) / maximum)
  }
}
