/// A 3 x 3 matrix, stored by rows.
@frozen
public struct Matrix3<Scalar: Sendable>: Sendable {
  /// The first row.
  public var row0: Vector3<Scalar>
  /// The second row.
  public var row1: Vector3<Scalar>
  /// The third row.
  public var row2: Vector3<Scalar>

  /// Creates a matrix from its rows.
  @inlinable @inline(__always)
  public init(_ row0: Vector3<Scalar>, _ row1: Vector3<Scalar>, _ row2: Vector3<Scalar>) {
    self.row0 = row0
    self.row1 = row1
    self.row2 = row2
  }
}

extension Matrix3 where Scalar: Real {
  /// The matrix of zeros.
  @inlinable @inline(__always)
  package static var zero: Self { Self(.zero, .zero, .zero) }

  /// The first column.
  @inlinable @inline(__always)
  package var column0: Vector3<Scalar> { Vector3(row0.x, row1.x, row2.x) }
  /// The second column.
  @inlinable @inline(__always)
  package var column1: Vector3<Scalar> { Vector3(row0.y, row1.y, row2.y) }
  /// The third column.
  @inlinable @inline(__always)
  package var column2: Vector3<Scalar> { Vector3(row0.z, row1.z, row2.z) }

  /// The transposed matrix.
  @inlinable @inline(__always)
  package var transposed: Self { Self(column0, column1, column2) }

  /// The product of a matrix and a column vector.
  @inlinable @inline(__always)
  package static func * (left: Self, right: Vector3<Scalar>) -> Vector3<Scalar> {
    Vector3(left.row0.dot(right), left.row1.dot(right), left.row2.dot(right))
  }

  /// The product of two matrices.
  @inlinable @inline(__always)
  package static func * (left: Self, right: Self) -> Self {
    let columns = right.transposed
    return Self(columns * left.row0, columns * left.row1, columns * left.row2)
  }

  /// The product of the transposed matrix and a column vector.
  @inlinable @inline(__always)
  package func transposedTimes(_ vector: Vector3<Scalar>) -> Vector3<Scalar> {
    row0 * vector.x + row1 * vector.y + row2 * vector.z
  }
}

extension Matrix3: Equatable where Scalar: Equatable {}

extension Matrix3: BitwiseCopyable where Scalar: BitwiseCopyable {}
