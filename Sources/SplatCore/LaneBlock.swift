/// The values of eight consecutive Gaussians in a table: one ``Lanes`` for each plane.
///
/// A block is checked against the table's bounds when it is taken from the table, and a plane
/// against the block's when it is used. As with ``BufferView``, each thread writes only to its own
/// blocks.
@safe @frozen @usableFromInline
package struct LaneBlock: @unchecked Sendable {
  @usableFromInline let base: UnsafeMutablePointer<Float>
  /// The number of planes.
  @usableFromInline package let planes: Int

  @unsafe @inlinable @inline(__always)
  init(base: UnsafeMutablePointer<Float>, planes: Int) {
    unsafe self.base = base
    self.planes = planes
  }

  /// One plane.
  @inlinable @inline(__always)
  package subscript(plane: Int) -> Lanes {
    get {
      precondition(UInt(bitPattern: plane) < UInt(bitPattern: planes))
      return unsafe UnsafeRawPointer(base + plane &* Lanes.scalarCount)
        .loadUnaligned(as: Lanes.self)
    }
    nonmutating set {
      precondition(UInt(bitPattern: plane) < UInt(bitPattern: planes))
      unsafe UnsafeMutableRawPointer(base + plane &* Lanes.scalarCount)
        .storeBytes(of: newValue, as: Lanes.self)
    }
  }

  /// Three planes from `plane` on.
  @inlinable @inline(__always)
  package subscript(vector plane: Int) -> Vector3<Lanes> {
    get { Vector3(self[plane], self[plane + 1], self[plane + 2]) }
    nonmutating set {
      self[plane] = newValue.x
      self[plane + 1] = newValue.y
      self[plane + 2] = newValue.z
    }
  }

  /// Writes the value of one Gaussian.
  @inlinable @inline(__always)
  package func set(plane: Int, lane: Int, _ value: Float) {
    precondition(UInt(bitPattern: plane) < UInt(bitPattern: planes))
    precondition(UInt(bitPattern: lane) < UInt(bitPattern: Lanes.scalarCount))
    unsafe base[plane &* Lanes.scalarCount &+ lane] = value
  }

  /// Writes `value` to the planes of `range`, or to all.
  @inlinable @inline(__always)
  package func fill(_ value: Float, _ range: Range<Int>? = nil) {
    for plane in range ?? 0..<planes { self[plane] = Lanes(repeating: value) }
  }

  /// Copies the values of another block with the same number of planes.
  @inlinable
  package func copy(_ source: LaneBlock) {
    precondition(planes == source.planes, "blocks of one table")
    for plane in 0..<planes { self[plane] = source[plane] }
  }
}

extension BufferView where Element == Float {
  /// The number of floats of a block with `planes` planes.
  @inlinable @inline(__always)
  package static func blockSize(planes: Int) -> Int { planes &* Lanes.scalarCount }

  /// The block at `index` of a table of blocks with `planes` planes each.
  @inlinable @inline(__always)
  package func block(_ index: Int, planes: Int) -> LaneBlock {
    let size = Self.blockSize(planes: planes)
    precondition(index >= 0 && planes >= 0 && (index + 1) * size <= count)
    return unsafe LaneBlock(base: base + index &* size, planes: planes)
  }
}
