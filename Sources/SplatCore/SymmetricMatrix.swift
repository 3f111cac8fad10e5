/// A symmetric 2 x 2 matrix, stored as its upper triangle.
///
/// A gradient of this type is with respect to the stored entries: that of `xy` covers both of its
/// occurrences in the matrix.
@frozen @usableFromInline
package struct SymmetricMatrix2<Scalar: Real>: Sendable {
  /// The entry of the first row and column.
  @usableFromInline package var xx: Scalar
  /// The entry off the diagonal.
  @usableFromInline package var xy: Scalar
  /// The entry of the second row and column.
  @usableFromInline package var yy: Scalar

  /// Creates a matrix from its upper triangle.
  @inlinable @inline(__always)
  package init(xx: Scalar, xy: Scalar, yy: Scalar) {
    self.xx = xx
    self.xy = xy
    self.yy = yy
  }

  /// The determinant.
  @inlinable @inline(__always)
  package var determinant: Scalar { xx * yy - xy * xy }
}

/// A symmetric 3 x 3 matrix, stored as its upper triangle.
///
/// A gradient of this type is with respect to the stored entries: those off the diagonal cover both
/// of their occurrences in the matrix.
@frozen @usableFromInline
package struct SymmetricMatrix3<Scalar: Real>: Sendable {
  /// The entries of the first row.
  @usableFromInline package var xx: Scalar, xy: Scalar, xz: Scalar
  /// The entries of the second row, from the diagonal on.
  @usableFromInline package var yy: Scalar, yz: Scalar
  /// The entry of the third row and column.
  @usableFromInline package var zz: Scalar

  /// Creates a matrix from its upper triangle.
  @inlinable @inline(__always)
  package init(xx: Scalar, xy: Scalar, xz: Scalar, yy: Scalar, yz: Scalar, zz: Scalar) {
    self.xx = xx
    self.xy = xy
    self.xz = xz
    self.yy = yy
    self.yz = yz
    self.zz = zz
  }

  /// The product of the matrix and a column vector.
  @inlinable @inline(__always)
  package static func * (left: Self, right: Vector3<Scalar>) -> Vector3<Scalar> {
    Vector3(
      left.xx * right.x + left.xy * right.y + left.xz * right.z,
      left.xy * right.x + left.yy * right.y + left.yz * right.z,
      left.xz * right.x + left.yz * right.y + left.zz * right.z)
  }
}

extension SymmetricMatrix2: BitwiseCopyable where Scalar: BitwiseCopyable {}
