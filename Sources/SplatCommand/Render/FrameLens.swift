import SplatCore
import SplatPlatform

/// The size and the focal length of frames from new places: those of a model's first camera,
/// brought to the size that was chosen.
struct FrameLens {
  /// The number of pixels in a row.
  let width: Int
  /// The number of rows.
  let height: Int
  /// Along x and y, in pixels.
  let focalLength: SIMD2<Double>

  /// The field of view from top to bottom where no camera tells one, radians.
  private static let fieldOfView = 50.0 * .pi / 180

  init(cameras: [Camera], size: ImageSize?) {
    let first = cameras.first
    width = size?.width ?? first?.width ?? 1280
    height = size?.height ?? first?.height ?? 720
    focalLength =
      first?.fitted(width: width, height: height).focalLength
      ?? SIMD2(repeating: Double(height) / 2 / tan(Self.fieldOfView / 2))
  }

  /// Half the field of view along the shorter side, radians.
  var narrowestHalfAngle: Double {
    atan(min(Double(width) / focalLength.x, Double(height) / focalLength.y) / 2)
  }
}
