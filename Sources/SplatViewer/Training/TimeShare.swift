/// Keeps some work to a share of the time: after each piece there is a break that makes up for it.
package struct TimeShare: Sendable {
  private let share: Double
  private var next: ContinuousClock.Instant?

  /// Allows for `share` of the time, more than 0 and less than 1.
  package init(_ share: Double) { self.share = share }

  /// Whether the break is over.
  package func isDue(at now: ContinuousClock.Instant) -> Bool { next.map { now >= $0 } ?? true }

  /// Notes that the work was done from `begin` to `end`.
  package mutating func spend(from begin: ContinuousClock.Instant, to end: ContinuousClock.Instant)
  {
    next = end + (end - begin) * ((1 - share) / share)
  }
}
