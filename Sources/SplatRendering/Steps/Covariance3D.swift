package import SplatCore

/// Builds a Gaussian's covariance in the world from its scales and rotation.
///
/// Σ = M Mᵀ with M = R diag(scales) (Kerbl et al. 2023, equation 6). Backward reuses M.
package enum Covariance3D {
  /// Returns M, whose columns are the Gaussian's axes times its standard deviations.
  @inline(__always)
  package static func axes<Scalar: Real>(
    unit: Quaternion<Scalar>, scales: Vector3<Scalar>
  ) -> Matrix3<Scalar> {
    let rotation = unit.rotationMatrix  // (1)
    return Matrix3(  // (2)
      Vector3(rotation.row0.x * scales.x, rotation.row0.y * scales.y, rotation.row0.z * scales.z),
      Vector3(rotation.row1.x * scales.x, rotation.row1.y * scales.y, rotation.row1.z * scales.z),
      Vector3(rotation.row2.x * scales.x, rotation.row2.y * scales.y, rotation.row2.z * scales.z))
  }

  /// Returns Σ in world units squared.
  @inline(__always)
  package static func forward<Scalar: Real>(axes m: Matrix3<Scalar>) -> SymmetricMatrix3<Scalar> {
    SymmetricMatrix3(  // (3)
      xx: m.row0.dot(m.row0), xy: m.row0.dot(m.row1), xz: m.row0.dot(m.row2),
      yy: m.row1.dot(m.row1), yz: m.row1.dot(m.row2), zz: m.row2.dot(m.row2))
  }

  /// Returns the gradients with respect to the unit quaternion and the log scales.
  ///
  /// Numbers in the margin name the line of forward being differentiated.
  @inline(__always)
  package static func backward<Scalar: Real>(
    unit q: Quaternion<Scalar>, scales: Vector3<Scalar>, axes m: Matrix3<Scalar>,
    gradCovariance g: SymmetricMatrix3<Scalar>
  ) -> (gradUnit: Quaternion<Scalar>, gradLogScales: Vector3<Scalar>) {
    let two = Scalar(2)
    let gradRow0 = m.row0 * (two * g.xx) + m.row1 * g.xy + m.row2 * g.xz  // (3)
    let gradRow1 = m.row0 * g.xy + m.row1 * (two * g.yy) + m.row2 * g.yz  // (3)
    let gradRow2 = m.row0 * g.xz + m.row1 * g.yz + m.row2 * (two * g.zz)  // (3)
    let gradM = Matrix3(gradRow0, gradRow1, gradRow2)
    // d log s = s ds, and the columns of M already include s.
    let gradLogScales = Vector3(  // (2)
      gradM.column0.dot(m.column0), gradM.column1.dot(m.column1), gradM.column2.dot(m.column2))

    let r0 = Vector3(gradRow0.x * scales.x, gradRow0.y * scales.y, gradRow0.z * scales.z)  // (2)
    let r1 = Vector3(gradRow1.x * scales.x, gradRow1.y * scales.y, gradRow1.z * scales.z)  // (2)
    let r2 = Vector3(gradRow2.x * scales.x, gradRow2.y * scales.y, gradRow2.z * scales.z)  // (2)
    let gradUnit = q.rotationMatrixBackward(grad: Matrix3(r0, r1, r2))  // (1)
    return (gradUnit, gradLogScales)
  }
}

extension Quaternion where Scalar: Real {
  /// The gradient of the quaternion from that of ``rotationMatrix``, which is a polynomial in its
  /// parts.
  @inline(__always)
  package func rotationMatrixBackward(grad: Matrix3<Scalar>) -> Self {
    let two = Scalar(2)
    let (r0, r1, r2) = (grad.row0, grad.row1, grad.row2)
    let gradW = x * (r2.y - r1.z) + y * (r0.z - r2.x) + z * (r1.x - r0.y)
    let gradX0 = y * (r0.y + r1.x) + z * (r0.z + r2.x)
    let gradX1 = w * (r2.y - r1.z) - two * x * (r1.y + r2.z)
    let gradY0 = x * (r0.y + r1.x) + z * (r1.z + r2.y)
    let gradY1 = w * (r0.z - r2.x) - two * y * (r0.x + r2.z)
    let gradZ0 = x * (r0.z + r2.x) + y * (r1.z + r2.y)
    let gradZ1 = w * (r1.x - r0.y) - two * z * (r0.x + r1.y)
    return Quaternion(
      w: two * gradW, x: two * (gradX0 + gradX1), y: two * (gradY0 + gradY1),
      z: two * (gradZ0 + gradZ1))
  }
}
