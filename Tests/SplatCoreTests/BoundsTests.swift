import SplatCore
import Testing

@Suite struct BoundsTests {
  @Test func aBoxReachesItsPointsAndLeavesOutWhatIsNoNumber() {
    let bounds = Bounds(of: [SIMD3(.nan, 2, -3), SIMD3(1, .nan, 5), SIMD3(-4, 7, .nan)])
    #expect(bounds.low == SIMD3(-4, 2, -3) && bounds.high == SIMD3(1, 7, 5))
  }

  @Test func aBoxOfNothingIsTheOtherWayRound() {
    let bounds = ParameterBlocks(count: 0, planes: Plane.count(shDegree: 0)).meanBounds
    #expect(bounds.low == SIMD3(repeating: .infinity) && bounds.high == -bounds.low)
  }

  @Test func meansAreFoundInEveryBlock() {
    var splats = Splats(count: 11, shDegree: 0)
    for index in 0..<11 {
      splats[index].mean = SIMD3(Float(index), Float(-index), index == 10 ? 9 : 1)
    }
    let bounds = splats.parameters.meanBounds
    // Columns past the last Gaussian are zero and must not count.
    #expect(bounds.low == SIMD3(0, -10, 1) && bounds.high == SIMD3(10, 0, 9))
  }
}
