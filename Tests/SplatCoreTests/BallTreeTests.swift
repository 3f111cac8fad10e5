import SplatCore
import Testing

@Suite struct BallTreeTests {
  /// The same question asked of each ball.
  private func holds(_ ball: SIMD4<Float>, _ point: SIMD3<Float>) -> Bool {
    let offset = point - SIMD3(ball.x, ball.y, ball.z)
    return (offset * offset).sum() < ball.w
  }

  @Test(arguments: [0, 1, 7, 8, 9, 64, 65, 700])
  func itFindsWhatALookAtEachBallFinds(count: Int) {
    var random = RandomSource(seed: 5, purpose: .initialization, position: UInt64(count))
    func place(_ reach: Float) -> SIMD3<Float> {
      SIMD3(random.uniform(), random.uniform(), random.uniform()) * (2 * reach) - reach
    }
    let balls = (0..<count).map { _ in
      let radius = 0.3 + random.uniform()
      return SIMD4(place(10) + SIMD3(1000, 0, 0), radius * radius)
    }
    let tree = BallTree(balls)
    #expect(tree.isEmpty == (count == 0))
    var found = 0
    for index in 0..<4000 {
      var point = place(12) + SIMD3(1000, 0, 0)
      // Half of the points lie about on the surface of a ball, where rounding decides.
      if index % 2 == 0, count > 0 {
        let ball = balls[index / 2 % count]
        let direction = place(1)
        let length = (direction * direction).sum().squareRoot()
        point = SIMD3(ball.x, ball.y, ball.z) + direction * (ball.w.squareRoot() / length)
      }
      let expected = balls.contains { holds($0, point) }
      found += expected ? 1 : 0
      #expect(tree.contains(point) == expected)
    }
    #expect(count == 0 ? found == 0 : found > 100 && found < 4000)
  }

  @Test func pointsThatAreNoNumbersAreInNone() {
    let tree = BallTree((0..<20).map { SIMD4(Float($0), 0, 0, 4) })
    #expect(!tree.contains(SIMD3(.nan, 0, 0)))
    #expect(!tree.contains(SIMD3(.infinity, 0, 0)))
    #expect(tree.contains(SIMD3(19.5, 0, 0)))
  }
}
