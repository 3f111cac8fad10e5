import Synchronization

/// Tells work on another thread that its result is no longer wanted.
final class CancellationSignal: Sendable {
  private let state = Atomic<Bool>(false)

  /// Whether it was given.
  var isGiven: Bool { state.load(ordering: .relaxed) }

  /// Gives the signal.
  func give() { state.store(true, ordering: .relaxed) }
}
