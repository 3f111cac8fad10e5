import SplatCore

/// 256 numbers that stand for many (Lloyd 1982; starts from Panter and Dite's companding, 1951).
package struct ScalarCodebook: Sendable {
  /// The numbers, ascending.
  package let entries: [Float]
  /// The middles between neighbours.
  private let borders: [Float]

  static let size = 256
  /// The bins that values are counted in: fine enough that only their means matter.
  private static let binCount = 1 << 16
  /// The most times that the entries are improved; they settle sooner.
  private static let iterations = 100

  /// Chooses the numbers for `count` finite values.
  package init(count: Int, value: (Int) -> Float) {
    let bins = Bins(count: count, binCount: Self.binCount, value: value)
    var entries = bins.companded(size: Self.size)
    for _ in 0..<Self.iterations {
      let improved = bins.improved(entries)
      if improved == entries { break }
      entries = improved
    }
    self.entries = entries
    borders = zip(entries, entries.dropFirst()).map { ($0 + $1) / 2 }
  }

  /// The index of the entry that is nearest to a value.
  package func index(of value: Float) -> UInt8 {
    var (low, high) = (0, borders.count)
    while low < high {
      let middle = (low + high) / 2
      if value > borders[middle] { low = middle + 1 } else { high = middle }
    }
    return UInt8(low)
  }
}

/// Values counted in bins of one width.
private struct Bins {
  /// How many values fall into each bin, and their sums.
  private var counts: [Double]
  private var sums: [Double]
  private let low: Double
  private let high: Double

  /// The bins of a stretch, whose density is one.
  private static let stretch = 512
  /// In place of zero, which has no logarithm and divides nothing.
  private static let smallestWeight = 1e-300

  init(count: Int, binCount: Int, value: (Int) -> Float) {
    var (low, high) = (Float.infinity, -Float.infinity)
    for index in 0..<count {
      low = min(low, value(index))
      high = max(high, value(index))
    }
    self.low = Double(low)
    self.high = Double(high)
    counts = [Double](repeating: 0, count: binCount)
    sums = counts
    let scale = high > low ? Double(binCount) / (Double(high) - Double(low)) : 0
    for index in 0..<count {
      let number = Double(value(index))
      let bin = min(binCount - 1, Int((number - Double(low)) * scale))
      counts[bin] += 1
      sums[bin] += number
    }
  }

  /// Entries whose density follows the cube root of that of the values; exact where few bins are in
  /// use.
  func companded(size: Int) -> [Float] {
    let used = counts.indices.filter { counts[$0] > 0 }
    guard used.count > size else {
      let means = used.map { Float(sums[$0] / counts[$0]) }
      return means + [Float](repeating: means.last ?? 0, count: size - means.count)
    }
    // Densities are those of stretches of bins: single ones are too rough for a cube root.
    let stretch = Self.stretch
    var weights: [Double] = []
    for start in stride(from: 0, to: counts.count, by: stretch) {
      let total = counts[start..<min(counts.count, start + stretch)].reduce(0, +)
      weights.append(Double.exp(Double.log(max(total, Self.smallestWeight)) / 3))
    }
    let total = weights.reduce(0, +)
    var entries: [Float] = []
    var (passed, place) = (0.0, 0)
    for entry in 0..<size {
      let target = (Double(entry) + 0.5) / Double(size) * total
      while place < weights.count - 1, passed + weights[place] < target {
        passed += weights[place]
        place += 1
      }
      let share = (Double(place) + (target - passed) / max(weights[place], Self.smallestWeight))
      entries.append(Float(low + (high - low) * min(1, share / Double(weights.count))))
    }
    return entries
  }

  /// Each entry moved to the mean of the bins that are nearest to it.
  func improved(_ entries: [Float]) -> [Float] {
    var result = entries
    let width = (high - low) / Double(counts.count)
    var bin = 0
    for entry in entries.indices {
      let border =
        entry + 1 < entries.count
        ? (Double(entries[entry]) + Double(entries[entry + 1])) / 2 : Double.infinity
      var (count, sum) = (0.0, 0.0)
      while bin < counts.count, low + (Double(bin) + 0.5) * width <= border {
        count += counts[bin]
        sum += sums[bin]
        bin += 1
      }
      if count > 0 { result[entry] = Float(sum / count) }
    }
    // An entry without values stays where it is, which its neighbours may have passed.
    return result.sorted()
  }
}
