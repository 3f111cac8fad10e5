/// The entries of a ``ParameterBlocks``, for threads that each access only their own columns.
@frozen @usableFromInline
package struct ParameterView: Sendable {
  @usableFromInline let view: BufferView<Float>
  /// The number of planes.
  @usableFromInline package let planes: Int
  /// The number of columns.
  @usableFromInline package let count: Int

  @inlinable @inline(__always)
  package init(view: BufferView<Float>, planes: Int, count: Int) {
    self.view = view
    self.planes = planes
    self.count = count
  }

  @inlinable @inline(__always)
  package subscript(plane: Int, index: Int) -> Float {
    get { view[ParameterBlocks.offset(plane: plane, index: index, planes: planes)] }
    nonmutating set {
      view[ParameterBlocks.offset(plane: plane, index: index, planes: planes)] = newValue
    }
  }

  /// The number of blocks.
  @inlinable @inline(__always)
  package var blockCount: Int { ParameterBlocks.blocks(for: count) }

  /// The columns of a block.
  @inlinable @inline(__always)
  package func lanes(ofBlock index: Int) -> LaneBlock { view.block(index, planes: planes) }

  /// The Gaussians of a block, in a table whose planes are those of ``Plane``.
  @inlinable @inline(__always)
  package func block(_ index: Int) -> ParameterBlock { ParameterBlock(lanes(ofBlock: index)) }

  /// The number of columns from a block's first one on, in every lane: lanes of the block with a
  /// smaller index are columns of the table.
  ///
  /// Not the mask itself, because the compiler scalarises masks that functions return.
  @inlinable @inline(__always)
  package func columns(fromBlock index: Int) -> Lanes {
    Lanes(repeating: Float(count - index * Lanes.scalarCount))
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
  /// Lends the entries to `body` as a view that several threads may write to.
  @inlinable
  package mutating func withView<Result>(_ body: (ParameterView) throws -> Result) rethrows
    -> Result
  {
    let (planes, count) = (planes, count)
    return try storage.withView { view in
      try body(ParameterView(view: view, planes: planes, count: count))
    }
  }

  /// Lends the entries to `body` as a read-only view.
  @inlinable
  package func withReadOnlyView<Result>(_ body: (ParameterView) throws -> Result) rethrows
    -> Result
  {
    try storage.withReadOnlyView { view in
      try body(ParameterView(view: view, planes: planes, count: count))
    }
  }
}
