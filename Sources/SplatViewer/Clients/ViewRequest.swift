package import SplatCore
import SplatFiles

/// A picture that a page requests.
package struct ViewRequest: Sendable, Equatable {
  /// The page's number for it, which increases.
  package var serial: Int
  /// The camera, with the size of the picture.
  package var camera: Camera
  /// How it is drawn.
  package var style: PictureStyle
  /// Whether the camera is moving, so that a small picture now is better than a large one later.
  package var isMoving: Bool
}

extension ViewRequest {
  /// The largest picture that follows the camera, in pixels.
  package static let largestArea = 16_000_000
  /// The largest picture that is saved, in pixels; enough for 7680 x 4320.
  package static let largestSavedArea = 40_000_000
  /// The farthest position along each axis that single precision still resolves well, in world
  /// units.
  private static let largestPosition = 1e9
  /// The range of the focal length as a multiple of the picture's height: fields of view of 169 to
  /// 0.06 degrees.
  private static let focalRange = 0.05...1000
  /// The farthest principal point from the origin of the picture, as a multiple of its longer side.
  private static let largestPrincipalPoint = 10.0

  /// Reads the request in a page's message.
  init(_ message: JSONPlace, largestArea: Int) throws(FileError) {
    serial = try message.member("serial").wholeNumber(in: PageMessage.counterRange)
    camera = try Self.camera(message.member("camera"), largestArea: largestArea)
    style = try PictureStyle(message.member("style"))
    isMoving = try message.optional("moving")?.truth() ?? false
  }

  private static func camera(_ json: JSONPlace, largestArea: Int) throws(FileError) -> Camera {
    let camera = try CameraPath.camera(json)
    guard camera.width * camera.height <= largestArea else {
      throw json.bad(
        "has \(camera.width) x \(camera.height) pixels; at most \(largestArea) in all are drawn")
    }
    let (center, height) = (camera.center, Double(camera.height))
    guard (0..<3).allSatisfy({ abs(center[$0]) <= largestPosition }) else {
      throw json.bad(
        "stands at \(center); at most \(largestPosition) from the origin was expected")
    }
    for axis in 0..<2 {
      guard focalRange.contains(camera.focalLength[axis] / height) else {
        throw json.bad(
          """
          has a focal length of \(camera.focalLength[axis]) pixels; \(focalRange.lowerBound) to \
          \(focalRange.upperBound) times its height was expected
          """)
      }
      let side = Double(max(camera.width, camera.height))
      guard abs(camera.principalPoint[axis]) <= largestPrincipalPoint * side else {
        throw json.bad("has its principal point at \(camera.principalPoint), far from the picture")
      }
    }
    return camera
  }
}
