/// The parameters of eight Gaussians, or values in the same layout, such as gradients.
@frozen @usableFromInline
package struct ParameterBlock: Sendable {
  /// All planes, in the order of ``Plane``.
  @usableFromInline package let lanes: LaneBlock

  @inlinable @inline(__always)
  package init(_ lanes: LaneBlock) { self.lanes = lanes }

  /// The centres, in world units.
  @inlinable @inline(__always)
  package var mean: Vector3<Lanes> {
    get { lanes[vector: Plane.means] }
    nonmutating set { lanes[vector: Plane.means] = newValue }
  }

  /// The logarithms of the standard deviations along the Gaussians' own axes.
  @inlinable @inline(__always)
  package var logScales: Vector3<Lanes> {
    get { lanes[vector: Plane.logScales] }
    nonmutating set { lanes[vector: Plane.logScales] = newValue }
  }

  /// The standard deviations along the Gaussians' own axes, in world units.
  @inlinable @inline(__always)
  package var scales: Vector3<Lanes> {
    let logScales = logScales
    return Vector3(Lanes.exp(logScales.x), Lanes.exp(logScales.y), Lanes.exp(logScales.z))
  }

  /// The rotations as stored: quaternions of any length.
  @inlinable @inline(__always)
  package var rotation: Quaternion<Lanes> {
    get {
      Quaternion(
        w: lanes[Plane.rotations], x: lanes[Plane.rotations + 1], y: lanes[Plane.rotations + 2],
        z: lanes[Plane.rotations + 3])
    }
    nonmutating set {
      lanes[Plane.rotations] = newValue.w
      lanes[Plane.rotations + 1] = newValue.x
      lanes[Plane.rotations + 2] = newValue.y
      lanes[Plane.rotations + 3] = newValue.z
    }
  }

  /// The opacities before the logistic function.
  @inlinable @inline(__always)
  package var opacityLogit: Lanes {
    get { lanes[Plane.opacityLogit] }
    nonmutating set { lanes[Plane.opacityLogit] = newValue }
  }

  /// The RGB coefficients of the spherical harmonic at `index`.
  @inlinable @inline(__always)
  package subscript(shCoefficient index: Int) -> Vector3<Lanes> {
    get { lanes[vector: Plane.sh + 3 * index] }
    nonmutating set { lanes[vector: Plane.sh + 3 * index] = newValue }
  }
}
