package import SplatCore
import SplatRendering

/// A small scene that is known exactly: Gaussians and cameras around them.
package enum SyntheticScene {
  /// `count` Gaussians in the unit ball.
  package static func splats(count: Int, seed: UInt64, shDegree: Int = 1) -> Splats {
    var random = RandomSource(seed: seed, purpose: .testing)
    var splats = Splats(count: count, shDegree: shDegree)
    for index in 0..<count {
      func normal3() -> SIMD3<Float> { SIMD3(random.normal(), random.normal(), random.normal()) }
      splats[index] = Splat(
        mean: normal3() * 0.4, logScale: normal3() * 0.3 - 2.2,
        rotation: Quaternion(
          w: random.normal(), x: random.normal(), y: random.normal(), z: random.normal()),
        opacityLogit: random.normal() + 1,
        shCoefficients: (0..<splats.coefficientCount).map { $0 == 0 ? normal3() : normal3() * 0.1 })
    }
    return splats
  }

  /// `count` cameras on a ring of radius 3 around the origin, looking at it.
  package static func cameras(count: Int, width: Int, height: Int) -> [Camera] {
    (0..<count).map { index in
      let angle = Double(index) / Double(count) * 2 * .pi
      return Camera.looking(
        from: SIMD3(3 * Double.cos(angle), -1, 3 * Double.cos(angle - .pi / 2)), at: .zero,
        up: SIMD3(0, -1, 0), width: width, height: height,
        focalLength: SIMD2(repeating: Double(max(width, height))))
    }
  }

  /// What a camera sees of `splats`, as a photo.
  package static func photo(of splats: Splats, from camera: Camera) -> Photo {
    let frame = Renderer().render(splats, from: camera)
    return Photo(width: camera.width, height: camera.height, channels: 3, bytes: frame.rgb8)
  }
}
