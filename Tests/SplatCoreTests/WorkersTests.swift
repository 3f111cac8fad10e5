import SplatCore
import Synchronization
import Testing

@Suite struct WorkersTests {
  @Test(arguments: [1, 2, 3, 8, 64], [0, 1, 2, 7, 1000])
  func everyPieceIsDoneOnce(threads: Int, count: Int) {
    let workers = Workers(threads: threads)
    var counts = [Int](repeating: 0, count: count)
    let highest = Atomic<Int>(0)
    counts.withView { counts in
      workers.forEach(count) { piece, worker in
        counts[piece] = counts[piece] + 1
        highest.max(worker, ordering: .relaxed)
      }
    }
    #expect(counts.allSatisfy { $0 == 1 })
    #expect(highest.load(ordering: .relaxed) < workers.threads)
  }

  @Test(arguments: [1, 2, 7], [0, 1, 99, 100, 101, 1000])
  func rangesMakeUpTheWhole(threads: Int, count: Int) {
    var counts = [Int](repeating: 0, count: count)
    counts.withView { counts in
      Workers(threads: threads).forEachRange(count, size: 100) { range, _ in
        precondition(range.count <= 100)
        for index in range { counts[index] = counts[index] + 1 }
      }
    }
    #expect(counts.allSatisfy { $0 == 1 })
  }

  @Test(arguments: [1, 2, 7]) func resultsComeInTheOrderOfThePieces(threads: Int) {
    let results = Workers(threads: threads).gathering(500) { $0 * $0 }
    #expect(results == (0..<500).map { $0 * $0 })
    #expect(Workers(threads: threads).gathering(0) { $0 }.isEmpty)
  }

  @Test func thereIsAlwaysAThread() {
    #expect(Workers(threads: 0).threads == 1 && Workers(threads: -3).threads == 1)
    #expect(Workers().threads == Workers.coreCount && Workers.coreCount > 0)
  }
}
