import Dispatch
import Synchronization

/// Threads that share numbered pieces of work.
///
/// Which thread does which piece depends on timing; what a piece writes must not. Idle workers
/// sleep: a spinning pool slows a busy machine several times.
package struct Workers: Sendable {
  /// The number of threads that work at once, at least one.
  package let threads: Int

  /// The number of Gaussians, or rows of a file, in a piece where each takes little work.
  package static let rowsPerPiece = 4096

  /// Creates workers on `threads` threads, or one for each core.
  package init(threads: Int? = nil) {
    self.threads = max(1, threads ?? Self.coreCount)
  }

  /// The number of cores in use.
  package static var coreCount: Int { max(1, ProcessorCount.active) }

  /// Calls `body` once for each piece in `0..<count`, with the index of the worker that does it.
  package func forEach(_ count: Int, _ body: @Sendable (_ piece: Int, _ worker: Int) -> Void) {
    let active = min(threads, count)
    guard active > 1 else {
      for piece in 0..<count { body(piece, 0) }
      return
    }
    let next = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: active) { worker in
      while true {
        let piece = next.add(1, ordering: .relaxed).oldValue
        guard piece < count else { return }
        body(piece, worker)
      }
    }
  }

  /// Calls `body` for consecutive ranges of at most `size` that make up `0..<count`.
  package func forEachRange(
    _ count: Int, size: Int, _ body: @Sendable (_ range: Range<Int>, _ worker: Int) -> Void
  ) {
    forEach((count + size - 1) / size) { piece, worker in
      body(piece * size..<min(count, (piece + 1) * size), worker)
    }
  }
}

extension Workers {
  /// What `body` returns for each piece, in the order of the pieces.
  package func gathering<Result: BitwiseCopyable & Sendable>(
    _ count: Int, _ body: @Sendable (_ piece: Int) -> Result
  ) -> [Result] {
    [Result](count: count) { results in
      forEach(count) { piece, _ in results[piece] = body(piece) }
    }
  }
}
