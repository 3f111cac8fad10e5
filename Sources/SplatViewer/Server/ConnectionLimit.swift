import NIOCore
import Synchronization

/// Limits the number of open connections.
final class ConnectionLimit: Sendable {
  private let count = Atomic<Int>(0)
  private let maximum: Int

  init(maximum: Int) { self.maximum = maximum }

  /// Counts `channel` until it closes; returns false if there are too many.
  func add(_ channel: any Channel) -> Bool {
    guard count.add(1, ordering: .relaxed).newValue <= maximum else {
      count.subtract(1, ordering: .relaxed)
      return false
    }
    channel.closeFuture.whenComplete { _ in self.count.subtract(1, ordering: .relaxed) }
    return true
  }
}
