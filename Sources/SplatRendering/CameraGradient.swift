package import SplatCore

/// The gradient of the loss with respect to a camera's view matrix.
///
/// The camera's centre depends on the rotation and the translation; its gradient is kept separate,
/// because its part depends on whether the rotation is treated as a general matrix or as a
/// rotation.
package struct CameraGradient: BitwiseCopyable, Sendable {
  /// With respect to the entries of the rotation and to the translation, at a fixed centre.
  package var rotation: Matrix3<Double> = .zero
  package var translation = SIMD3<Double>.zero
  /// With respect to the camera's centre, through the view directions.
  package var center = SIMD3<Double>.zero

  package init() {}

  /// The sum of the parts of a gradient, in their order.
  package init(sumOf parts: some Sequence<CameraGradient>) {
    for part in parts { self += part }
  }

  static func += (left: inout Self, right: Self) {
    left.rotation.row0 += right.rotation.row0
    left.rotation.row1 += right.rotation.row1
    left.rotation.row2 += right.rotation.row2
    left.translation += right.translation
    left.center += right.center
  }

  /// With respect to the entries of the 4 x 4 view matrix, by rows, each taken as a free number,
  /// with the centre as the last column of the inverse; the last row is 0.
  package func matrix(at view: RigidTransform) -> [Double] {
    let eye = Vector3<Double>(view.inverse.translation)
    let gradT = translation - view.rotated(center)
    // The centre c solves R c + t = 0, so that dc = -R⁻¹ (dR c + dt).
    func row(_ grad: Vector3<Double>, _ axis: Int) -> [Double] {
      let turned = eye * (gradT[axis] - translation[axis])
      return [grad.x + turned.x, grad.y + turned.y, grad.z + turned.z, gradT[axis]]
    }
    return row(rotation.row0, 0) + row(rotation.row1, 1) + row(rotation.row2, 2) + [0, 0, 0, 0]
  }

  /// With respect to a small motion of the camera's frame, viewMatrix' = exp(ξ) viewMatrix:
  /// translation first, then rotation.
  package func pose(at view: RigidTransform) -> (
    translation: SIMD3<Double>, rotation: SIMD3<Double>
  ) {
    let r = view.rotation
    let gradT = translation - view.rotated(center)
    let t = view.translation
    func turned(_ a: Vector3<Double>, _ b: Vector3<Double>) -> Double { a.dot(b) }
    let g = rotation
    let gradRotation = SIMD3(
      turned(g.row2, r.row1) - turned(g.row1, r.row2) + translation.z * t.y - translation.y * t.z,
      turned(g.row0, r.row2) - turned(g.row2, r.row0) + translation.x * t.z - translation.z * t.x,
      turned(g.row1, r.row0) - turned(g.row0, r.row1) + translation.y * t.x - translation.x * t.y)
    return (gradT, gradRotation)
  }
}
