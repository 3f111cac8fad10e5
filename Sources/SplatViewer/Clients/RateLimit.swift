/// Limits how many messages come a second, and how many at once.
///
/// This is the token bucket of ITU-T I.371, with one token for each message.
package struct RateLimit: Sendable {
  private let perSecond: Double
  private let burst: Double
  private var tokens: Double
  private var last: ContinuousClock.Instant

  package init(perSecond: Double, burst: Double, now: ContinuousClock.Instant = .now) {
    self.perSecond = perSecond
    self.burst = burst
    tokens = burst
    last = now
  }

  /// Counts a message; returns whether it is allowed.
  package mutating func allows(now: ContinuousClock.Instant = .now) -> Bool {
    tokens = min(burst, tokens + (now - last) / .seconds(1) * perSecond)
    last = now
    guard tokens >= 1 else { return false }
    tokens -= 1
    return true
  }
}
