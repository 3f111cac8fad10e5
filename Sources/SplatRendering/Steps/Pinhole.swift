package import SplatCore

/// A camera in the scalar type of the kernels.
package struct Pinhole<Scalar: Real>: Sendable {
  /// The rotation from the world to the camera.
  package let rotation: Matrix3<Scalar>
  /// The world's origin in the camera's frame.
  package let translation: Vector3<Scalar>
  /// The camera's centre in the world.
  package let center: Vector3<Scalar>
  /// The focal lengths and the principal point, in pixels.
  package let fx: Scalar, fy: Scalar, cx: Scalar, cy: Scalar
  /// The limits to which x/z and y/z are clamped for the Jacobian.
  package let lowX: Scalar, highX: Scalar, lowY: Scalar, highY: Scalar

  /// How far beyond the image's edge the Jacobian follows a Gaussian, as a share of the image's
  /// size.
  ///
  /// With a centred principal point this is the 1.3 tan(fov/2) of the released 3DGS code.
  package static var jacobianMargin: Double { 0.15 }

  package init(_ camera: Camera) {
    let view = camera.viewMatrix
    func vector(_ v: Vector3<Double>) -> Vector3<Scalar> {
      Vector3(Scalar(v.x), Scalar(v.y), Scalar(v.z))
    }
    rotation = Matrix3(
      vector(view.rotation.row0), vector(view.rotation.row1), vector(view.rotation.row2))
    translation = Vector3(view.translation)
    center = Vector3(camera.center)
    let (focal, principal) = (camera.focalLength, camera.principalPoint)
    fx = Scalar(focal.x)
    fy = Scalar(focal.y)
    cx = Scalar(principal.x)
    cy = Scalar(principal.y)
    let size = SIMD2(Double(camera.width), Double(camera.height))
    let low = -(principal + Self.jacobianMargin * size) / focal
    let high = (size - principal + Self.jacobianMargin * size) / focal
    lowX = Scalar(low.x)
    lowY = Scalar(low.y)
    highX = Scalar(high.x)
    highY = Scalar(high.y)
  }
}
