extension SIMD3<Double> {
  /// Vectors shorter than this have no direction.
  private static var shortest: Double { 1e-9 }

  /// The dot product.
  package func dot(_ other: Self) -> Double { (self * other).sum() }

  /// The cross product.
  package func cross(_ other: Self) -> Self {
    Self(
      y * other.z - z * other.y, z * other.x - x * other.z, x * other.y - y * other.x)
  }

  /// The length.
  package var length: Double { dot(self).squareRoot() }

  /// The direction, of length 1; nil if the vector is too short to have one.
  package var normalized: Self? {
    let length = length
    return length > Self.shortest && length.isFinite ? self / length : nil
  }

  /// The part perpendicular to `axis`, which has length 1.
  package func across(_ axis: Self) -> Self { self - axis * dot(axis) }

  /// A direction perpendicular to this one.
  package var anyNormal: Self {
    let other: Self = abs(x) < 0.9 * length ? Self(1, 0, 0) : Self(0, 1, 0)
    return cross(other).normalized ?? Self(0, 0, 1)
  }
}
