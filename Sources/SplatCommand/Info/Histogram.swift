import SplatFiles

/// How often values fall between given bounds.
struct Histogram {
  /// The bounds between the bins; the first and last bins are open.
  let bounds: [Double]
  private(set) var counts: [Int]

  init(bounds: [Double]) {
    self.bounds = bounds
    counts = [Int](repeating: 0, count: bounds.count + 1)
  }

  /// Counts a value.
  mutating func add(_ value: Double) {
    counts[bounds.firstIndex { value < $0 } ?? bounds.count] += 1
  }

  /// A line with a bar for each bin that lies between or beside others in use.
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
      let bar = String(repeating: "#", count: (counts[bin] * 40 + most - 1) / most)
      return "  " + Wording.aligned(low, 9) + " " + Wording.padded(high, 13)
        + Wording.aligned(Wording.fixed(share, 1) + "%", 7) + " " + bar + "\n"
    }.joined()
  }

  /// Bounds and counts.
  var json: JSON {
    [
      "bounds": .array(bounds.map { .number($0) }), "counts": .array(counts.map { .integer($0) }),
    ]
  }
}
