/// A rotation as a quaternion with named parts, so that the real part cannot be mistaken.
@frozen
public struct Quaternion<Scalar: Sendable>: Sendable {
  /// The real part.
  public var w: Scalar
  /// The imaginary part along the x axis.
  public var x: Scalar
  /// The imaginary part along the y axis.
  public var y: Scalar
  /// The imaginary part along the z axis.
  public var z: Scalar

  /// Creates a quaternion from its parts.
  @inlinable @inline(__always)
  public init(w: Scalar, x: Scalar, y: Scalar, z: Scalar) {
    self.w = w
    self.x = x
    self.y = y
    self.z = z
  }
}

extension Quaternion where Scalar: Real {
  /// The sum of the squares of the parts.
  @inlinable @inline(__always)
  package var squaredNorm: Scalar { w * w + x * x + y * y + z * z }

  /// The rotation matrix of a unit quaternion.
  @inlinable @inline(__always)
  package var rotationMatrix: Matrix3<Scalar> {
    let one = Scalar(1)
    let two = Scalar(2)
    return Matrix3(
      Vector3(one - two * (y * y + z * z), two * (x * y - w * z), two * (x * z + w * y)),
      Vector3(two * (x * y + w * z), one - two * (x * x + z * z), two * (y * z - w * x)),
      Vector3(two * (x * z - w * y), two * (y * z + w * x), one - two * (x * x + y * y)))
  }

  /// A quaternion scaled by a number.
  @inlinable @inline(__always)
  package static func * (left: Self, right: Scalar) -> Self {
    Self(w: left.w * right, x: left.x * right, y: left.y * right, z: left.z * right)
  }
}

extension Quaternion where Scalar: FloatingPoint {
  /// The rotation that turns by `right` first and by `left` after it (Hamilton's product).
  @inlinable @inline(__always)
  public static func * (left: Self, right: Self) -> Self {
    Self(
      w: left.w * right.w - left.x * right.x - left.y * right.y - left.z * right.z,
      x: left.w * right.x + left.x * right.w + left.y * right.z - left.z * right.y,
      y: left.w * right.y - left.x * right.z + left.y * right.w + left.z * right.x,
      z: left.w * right.z + left.x * right.y - left.y * right.x + left.z * right.w)
  }
}

extension Quaternion where Scalar == Double {
  /// Creates the unit quaternion of a rotation matrix.
  public init(_ matrix: Matrix3<Double>) {
    let (a, b, c) = (matrix.row0, matrix.row1, matrix.row2)
    // The largest of the four parts is computed first; the others are divided by it.
    let trace = a.x + b.y + c.z
    var parts: (Double, Double, Double, Double)
    if trace >= a.x, trace >= b.y, trace >= c.z {
      parts = (1 + trace, c.y - b.z, a.z - c.x, b.x - a.y)
    } else if a.x >= b.y, a.x >= c.z {
      parts = (c.y - b.z, 1 + a.x - b.y - c.z, a.y + b.x, a.z + c.x)
    } else if b.y >= c.z {
      parts = (a.z - c.x, a.y + b.x, 1 - a.x + b.y - c.z, b.z + c.y)
    } else {
      parts = (b.x - a.y, a.z + c.x, b.z + c.y, 1 - a.x - b.y + c.z)
    }
    self.init(w: parts.0, x: parts.1, y: parts.2, z: parts.3)
    let norm = squaredNorm.squareRoot()
    self = self * (1 / norm)
  }
}
