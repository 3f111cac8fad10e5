import SplatCore
import Testing

@Suite struct RandomSourceTests {
  private func numbers(_ source: RandomSource, count: Int = 8) -> [UInt64] {
    var source = source
    return (0..<count).map { _ in source.next() }
  }

  @Test func aStreamFollowsFromItsNameAlone() {
    var used = RandomSource(seed: 1, purpose: .noise, position: 4)
    _ = (0..<1000).map { _ in used.next() }
    let fresh = RandomSource(seed: 1, purpose: .noise, position: 5)
    #expect(numbers(fresh) == numbers(RandomSource(seed: 1, purpose: .noise, position: 5)))
  }

  @Test func otherSeedsPurposesAndPositionsGiveOtherNumbers() {
    var seen: Set<[UInt64]> = []
    for seed in UInt64(0)..<10 {
      for purpose in [RandomSource.Purpose.viewOrder, .background, .split, .relocate, .noise] {
        for position in UInt64(0)..<10 {
          seen.insert(numbers(RandomSource(seed: seed, purpose: purpose, position: position)))
        }
      }
    }
    #expect(seen.count == 500)
  }

  /// Compares the first numbers at neighbouring positions, as consecutive iterations draw them.
  @Test func neighbouringStreamsAreNotCorrelated() {
    let count = 20_000
    let values = (0..<count).map { position -> Double in
      var source = RandomSource(seed: 3, purpose: .split, position: UInt64(position))
      return Double(source.uniform()) - 0.5
    }
    let product = zip(values, values.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 } / Double(count)
    // The variance of a product of two such numbers is 1/144; allow five standard deviations.
    #expect(abs(product) < 5 / 12 / Double(count).squareRoot())
  }

  @Test func uniformNumbersHaveTheMomentsOfTheirDistribution() {
    var source = RandomSource(seed: 7, purpose: .testing)
    let count = 200_000
    let values = (0..<count).map { _ in Double(source.uniform()) }
    #expect(values.allSatisfy { $0 >= 0 && $0 < 1 })
    let mean = values.reduce(0, +) / Double(count)
    let square = values.reduce(0) { $0 + $1 * $1 } / Double(count)
    #expect(abs(mean - 1.0 / 2) < 0.004 && abs(square - 1.0 / 3) < 0.004)
    for tenth in 0..<10 {
      let share = Double(values.filter { Int($0 * 10) == tenth }.count) / Double(count)
      #expect(abs(share - 0.1) < 0.004)
    }
  }

  @Test func normalNumbersHaveTheMomentsOfTheirDistribution() {
    var source = RandomSource(seed: 7, purpose: .testing)
    let count = 200_000
    let values = (0..<count).map { _ in Double(source.normal()) }
    func moment(_ power: Int) -> Double {
      values.reduce(0) { sum, value in
        sum + (0..<power).reduce(1.0) { product, _ in product * value }
      } / Double(count)
    }
    // Allow five standard deviations of each mean.
    #expect(abs(moment(1)) < 0.011 && abs(moment(2) - 1) < 0.016)
    #expect(abs(moment(3)) < 0.044 && abs(moment(4) - 3) < 0.11)
    let neighbours = zip(values, values.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 } / Double(count)
    #expect(abs(neighbours) < 0.011)
  }

  @Test func indicesAreBelowTheirBoundAndEquallyLikely() {
    var source = RandomSource(seed: 9, purpose: .testing)
    var counts = [Int](repeating: 0, count: 7)
    for _ in 0..<70_000 { counts[source.index(below: 7)] += 1 }
    #expect(counts.allSatisfy { abs($0 - 10_000) < 500 }, "\(counts)")
  }

  @Test func shufflingKeepsTheElements() {
    var source = RandomSource(seed: 9, purpose: .testing)
    let shuffled = source.shuffled(Array(0..<100))
    #expect(shuffled.sorted() == Array(0..<100) && shuffled != Array(0..<100))
    #expect(source.shuffled([Int]()).isEmpty && source.shuffled([1]) == [1])
  }
}
