package import SplatCore

/// The processes that train one model together; each of them holds a part of its Gaussians.
///
/// All of them make the same calls in the same order, and a call returns when all others that it
/// depends on have made it. One thread at a time may use it.
package protocol Ranks: AnyObject, Sendable {
  /// Which of them this process is, counted from 0.
  var rank: Int { get }
  /// The number of processes.
  var count: Int { get }

  /// Gives all ranks the bytes of each.
  ///
  /// - Parameters:
  ///   - sent: the bytes of this rank.
  ///   - received: the bytes of all, in the order of the ranks.
  ///   - counts: how many bytes each gives.
  func gather(
    _ sent: BufferView<UInt8>, into received: BufferView<UInt8>, counts: [Int])

  /// Gives each rank some elements of each other, and of its own.
  ///
  /// - Parameters:
  ///   - sent: the bytes of the elements that are sent, and `sentParts`: to which rank each goes.
  ///   - received: room for those that are received, and `receivedParts`: from which rank each
  ///     comes.
  ///   - size: the bytes of an element.
  func exchange(
    _ sent: BufferView<UInt8>, _ sentParts: RankParts, into received: BufferView<UInt8>,
    _ receivedParts: RankParts, size: Int)
}

extension Ranks {
  /// The values of all ranks, in their order.
  package func gathered<Value: BitwiseCopyable & Sendable>(_ value: Value) -> [Value] {
    gathered([value], counts: [Int](repeating: 1, count: count))
  }

  /// The elements of all ranks, in their order.
  ///
  /// - Parameter counts: how many each rank has.
  package func gathered<Value: BitwiseCopyable & Sendable>(
    _ values: [Value], counts: [Int]
  ) -> [Value] {
    precondition(values.count == counts[rank], "as many values as the others expect")
    let size = MemoryLayout<Value>.stride
    return [Value](count: counts.reduce(0, +)) { all in
      values.withReadOnlyView { values in
        gather(values.bytes, into: all.bytes, counts: counts.map { $0 * size })
      }
    }
  }

  /// The bytes of all ranks, in their order.
  package func gathered(bytes: [UInt8]) -> [[UInt8]] {
    let counts = gathered(bytes.count)
    let all = gathered(bytes, counts: counts)
    var start = 0
    return counts.map { count in
      defer { start += count }
      return Array(all[start..<start + count])
    }
  }

  /// Whether a condition holds on any rank.
  package func agreeOnAny(_ condition: Bool) -> Bool {
    gathered(UInt8(condition ? 1 : 0)).contains(1)
  }

  /// Gives each rank some elements of each other, and of its own.
  func exchange<Element: BitwiseCopyable & Sendable>(
    _ sent: BufferView<Element>, _ sentParts: RankParts, into received: BufferView<Element>,
    _ receivedParts: RankParts
  ) {
    exchange(
      sent.bytes, sentParts, into: received.bytes, receivedParts,
      size: MemoryLayout<Element>.stride)
  }

  /// Passes values of all ranks to `body` on rank 0, in the order of the ranks, piece by piece.
  ///
  /// - Parameters:
  ///   - counts: how many each rank has.
  ///   - size: the largest number of values in a piece.
  func collect<Value: BitwiseCopyable & Sendable>(
    _ values: BufferView<Value>, counts: [Int], size: Int,
    _ body: (_ piece: BufferView<Value>) -> Void
  ) {
    precondition(values.count == counts[rank], "as many values as the others expect")
    let room = Buffer<Value>()
    let none = [Int](repeating: 0, count: count)
    for source in 0..<count {
      for start in stride(from: 0, to: counts[source], by: size) {
        let piece = start..<min(counts[source], start + size)
        guard source > 0 else {
          if rank == 0 { body(values.slice(piece)) }
          continue
        }
        var (sentCounts, receivedCounts) = (none, none)
        if rank == source { sentCounts[0] = piece.count }
        if rank == 0 { receivedCounts[source] = piece.count }
        let received = room.view(count: rank == 0 ? piece.count : 0)
        exchange(
          values.slice(rank == source ? piece : 0..<0), RankParts(counts: sentCounts),
          into: received, RankParts(counts: receivedCounts))
        if rank == 0 { body(received) }
      }
    }
  }
}
