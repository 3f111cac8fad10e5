/// A point, direction or colour with three components.
@frozen
public struct Vector3<Scalar: Sendable>: Sendable {
  /// The first component.
  public var x: Scalar
  /// The second component.
  public var y: Scalar
  /// The third component.
  public var z: Scalar

  /// Creates a vector from its components.
  @inlinable @inline(__always)
  public init(_ x: Scalar, _ y: Scalar, _ z: Scalar) {
    self.x = x
    self.y = y
    self.z = z
  }
}

extension Vector3 where Scalar: Real {
  /// The vector of zeros.
  @inlinable @inline(__always)
  package static var zero: Self { Self(Scalar(0), Scalar(0), Scalar(0)) }

  /// The dot product.
  @inlinable @inline(__always)
  package func dot(_ other: Self) -> Scalar { x * other.x + y * other.y + z * other.z }

  /// The sum of two vectors.
  @inlinable @inline(__always)
  package static func + (left: Self, right: Self) -> Self {
    Self(left.x + right.x, left.y + right.y, left.z + right.z)
  }

  /// The difference of two vectors.
  @inlinable @inline(__always)
  package static func - (left: Self, right: Self) -> Self {
    Self(left.x - right.x, left.y - right.y, left.z - right.z)
  }

  /// A vector scaled by a number.
  @inlinable @inline(__always)
  package static func * (left: Self, right: Scalar) -> Self {
    Self(left.x * right, left.y * right, left.z * right)
  }

  /// Adds `right` to `left`.
  @inlinable @inline(__always)
  package static func += (left: inout Self, right: Self) { left = left + right }
}

extension Vector3 where Scalar: Real {
  /// Creates a vector from one held in double precision.
  @inlinable @inline(__always)
  package init(_ vector: SIMD3<Double>) {
    self.init(Scalar(vector.x), Scalar(vector.y), Scalar(vector.z))
  }
}

extension Vector3: Equatable where Scalar: Equatable {}

extension Vector3: BitwiseCopyable where Scalar: BitwiseCopyable {}
