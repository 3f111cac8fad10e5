/// The reversal of some axes, between frames that differ only in the signs of their axes.
///
/// Files with x right, y up and z back (RUB, as in SPZ and glTF) differ from this program's frame,
/// x right, y down and z forward, in the signs of y and z.
package struct AxisFlip: Sendable, Equatable {
  /// -1 for each axis that is reversed, else 1.
  package let signs: SIMD3<Float>

  /// Reverses the axes whose argument is true.
  package init(x: Bool = false, y: Bool = false, z: Bool = false) {
    signs = SIMD3(x ? -1 : 1, y ? -1 : 1, z ? -1 : 1)
  }

  /// Between x right, y down, z forward and x right, y up, z back, in either direction.
  package static let yz = AxisFlip(y: true, z: true)

  /// The factors of a quaternion's imaginary parts.
  package var rotationSigns: SIMD3<Float> {
    SIMD3(signs.y * signs.z, signs.x * signs.z, signs.x * signs.y)
  }

  /// The factor of each SH coefficient after the constant one, for degrees 1 to 4.
  ///
  /// Each basis function is even or odd in each axis; reversing an axis in which it is odd changes
  /// its sign.
  package var harmonicSigns: [Float] {
    let (x, y, z) = (signs.x, signs.y, signs.z)
    return [
      y, z, x,
      x * y, y * z, 1, x * z, 1,
      y, x * y * z, y, z, x, z, x,
      x * y, y * z, x * y, y * z, 1, x * z, 1, x * z, 1,
    ]
  }
}
