package import SplatCore

/// The scaling of a stored quaternion to length one.
package enum Normalization {
  /// Returns the unit quaternion and the inverse of the length of `raw`.
  @inline(__always)
  package static func forward<Scalar: Real>(
    _ raw: Quaternion<Scalar>
  ) -> (unit: Quaternion<Scalar>, inverseLength: Scalar) {
    let inverseLength = Scalar(1) / Scalar.maximum(raw.squaredNorm, Scalar(1e-30)).squareRoot()
    return (raw * inverseLength, inverseLength)
  }

  /// The gradient with respect to the stored quaternion: the part perpendicular to it, scaled.
  @inline(__always)
  package static func backward<Scalar: Real>(
    unit: Quaternion<Scalar>, inverseLength: Scalar, gradUnit: Quaternion<Scalar>
  ) -> Quaternion<Scalar> {
    let along =
      gradUnit.w * unit.w + gradUnit.x * unit.x + gradUnit.y * unit.y + gradUnit.z * unit.z
    return Quaternion(
      w: (gradUnit.w - along * unit.w) * inverseLength,
      x: (gradUnit.x - along * unit.x) * inverseLength,
      y: (gradUnit.y - along * unit.y) * inverseLength,
      z: (gradUnit.z - along * unit.z) * inverseLength)
  }
}
