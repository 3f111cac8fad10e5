/// A pinhole camera with its pose in the world and the size of its image.
///
/// The camera looks along +z with x to the right and y down (COLMAP and OpenCV). The centre of the
/// first pixel is at (0.5, 0.5).
public struct Camera: Sendable, Equatable {
  /// The number of pixels in a row.
  public var width: Int
  /// The number of rows.
  public var height: Int
  /// The focal lengths along x and y, in pixels.
  public var focalLength: SIMD2<Double>
  /// Where the optical axis meets the image, in pixels.
  public var principalPoint: SIMD2<Double>
  /// The transform from the world to the camera.
  public var viewMatrix: RigidTransform

  /// Creates a camera; without `principalPoint`, the optical axis passes through the image's
  /// centre.
  public init(
    width: Int, height: Int, focalLength: SIMD2<Double>, principalPoint: SIMD2<Double>? = nil,
    viewMatrix: RigidTransform = .identity
  ) {
    self.width = width
    self.height = height
    self.focalLength = focalLength
    self.principalPoint = principalPoint ?? SIMD2(Double(width) / 2, Double(height) / 2)
    self.viewMatrix = viewMatrix
  }

  /// The camera's centre in the world.
  public var center: SIMD3<Double> { viewMatrix.inverse.translation }

  /// The same view at another image size; each axis is scaled by the exact ratio of the sizes.
  public func resized(width newWidth: Int, height newHeight: Int) -> Camera {
    var camera = self
    let ratio = SIMD2(Double(newWidth) / Double(width), Double(newHeight) / Double(height))
    camera.width = newWidth
    camera.height = newHeight
    camera.focalLength *= ratio
    camera.principalPoint *= ratio
    return camera
  }

  /// A camera at `eye` that looks at `target`, with `up` pointing up in the image.
  public static func looking(
    from eye: SIMD3<Double>, at target: SIMD3<Double>, up: SIMD3<Double>, width: Int, height: Int,
    focalLength: SIMD2<Double>
  ) -> Camera {
    let forward = (target - eye).normalized ?? SIMD3(0, 0, 1)
    // When the camera looks along `up`, any direction may point up in the image.
    let across = forward.cross(up)
    let right = (across.length < 1e-6 ? nil : across.normalized) ?? forward.anyNormal
    let rotation = Matrix3<Double>(
      Vector3(right), Vector3(forward.cross(right)), Vector3(forward))
    let turn = RigidTransform(rotation: rotation, translation: .zero)
    return Camera(
      width: width, height: height, focalLength: focalLength,
      viewMatrix: RigidTransform(rotation: rotation, translation: -turn.rotated(eye)))
  }
}
