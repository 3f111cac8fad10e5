import Dispatch
import SplatCore
import SplatTraining
import Synchronization

/// Ranks that are threads of this process.
final class ThreadRanks: Ranks {
  let rank: Int
  var count: Int { meeting.count }
  private let meeting: Meeting

  private init(rank: Int, meeting: Meeting) { (self.rank, self.meeting) = (rank, meeting) }

  /// Runs `body` on `count` ranks and returns what each returns.
  static func run<Result: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (_ ranks: ThreadRanks) throws -> Result
  ) throws -> [Result] {
    let meeting = Meeting(count: count)
    let results = Mutex([Int: Swift.Result<Result, any Error>]())
    let isDone = DispatchSemaphore(value: 0)
    for rank in 0..<count {
      // A queue of its own has a thread of its own, also where there are fewer cores.
      DispatchQueue(label: "rank \(rank)").async {
        let result = Swift.Result { try body(ThreadRanks(rank: rank, meeting: meeting)) }
        results.withLock { $0[rank] = result }
        isDone.signal()
      }
    }
    for _ in 0..<count { isDone.wait() }
    return try results.withLock { results in
      try (0..<count).compactMap { try results[$0]?.get() }
    }
  }

  /// The bytes that ranks have sent to others so far.
  var sentBytes: Int { meeting.sentBytes.load(ordering: .relaxed) }

  // MARK: Ranks

  func gather(_ sent: BufferView<UInt8>, into received: BufferView<UInt8>, counts: [Int]) {
    precondition(sent.count == counts[rank])
    let all = meeting.meet(rank, [[UInt8]](repeating: Self.bytes(sent), count: count))
    var start = 0
    for source in 0..<count {
      precondition(all[source][rank].count == counts[source], "ranks expect the same")
      Self.write(all[source][rank], to: received, at: start)
      start += counts[source]
    }
  }

  func exchange(
    _ sent: BufferView<UInt8>, _ sentParts: RankParts, into received: BufferView<UInt8>,
    _ receivedParts: RankParts, size: Int
  ) {
    let parts = zip(sentParts.starts, sentParts.counts).map { start, count in
      Self.bytes(sent.slice(start * size..<(start + count) * size))
    }
    let remote = parts.indices.filter { $0 != rank }.reduce(0) { $0 + parts[$1].count }
    meeting.sentBytes.add(remote, ordering: .relaxed)
    let all = meeting.meet(rank, parts)
    for source in 0..<count {
      let part = all[source][rank]
      precondition(part.count == receivedParts.counts[source] * size, "ranks expect the same")
      Self.write(part, to: received, at: receivedParts.starts[source] * size)
    }
  }

  private static func bytes(_ view: BufferView<UInt8>) -> [UInt8] {
    (0..<view.count).map { view[$0] }
  }

  private static func write(_ bytes: [UInt8], to view: BufferView<UInt8>, at start: Int) {
    for (index, byte) in bytes.enumerated() { view[start + index] = byte }
  }
}

/// Where threads wait for each other.
private final class Meeting: Sendable {
  let count: Int
  let sentBytes = Atomic<Int>(0)
  private let parts: Mutex<(arrived: Int, given: [[[UInt8]]])>
  private let doors: [DispatchSemaphore]

  init(count: Int) {
    self.count = count
    parts = Mutex((0, [[[UInt8]]](repeating: [], count: count)))
    doors = (0..<count).map { _ in DispatchSemaphore(value: 0) }
  }

  /// Gives `mine`, a part for each rank, and returns what all have given.
  func meet(_ rank: Int, _ mine: [[UInt8]]) -> [[[UInt8]]] {
    parts.withLock { $0.given[rank] = mine }
    wait(rank)
    let all = parts.withLock { $0.given }
    // Nobody gives something new before all have read.
    wait(rank)
    return all
  }

  private func wait(_ rank: Int) {
    let isLast = parts.withLock { parts in
      parts.arrived = (parts.arrived + 1) % count
      return parts.arrived == 0
    }
    guard isLast else { return doors[rank].wait() }
    for other in 0..<count where other != rank { doors[other].signal() }
  }
}
