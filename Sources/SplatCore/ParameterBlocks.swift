/// The indices of the planes of a ``ParameterBlocks``.
@usableFromInline
package enum Plane {
  /// x, y, z, in world units.
  @inlinable package static var means: Int { 0 }
  /// The three log standard deviations.
  @inlinable package static var logScales: Int { 3 }
  /// w, x, y, z.
  @inlinable package static var rotations: Int { 6 }
  /// The opacity before the logistic function.
  @inlinable package static var opacityLogit: Int { 10 }
  /// The SH coefficients: coefficient by coefficient, red, green and blue of each.
  @inlinable package static var sh: Int { 11 }

  /// The number of planes of a Gaussian with colours of `shDegree`.
  package static func count(shDegree: Int) -> Int { sh + 3 * (shDegree + 1) * (shDegree + 1) }

  /// The SH degree of colours in a table with `planes` planes, as ``count(shDegree:)`` gives them.
  package static func shDegree(planes: Int) -> Int {
    (0...4).last { count(shDegree: $0) <= planes } ?? 0
  }
}

/// A table of floats, one column for each Gaussian and one plane for each parameter.
///
/// Gaussians come in blocks as wide as ``Lanes``. Within a block each plane is one `Lanes`, and the
/// planes follow one another, so that a block is contiguous in memory. Parameters, their gradients
/// and Adam's moments share this layout. Columns past ``count`` in the last block are zero.
@usableFromInline
package struct ParameterBlocks: Sendable, Equatable {
  /// The number of Gaussians.
  @usableFromInline package private(set) var count: Int
  /// The number of planes.
  @usableFromInline package let planes: Int
  /// The blocks.
  @usableFromInline package var storage: [Float]

  /// The number of columns of a block.
  @inlinable package static var blockWidth: Int { Lanes.scalarCount }

  package init(count: Int, planes: Int) {
    self.count = count
    self.planes = planes
    storage = [Float](repeating: 0, count: Self.floatCount(count: count, planes: planes))
  }

  /// The number of floats of a table.
  package static func floatCount(count: Int, planes: Int) -> Int {
    blocks(for: count) * planes * blockWidth
  }

  /// The number of blocks that `count` Gaussians fill.
  @inlinable
  package static func blocks(for count: Int) -> Int { (count + blockWidth - 1) / blockWidth }

  /// The number of blocks.
  package var blockCount: Int { Self.blocks(for: count) }

  /// The offset of an entry in the ``storage`` of a table with `planes` planes.
  @inlinable @inline(__always)
  package static func offset(plane: Int, index: Int, planes: Int) -> Int {
    (index / blockWidth * planes + plane) * blockWidth + index % blockWidth
  }

  @inline(__always)
  package subscript(plane: Int, index: Int) -> Float {
    get { storage[Self.offset(plane: plane, index: index, planes: planes)] }
    set { storage[Self.offset(plane: plane, index: index, planes: planes)] = newValue }
  }

  /// The columns of `sources`, in that order; -1 gives a column of zeros.
  package func gathered(_ sources: [Int32]) -> ParameterBlocks {
    var result = ParameterBlocks(count: sources.count, planes: planes)
    withReadOnlyView { old in
      result.withView { new in
        Workers().forEachRange(sources.count, size: 4096) { range, _ in
          for target in range where sources[target] >= 0 {
            for plane in 0..<planes { new[plane, target] = old[plane, Int(sources[target])] }
          }
        }
      }
    }
    return result
  }

  /// Removes the columns whose flag is not 0, in place.
  package mutating func remove(_ isRemoved: [UInt8]) {
    precondition(isRemoved.count == count, "one flag for each column")
    let (oldCount, planes) = (count, planes)
    count = withView { view in
      var next = 0
      for index in 0..<oldCount where isRemoved[index] == 0 {
        if next < index {
          for plane in 0..<planes { view[plane, next] = view[plane, index] }
        }
        next += 1
      }
      for index in next..<min(oldCount, Self.blocks(for: next) * Self.blockWidth) {
        for plane in 0..<planes { view[plane, index] = 0 }
      }
      return next
    }
    storage.removeLast(storage.count - Self.floatCount(count: count, planes: planes))
  }
}
