import SplatCore
import SplatRendering
import Testing

@Suite struct DepthSortTests {
  private func sort(_ keys: [DepthSort.Key]) -> [DepthSort.Key] {
    var keys = keys
    var spare = keys
    var counters = [UInt32](repeating: 7, count: DepthSort.counterCount)
    keys.withView { keys in
      spare.withView { spare in
        counters.withView { DepthSort.sort(keys, spare: spare, counters: $0) }
      }
    }
    return keys
  }

  private func sorted(_ depths: [Float]) -> [(depth: Float, number: Int)] {
    sort(depths.enumerated().map { DepthSort.key(depth: $1, number: $0) }).map {
      (Float(bitPattern: UInt32($0 >> 32)), Int(UInt32(truncatingIfNeeded: $0)))
    }
  }

  @Test(arguments: [0, 1, 2, 3, 24, 25, 100, 2047, 2048, 50_000])
  func keysAreSortedAndEqualDepthsKeepTheirOrder(count: Int) {
    var random = RandomSource(seed: UInt64(count), purpose: .testing)
    // Depths of many magnitudes, a third of them from a few values so that there are ties.
    let depths = (0..<count).map { _ -> Float in
      random.index(below: 3) == 0
        ? Float(1 + random.index(below: 5)) : Float(Double.exp(Double(random.normal()) * 10))
    }
    let expected = depths.indices.sorted { (depths[$0], $0) < (depths[$1], $1) }
    let result = sorted(depths)
    #expect(result.map(\.number) == expected)
    #expect(result.allSatisfy { depths[$0.number] == $0.depth })
  }

  /// Bits that all keys share are skipped, wherever they are.
  @Test(arguments: [Float(1)...1, 1...1.0001, 1...2, 1e-30...1e30], [30, 1000, 30_000])
  func narrowAndWideRangesAreSorted(range: ClosedRange<Float>, count: Int) {
    var random = RandomSource(seed: 2, purpose: .testing)
    let depths = (0..<count).map { _ in
      range.lowerBound + (range.upperBound - range.lowerBound) * random.uniform()
    }
    let expected = depths.indices.sorted { (depths[$0], $0) < (depths[$1], $1) }
    #expect(sorted(depths).map(\.number) == expected)
  }
}
