/// The entries of a ``ParameterBlocks``, for threads that each touch columns of their own.
@frozen @usableFromInline
package struct ParameterView: Sendable {
  @usableFromInline let view: BufferView<Float>
  @usableFromInline let planes: Int

  @inlinable @inline(__always)
  package init(view: BufferView<Float>, planes: Int) {
    self.view = view
    self.planes = planes
  }

  @inlinable @inline(__always)
  package subscript(plane: Int, index: Int) -> Float {
    get {
      view[
        (index / Lanes.scalarCount * planes + plane) * Lanes.scalarCount + index % Lanes.scalarCount
      ]
    }
    nonmutating set {
      view[
        (index / Lanes.scalarCount * planes + plane) * Lanes.scalarCount + index % Lanes.scalarCount
      ] = newValue
    }
  }

  /// Three planes from `plane` on, of one column.
  @inlinable @inline(__always)
  package func vector(_ plane: Int, _ index: Int) -> SIMD3<Float> {
    SIMD3(self[plane, index], self[plane + 1, index], self[plane + 2, index])
  }

  /// Writes three planes from `plane` on, of one column.
  @inlinable @inline(__always)
  package func setVector(_ plane: Int, _ index: Int, _ value: SIMD3<Float>) {
    self[plane, index] = value.x
    self[plane + 1, index] = value.y
    self[plane + 2, index] = value.z
  }

  /// The rotation of one column, of any length.
  @inlinable @inline(__always)
  package func rotation(_ index: Int) -> Quaternion<Float> {
    Quaternion(
      w: self[Plane.rotations, index], x: self[Plane.rotations + 1, index],
      y: self[Plane.rotations + 2, index], z: self[Plane.rotations + 3, index])
  }

  /// Writes the rotation of one column.
  @inlinable @inline(__always)
  package func setRotation(_ index: Int, _ value: Quaternion<Float>) {
    self[Plane.rotations, index] = value.w
    self[Plane.rotations + 1, index] = value.x
    self[Plane.rotations + 2, index] = value.y
    self[Plane.rotations + 3, index] = value.z
  }
}

extension ParameterBlocks {
  /// Lends the entries to `body`, to be written by several threads.
  @inlinable
  package mutating func withView<Result>(_ body: (ParameterView) throws -> Result) rethrows
    -> Result
  {
    let planes = planes
    return try storage.withView { try body(ParameterView(view: $0, planes: planes)) }
  }

  /// Lends the entries to `body`, to be read.
  @inlinable
  package func withReadOnlyView<Result>(_ body: (ParameterView) throws -> Result) rethrows
    -> Result
  {
    try storage.withReadOnlyView { try body(ParameterView(view: $0, planes: planes)) }
  }
}
