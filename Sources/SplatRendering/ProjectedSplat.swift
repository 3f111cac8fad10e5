import SplatCore

/// A visible Gaussian as the rasterizer sees it; one cache line.
package struct ProjectedSplat: BitwiseCopyable, Sendable {
  /// The projected mean, in pixels.
  package var meanX: Float, meanY: Float
  /// The inverse of the filtered covariance, in 1 / square pixels.
  package var conicXX: Float, conicXY: Float, conicYY: Float
  /// log2 of the opacity.
  package var logOpacity: Float
  /// The colour seen from the camera, not below 0.
  package var red: Float, green: Float, blue: Float
  /// Camera z, world units.
  package var depth: Float
  /// Half the size of the box around the ellipse where the opacity reaches the threshold, in
  /// pixels.
  package var extentX: Float, extentY: Float
  /// Half the width of that ellipse in the row through the mean, in pixels.
  package var rowExtent: Float
  /// The factor by which antialiasing scales the opacity, whether or not it is on.
  package var compensation: Float
  /// The Gaussian's index in the scene.
  package var index: UInt32
  /// The opacity at the mean, with the antialiasing compensation if that is on.
  package var opacity: Float

  /// The members in their order.
  @inline(__always)
  var halves: (front: Lanes, back: Lanes) {
    unsafe unsafeBitCast(self, to: (Lanes, Lanes).self)
  }

  /// `front` and `back` are as in ``halves``.
  @inline(__always)
  fileprivate init(_ front: Lanes, _ back: Lanes) {
    // The sixteen members have four bytes each.
    self = unsafe unsafeBitCast((front, back), to: ProjectedSplat.self)
  }
}

/// Eight projected Gaussians: a vector for each member.
struct ProjectedBlock {
  typealias Members = (Lanes, Lanes, Lanes, Lanes, Lanes, Lanes, Lanes, Lanes)

  /// The members of ``ProjectedSplat`` in their order.
  let front: Members, back: Members
  /// 1 for Gaussians that are drawn, 0 for others.
  let listed: Lanes
  let tiles: TileBoxes

  /// Appends the Gaussians that are drawn to `records`, and their boxes to `boxes`, after those
  /// `found` in the chunk so far.
  ///
  /// Not inlined: where single lanes are read, the compiler scalarises the vectors around them.
  @inline(never)
  func write(
    to records: BufferView<ProjectedSplat>, _ boxes: BufferView<TileBox>,
    found: inout Projection.ChunkCount
  ) {
    let front = Lanes.transposed(
      front.0, front.1, front.2, front.3, front.4, front.5, front.6, front.7)
    let back = Lanes.transposed(back.0, back.1, back.2, back.3, back.4, back.5, back.6, back.7)
    var next = found.records
    // All are written; those that are not drawn are overwritten.
    @inline(__always)
    func write(_ lane: Int, _ front: Lanes, _ back: Lanes) {
      records[next] = ProjectedSplat(front, back)
      boxes[next] = tiles[lane]
      next &+= listed[lane] > 0 ? 1 : 0
    }
    write(0, front.0, back.0)
    write(1, front.1, back.1)
    write(2, front.2, back.2)
    write(3, front.3, back.3)
    write(4, front.4, back.4)
    write(5, front.5, back.5)
    write(6, front.6, back.6)
    write(7, front.7, back.7)
    found.records = next
    found.tileBound += Int((tiles.counts * listed).total)
  }
}
