package import SplatCore

/// Transforms a mean from the world to the camera and projects it to the image.
package enum PerspectiveProjection {
  /// Returns the mean in the camera's frame, in world units.
  @inline(__always)
  package static func cameraMean<Scalar: Real>(
    _ mean: Vector3<Scalar>, _ camera: Pinhole<Scalar>
  ) -> Vector3<Scalar> {
    camera.rotation * mean + camera.translation  // (1)
  }

  /// Returns the projected mean, in pixels.
  @inline(__always)
  package static func forward<Scalar: Real>(
    cameraMean: Vector3<Scalar>, _ camera: Pinhole<Scalar>
  ) -> (x: Scalar, y: Scalar) {
    let inverseZ = Scalar(1) / cameraMean.z  // (2)
    return (  // (3)
      camera.fx * cameraMean.x * inverseZ + camera.cx,
      camera.fy * cameraMean.y * inverseZ + camera.cy
    )
  }

  /// Returns the gradient with respect to the mean in the camera's frame.
  @inline(__always)
  package static func backward<Scalar: Real>(
    cameraMean: Vector3<Scalar>, gradX: Scalar, gradY: Scalar, _ camera: Pinhole<Scalar>
  ) -> Vector3<Scalar> {
    let inverseZ = Scalar(1) / cameraMean.z
    let x = gradX * camera.fx * inverseZ  // (3)
    let y = gradY * camera.fy * inverseZ  // (3)
    let z = -(x * cameraMean.x + y * cameraMean.y) * inverseZ  // (2)
    return Vector3(x, y, z)
  }
}
