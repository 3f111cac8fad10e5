import SplatCore
import SplatRendering
import Testing

@Suite struct DepthSortTests {
  private func sorted(_ depths: [Float], threads: Int) -> [(depth: Float, value: Int)] {
    var pairs = depths.enumerated().map { DepthSort.pair(depth: $1, value: $0) }
    let sort = DepthSort()
    pairs.withView { sort.sort($0, workers: Workers(threads: threads)) }
    return pairs.map {
      (Float(bitPattern: UInt32($0 >> 32)), Int(UInt32(truncatingIfNeeded: $0)))
    }
  }

  @Test(arguments: [0, 1, 2, 3, 100, 16_383, 16_384, 50_000], [1, 2, 3, 7])
  func pairsAreSortedAndEqualDepthsKeepTheirOrder(count: Int, threads: Int) {
    var random = RandomSource(seed: UInt64(count), purpose: .testing)
    // Depths of many magnitudes, a third of them from a few values so that there are ties.
    let depths = (0..<count).map { _ -> Float in
      random.index(below: 3) == 0
        ? Float(1 + random.index(below: 5)) : Float(Double.exp(Double(random.normal()) * 10))
    }
    let expected = depths.indices.sorted { (depths[$0], $0) < (depths[$1], $1) }
    let result = sorted(depths, threads: threads)
    #expect(result.map(\.value) == expected)
    #expect(result.allSatisfy { depths[$0.value] == $0.depth })
  }

  /// Digits that all pairs share are passed over, each in its turn.
  @Test(arguments: [Float(1)...1, 1...1.0001, 1...2, 1e-30...1e30])
  func narrowAndWideRangesAreSorted(range: ClosedRange<Float>) {
    var random = RandomSource(seed: 2, purpose: .testing)
    let depths = (0..<30_000).map { _ in
      range.lowerBound + (range.upperBound - range.lowerBound) * random.uniform()
    }
    let expected = depths.indices.sorted { (depths[$0], $0) < (depths[$1], $1) }
    #expect(sorted(depths, threads: 3).map(\.value) == expected)
  }

  @Test func aSorterMayBeUsedAgainForMoreAndForLess() {
    let sort = DepthSort()
    for count in [10, 40_000, 3, 20_000] {
      var pairs = (0..<count).map { DepthSort.pair(depth: Float(count - $0), value: $0) }
      pairs.withView { sort.sort($0, workers: Workers(threads: 2)) }
      #expect(pairs == pairs.sorted())
    }
  }
}
