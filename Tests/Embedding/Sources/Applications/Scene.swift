import Foundation
import SplatTraining

/// A small scene with known Gaussians.
enum Scene {
  /// Coloured Gaussians in a cube of two units around the origin.
  static let splats = Splats(
    (0..<200).map { index in
      func number(_ salt: Int) -> Float { Float((index * 7919 + salt * 104_729) % 1000) / 1000 }
      return Splat(
        mean: SIMD3(number(1), number(2), number(3)) * 2 - 1, logScale: SIMD3(repeating: -2),
        rotation: Quaternion(w: 1, x: 0, y: 0, z: 0), opacityLogit: 2,
        shCoefficients: [SIMD3(number(4), number(5), number(6)) * 2 - 1])
    }, shDegree: 0)

  /// Cameras on a circle around the origin.
  static func cameras(_ count: Int, width: Int, height: Int) -> [Camera] {
    (0..<count).map { index in
      let angle = Double(index) / Double(count) * 2 * .pi
      return Camera.looking(
        from: SIMD3(4 * sin(angle), -1, 4 * cos(angle)), at: .zero,
        up: SIMD3(0, -1, 0), width: width, height: height,
        focalLength: SIMD2(repeating: Double(width)))
    }
  }

  /// What the cameras see, as photos.
  static func views(_ cameras: [Camera]) -> [TrainingView] {
    zip(cameras, Renderer().render(splats, from: cameras)).map { camera, frame in
      TrainingView(
        name: "", camera: camera,
        photo: Photo(width: frame.width, height: frame.height, channels: 3, bytes: frame.rgb8))
    }
  }
}

/// Ends the program unless `condition` holds.
func check(_ condition: Bool, _ message: @autoclosure () -> String) {
  guard condition else { fatalError(message()) }
}
