import Foundation
import SplatCore
import SplatTraining
import Testing

@Suite struct SceneExtentTests {
  /// `count` cameras on a circle of radius 4, and then those at `more`.
  private func cameras(_ count: Int, and more: [SIMD3<Double>] = []) -> [Camera] {
    let circle = (0..<count).map { index -> SIMD3<Double> in
      let angle = 2 * Double.pi * Double(index) / Double(count)
      return SIMD3(4 * sin(angle), 0, 4 * cos(angle))
    }
    return (circle + more).map {
      Camera.looking(
        from: $0, at: .zero, up: SIMD3(0, -1, 0), width: 40, height: 30, focalLength: SIMD2(40, 40))
    }
  }

  @Test(arguments: [30.0, 20_000, 1e7])
  func camerasFarFromAllOthersDoNotCount(distance: Double) {
    let points = [SIMD3<Float>](repeating: SIMD3(1, 0, 0), count: 20)
    let plain = SceneExtent.of(cameras: cameras(49), points: points)
    let far = cameras(49, and: [SIMD3(distance, 0, 0)])
    #expect(SceneExtent.of(cameras: far, points: points) == plain)
    let two = cameras(30, and: [SIMD3(distance, 0, 0), SIMD3(0, distance, 0)])
    #expect(abs(SceneExtent.of(cameras: two, points: points) - plain) < 0.01)
  }

  @Test func camerasThatBelongToTheSceneCount() {
    // Views from above, from three times as far as the others.
    let views = cameras(40, and: [SIMD3(0, 12, 0), SIMD3(1, 12, 0)])
    #expect(SceneExtent.of(cameras: views, points: []) > 12)
    // A few cameras have no majority.
    let few = cameras(2, and: [SIMD3(500, 0, 0)])
    #expect(SceneExtent.of(cameras: few, points: []) > 300)
    // Coincident cameras, and one elsewhere, within the distance of what they see.
    let tripod = Array(repeating: cameras(1)[0], count: 20) + cameras(1, and: [SIMD3(0, 0, 6)])
    #expect(SceneExtent.of(cameras: tripod, points: [SIMD3(0, 0, 30)]) > 1)
  }

  @Test func randomPointsLieWhereMostCamerasLook() {
    let far = cameras(49, and: [SIMD3(20_000, 0, 0)])
    let points = SplatInitialization.randomPoints(count: 200, cameras: far, seed: 1)
    #expect(points.positions.allSatisfy { abs($0.x) < 30 && abs($0.z) < 30 })
  }
}
