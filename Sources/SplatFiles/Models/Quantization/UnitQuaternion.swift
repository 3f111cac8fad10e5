import SplatCore

extension Quaternion where Scalar == Float {
  /// The quaternion at length one; no rotation where the length is zero or not finite.
  @inline(__always)
  var unit: Self {
    let length = squaredNorm.squareRoot()
    guard length > 0, length.isFinite else { return Self(w: 1, x: 0, y: 0, z: 0) }
    return self * (1 / length)
  }
}
