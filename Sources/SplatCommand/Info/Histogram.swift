import SplatFiles

/// Counts how many values lie in each of some bins.
struct Histogram {
  /// The bounds between the bins; the first and last bins are open.
  let bounds: [Double]
  private(set) var counts: [Int]

  /// The characters of the longest bar.
  private static let barLength = 40

  init(bounds: [Double]) {
    self.bounds = bounds
    counts = [Int](repeating: 0, count: bounds.count + 1)
  }

  /// Counts a value.
  mutating func add(_ value: Double) {
    counts[bounds.firstIndex { value < $0 } ?? bounds.count] += 1
  }

  /// A line with a bar for each bin from the first to the last that is not empty.
  func lines(_ number: (Double) -> String) -> String {
    let most = max(1, counts.max() ?? 1)
    let total = max(1, counts.reduce(0, +))
    guard let first = counts.firstIndex(where: { $0 > 0 }),
      let last = counts.lastIndex(where: { $0 > 0 })
    else { return "" }
    return (first...last).map { bin in
      let low = bin == 0 ? "below" : number(bounds[bin - 1])
      let high =
        bin == bounds.count
        ? "and more" : bin == 0 ? number(bounds[0]) : "... " + number(bounds[bin])
      let share = Double(counts[bin]) * 100 / Double(total)
      let bar = String(repeating: "#", count: (counts[bin] * Self.barLength + most - 1) / most)
      return "  " + Wording.aligned(low, 9) + " " + Wording.padded(high, 13)
        + Wording.aligned(Wording.fixed(share, 1) + "%", 7) + " " + bar + "\n"
    }.joined()
  }

  /// The bounds and counts.
  var json: JSON {
    [
      "bounds": .array(bounds.map { .number($0) }), "counts": .array(counts.map { .integer($0) }),
    ]
  }
}
