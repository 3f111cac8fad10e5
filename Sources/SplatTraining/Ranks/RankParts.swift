/// Which elements of a buffer are of which rank.
package struct RankParts: Sendable {
  /// How many elements each rank has.
  package let counts: [Int]
  /// Where those of each begin.
  package let starts: [Int]

  package init(counts: [Int], starts: [Int]) { (self.counts, self.starts) = (counts, starts) }

  /// Parts that follow one another.
  package init(counts: [Int]) {
    var next = 0
    let starts = counts.map { count in
      defer { next += count }
      return next
    }
    self.init(counts: counts, starts: starts)
  }
}
