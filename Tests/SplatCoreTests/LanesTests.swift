import Foundation
import SplatCore
import Testing

@Suite struct LanesTests {
  /// The worst error of `function` over `count` evenly spaced arguments, as `error` measures it.
  private func worst(
    from low: Double, to high: Double, count: Int = 4_000_000, _ function: (Lanes) -> Lanes,
    error: (_ argument: Double, _ found: Double) -> Double
  ) -> (error: Double, argument: Float) {
    var result = (error: 0.0, argument: Float(0))
    for start in stride(from: 0, to: count, by: Lanes.scalarCount) {
      let arguments = Lanes(
        (0..<Lanes.scalarCount).map {
          Float(low + (high - low) * Double(start + $0) / Double(count))
        })
      let values = function(arguments)
      for lane in 0..<Lanes.scalarCount {
        let found = error(Double(arguments[lane]), Double(values[lane]))
        if !(found <= result.error) { result = (found, arguments[lane]) }
      }
    }
    return result
  }

  @Test(arguments: [-86.9...88, -1...1, -0.001...0.001])
  func expIsAsAccurateAsItsDocumentationSays(range: ClosedRange<Double>) {
    let worst = worst(from: range.lowerBound, to: range.upperBound, Lanes.exp) {
      abs($1 / exp($0) - 1)
    }
    print("exp over \(range): \(worst)")
    #expect(worst.error < 2e-7)
  }

  @Test(arguments: [-125.9...126.9, -1...1, -0.001...0.001])
  func exp2IsAsAccurateAsItsDocumentationSays(range: ClosedRange<Double>) {
    let worst = worst(from: range.lowerBound, to: range.upperBound, Lanes.exp2) {
      abs($1 / exp2($0) - 1)
    }
    print("exp2 over \(range): \(worst)")
    #expect(worst.error < 2e-7)
  }

  @Test(arguments: [1.2e-38...1e-37, 1e-3...1, 0.5...2, 0.999...1.001, 1...1000, 1e30...3.4e38])
  func logIsAsAccurateAsItsDocumentationSays(range: ClosedRange<Double>) {
    let worst = worst(from: range.lowerBound, to: range.upperBound, Lanes.log) {
      abs($1 - log($0)) / max(1, abs(log($0)))
    }
    print("log over \(range): \(worst)")
    #expect(worst.error < 1e-7)
  }

  @Test func expHoldsItsArgumentsToItsRange() {
    let values = Lanes.exp(Lanes(-1000, -87, 88, 1000, -.infinity, .infinity, 0, -0.0))
    #expect(values[0] == values[1] && values[4] == values[1] && values[1] > 0)
    #expect(values[3] == values[2] && values[5] == values[2] && values[2].isFinite)
    #expect(values[6] == 1 && values[7] == 1)
  }

  @Test func roundedBitsAreTheNearestIntegers() {
    var random = RandomSource(seed: 1, purpose: .testing)
    for _ in 0..<2000 {
      let values = Lanes((0..<8).map { _ in (random.uniform() - 0.5) * 0x1p23 })
      let rounded = values.roundedBits
      for lane in 0..<8 {
        #expect(rounded[lane] == Int32(values[lane].rounded(.toNearestOrEven)))
      }
    }
    let halves = Lanes(0.5, 1.5, 2.5, -0.5, 0.49999997, -4_194_304, 4_194_304, 0).roundedBits
    #expect(halves == SIMD8<Int32>(0, 2, 2, 0, 0, -4_194_304, 4_194_304, 0))
  }

  @Test func totalSumsEveryLane() {
    for lane in 0..<8 {
      var one = Lanes(repeating: 0)
      one[lane] = 3
      #expect(one.total == 3)
    }
    #expect(Lanes.ramp.total == 28)
  }

  @Test func totalsAreThoseOfEachNumber() {
    var random = RandomSource(seed: 3, purpose: .testing)
    // Whole numbers, so that the order of a sum makes no difference.
    let v = (0..<8).map { _ in Lanes((0..<8).map { _ in Float(random.index(below: 1000)) }) }
    let totals = Lanes.totals(v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7])
    for index in 0..<8 { #expect(totals[index] == v[index].total) }
    let four = Lanes.totals(v[0], v[1], v[2], v[3])
    for index in 0..<4 { #expect(four[index] == v[index].total) }
  }

  @Test func lanesAndNumbersChangePlaces() {
    func number(_ index: Int) -> Lanes { Lanes.ramp + Lanes(repeating: Float(10 * index)) }
    let turned = Lanes.transposed(
      number(0), number(1), number(2), number(3), number(4), number(5), number(6), number(7))
    let all = [
      turned.0, turned.1, turned.2, turned.3, turned.4, turned.5, turned.6, turned.7,
    ]
    for (lane, numbers) in all.enumerated() {
      for index in 0..<8 { #expect(numbers[index] == number(index)[lane]) }
    }
  }

  @Test func signsAreSetAndCleared() {
    let values = Lanes(
      -0.0, 0, -2, 2, -.infinity, .infinity, -.leastNonzeroMagnitude,
      .leastNonzeroMagnitude)
    for lane in 0..<8 {
      #expect(values.magnitude[lane] == abs(values[lane]))
      #expect(values.magnitude[lane].sign == .plus)
      #expect(values.negated[lane].bitPattern == (-values[lane]).bitPattern)
    }
  }

  @Test func anyLaneMakesAMaskTrue() {
    #expect(!LanesMask(repeating: false).isAnyTrue)
    for lane in 0..<8 {
      var mask = LanesMask(repeating: false)
      mask[lane] = true
      #expect(mask.isAnyTrue)
    }
  }

  @Test func minimumAndMaximumKeepTheLeftWhereNumbersAreUnordered() {
    let nan = Lanes(repeating: .nan)
    #expect(Lanes.minimum(Lanes(1), nan) == Lanes(1) && Lanes.maximum(Lanes(1), nan) == Lanes(1))
    #expect(Lanes.minimum(Lanes.ramp, Lanes(3)) == Lanes(0, 1, 2, 3, 3, 3, 3, 3))
    #expect(Lanes.ramp.clamped(from: Lanes(2), to: Lanes(5)) == Lanes(2, 2, 2, 3, 4, 5, 5, 5))
  }
}
