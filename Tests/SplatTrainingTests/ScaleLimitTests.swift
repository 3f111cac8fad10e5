import Foundation
import SplatCore
import SplatRendering
import SplatTestSupport
import SplatTraining
import Testing

@Suite struct ScaleLimitTests {
  @Test func scalesFollowTheDistanceToTheNearestCamera() {
    let cameras = [SIMD3(0.0, 0, 0), SIMD3(10.0, 0, 0)].map {
      Camera.looking(
        from: $0, at: SIMD3(5, 0, 5), up: SIMD3(0, -1, 0), width: 40, height: 30,
        focalLength: SIMD2(40, 40))
    }
    var state = ModelState(SyntheticScene.splats(count: 500, seed: 3))
    let before = state.splats
    ScaleLimit(cameras: cameras).clamp(&state, share: 0.02)
    var clamped = 0
    for index in 0..<state.count {
      let distance =
        cameras.map { camera -> Float in
          let offset = SIMD3<Float>(camera.center) - before[index].mean
          return (offset * offset).sum().squareRoot()
        }.min() ?? 0
      let limit = Float.log(0.02 * distance)
      for axis in 0..<3 {
        let expected = min(before[index].logScale[axis], limit)
        #expect(abs(state.splats[index].logScale[axis] - expected) < 1e-5)
        if expected < before[index].logScale[axis] { clamped += 1 }
      }
      #expect(state.splats[index].mean == before[index].mean)
    }
    #expect(clamped > 20)
  }

  /// A Gaussian at a right angle to the axis of a camera, far away and large, is not in its picture.
  @Test func whatIsToTheSideDoesNotCoverPictures() throws {
    let camera = Camera(width: 60, height: 40, focalLength: SIMD2(60, 60))
    func opacity(scale: Float) -> Float {
      var largest: Float = 0
      for index in 0..<24 {
        let (angle, distance) = (Float(index) / 24 * 2 * .pi, Float(40))
        var splats = SyntheticScene.splats(count: 1, seed: 9)
        splats[0].mean = SIMD3(distance * cos(angle), distance * sin(angle), 1)
        splats[0].logScale = SIMD3(repeating: log(scale * distance))
        splats[0].opacityLogit = 5
        largest = max(largest, Renderer().render(splats, from: camera).alpha.max() ?? 0)
      }
      return largest
    }
    #expect(opacity(scale: SplitSettings().largestScale) < 0.01)
    #expect(opacity(scale: 1) > 0.1)
  }
}
