package import SplatCore

/// A stable radix sort of (key, value) pairs by their keys, smallest first.
///
/// The result of a stable sort is one and the same however the work is cut, so threads may share it.
package struct DepthSort {
  /// A key in the upper half and a value in the lower half.
  package typealias Pair = UInt64

  private static let digitBits = 11
  private static let bucketCount = 1 << digitBits
  private let other = Buffer<Pair>()
  private let histograms = Buffer<UInt32>()

  package init() {}

  /// The pair of a positive `depth` and `value`. The bits of positive floats order as they do.
  @inline(__always)
  package static func pair(depth: Float, value: Int) -> Pair {
    UInt64(depth.bitPattern) << 32 | UInt64(UInt32(truncatingIfNeeded: value))
  }

  /// Sorts `pairs`.
  package func sort(_ pairs: BufferView<Pair>, workers: Workers) {
    let count = pairs.count
    guard count > 1 else { return }
    let chunks = count < 16_384 ? 1 : min(workers.threads, 64)
    let chunkSize = (count + chunks - 1) / chunks
    let spare = other.view(count: count)
    let counts = histograms.view(count: chunks * Self.bucketCount)
    var (from, to) = (pairs, spare)
    for shift in stride(from: 32, to: 64, by: Self.digitBits) {
      let source = from
      let target = to
      workers.forEach(chunks) { chunk, _ in
        let mine = counts.slice(chunk * Self.bucketCount..<(chunk + 1) * Self.bucketCount)
        mine.fill(0)
        for index in chunk * chunkSize..<min(count, (chunk + 1) * chunkSize) {
          mine[Self.digit(source[index], shift)] &+= 1
        }
      }
      guard Self.turnIntoOffsets(counts, chunks: chunks, total: count) else { continue }
      workers.forEach(chunks) { chunk, _ in
        let mine = counts.slice(chunk * Self.bucketCount..<(chunk + 1) * Self.bucketCount)
        for index in chunk * chunkSize..<min(count, (chunk + 1) * chunkSize) {
          let pair = source[index]
          let digit = Self.digit(pair, shift)
          let place = mine[digit]
          mine[digit] = place &+ 1
          target[Int(place)] = pair
        }
      }
      swap(&from, &to)
    }
    if from.isSame(as: spare) { pairs.copy(spare) }
  }

  @inline(__always)
  private static func digit(_ pair: Pair, _ shift: Int) -> Int {
    Int((pair >> UInt64(shift)) & UInt64(bucketCount - 1))
  }

  /// Turns counts into the first places of each chunk's pairs. Returns false if all pairs share one
  /// digit, so that there is nothing to move.
  private static func turnIntoOffsets(_ counts: BufferView<UInt32>, chunks: Int, total: Int) -> Bool
  {
    var sum: UInt32 = 0
    for bucket in 0..<bucketCount {
      let before = sum
      for chunk in 0..<chunks {
        let place = chunk * bucketCount + bucket
        let count = counts[place]
        counts[place] = sum
        sum &+= count
      }
      if sum - before == total { return false }
    }
    return true
  }
}
