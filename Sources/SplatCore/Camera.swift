/// A pinhole camera with its place in the world and the size of its image.
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

  /// Creates a camera; without `principalPoint` the axis goes through the image's centre.
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

  /// The same view in an image of another size: the true ratios of the sizes scale each axis.
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
    let forward = normalized(target - eye)
    var right = cross(forward, up)
    if (right * right).sum() < 1e-12 {
      right = cross(forward, abs(forward.x) < 0.9 ? SIMD3(1, 0, 0) : SIMD3(0, 1, 0))
    }
    right = normalized(right)
    let rotation = Matrix3<Double>(
      Vector3(right), Vector3(cross(forward, right)), Vector3(forward))
    let turn = RigidTransform(rotation: rotation, translation: .zero)
    return Camera(
      width: width, height: height, focalLength: focalLength,
      viewMatrix: RigidTransform(rotation: rotation, translation: -turn.rotated(eye)))
  }
}

private func normalized(_ vector: SIMD3<Double>) -> SIMD3<Double> {
  vector / (vector * vector).sum().squareRoot()
}

private func cross(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
  SIMD3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
}
