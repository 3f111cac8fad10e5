import Dispatch

/// Lets threads do something one after another, in the order of their numbers.
struct Turns: Sendable {
  /// Each is signalled when the turn of its number has come.
  private let signals: [DispatchSemaphore]

  /// Creates turns for the numbers in `0..<count`; with 0, nobody waits for others.
  init(count: Int) {
    signals = (0..<count).map { _ in DispatchSemaphore(value: 0) }
    signals.first?.signal()
  }

  /// Waits until all smaller numbers had their turns, and calls `body`. Each number has to come.
  func take(_ number: Int, _ body: () throws -> Void) rethrows {
    guard !signals.isEmpty else { return try body() }
    signals[number].wait()
    defer { if number + 1 < signals.count { signals[number + 1].signal() } }
    try body()
  }
}
