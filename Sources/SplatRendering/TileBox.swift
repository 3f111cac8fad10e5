import SplatCore

/// The tiles that a Gaussian's ellipse may reach: some of a square of two by two, or a rectangle.
///
/// Most ellipses fit a square; the tiles that they reach are found for eight Gaussians at once.
/// Going through a square takes no branch that could be mispredicted.
package struct TileBox: BitwiseCopyable, Sendable {
  /// The index of the tile at the upper left.
  private let first: UInt32
  /// The number of columns of a rectangle; 0 for a square.
  private let columns: UInt16
  /// The number of rows of a rectangle; for a square, its tiles, a bit for each, row by row.
  private let rows: UInt16

  @inline(__always)
  fileprivate init(first: Int32, columns: Int32, rows: Int32) {
    self.first = UInt32(truncatingIfNeeded: first)
    self.columns = UInt16(truncatingIfNeeded: columns)
    self.rows = UInt16(truncatingIfNeeded: rows)
  }

  /// An upper bound on the number of tiles reached.
  package var count: Int {
    columns == 0 ? rows.nonzeroBitCount : Int(columns) * Int(rows)
  }

  /// Calls `body` row by row for tiles that include every one the ellipse of `splat` reaches.
  ///
  /// `reached` is 1 if the tile is reached and 0 otherwise; its index may then be up to
  /// ``TileGrid/columns`` + 1 beyond the last.
  @inline(__always)
  func forEachTile(
    of splat: ProjectedSplat, grid: TileGrid, _ body: (_ tile: Int, _ reached: UInt32) -> Void
  ) {
    let first = Int(first)
    guard columns > 0 else {
      let corners = UInt32(rows)
      body(first, corners & 1)
      body(first + 1, corners >> 1 & 1)
      body(first + grid.columns, corners >> 2 & 1)
      body(first + grid.columns + 1, corners >> 3)
      return
    }
    let (firstRow, firstColumn) = first.quotientAndRemainder(dividingBy: grid.columns)
    // Rounding must not lead out of the box: there is room for its tiles only.
    let limits = firstColumn..<firstColumn + Int(columns)
    let ellipse = EllipseRows(
      conicXX: splat.conicXX, conicXY: splat.conicXY, rowExtent: splat.rowExtent,
      extentY: splat.extentY)
    let rightmost = -splat.conicXY / splat.conicYY * splat.extentX
    for row in firstRow..<firstRow + Int(rows) {
      let top = Float(row * TileGrid.tileHeight) + 0.5 - splat.meanY
      // The widest extent of the ellipse within the row of tiles decides (Hanson et al.,
      // "Speedy-Splat", 2025).
      let reach = ellipse.reach(
        from: top, to: top + Float(TileGrid.tileHeight - 1), rightmost: rightmost)
      let reached = grid.columns(from: splat.meanX + reach.left, to: splat.meanX + reach.right)
      for column in reached.clamped(to: limits) { body(row * grid.columns + column, 1) }
    }
  }
}

/// The boxes of eight Gaussians.
struct TileBoxes {
  /// As in ``TileBox``.
  private let first: SIMD8<Int32>, columns: SIMD8<Int32>, rows: SIMD8<Int32>
  /// Upper bounds on the numbers of tiles reached.
  let counts: Lanes

  /// Finds the tiles with a pixel centre in the ellipses.
  @_transparent
  init(
    centerX: Lanes, centerY: Lanes, conic: SymmetricMatrix2<Lanes>, extentX: Lanes,
    extentY: Lanes, rowExtent: Lanes, grid: TileGrid
  ) {
    let across = TileGrid.Ranges(
      from: centerX - extentX, to: centerX + extentX, tileSize: TileGrid.tileWidth,
      pixels: grid.width, tiles: grid.columns)
    let down = TileGrid.Ranges(
      from: centerY - extentY, to: centerY + extentY, tileSize: TileGrid.tileHeight,
      pixels: grid.height, tiles: grid.rows)
    let ellipse = EllipseRows(
      conicXX: conic.xx, conicXY: conic.xy, rowExtent: rowExtent, extentY: extentY)
    let rightmost = conic.xy.negated / conic.yy * extentX
    let edge = across.secondEdge - centerX
    let (height, half) = (down.secondEdge - centerY, Lanes(0.5))
    let upper = ellipse.reach(from: extentY.negated, to: height - half, rightmost: rightmost)
    let lower = ellipse.reach(from: height + half, to: extentY, rightmost: rightmost)

    let (none, slack) = (Lanes(0), Lanes(TileGrid.slack))
    let right = none.replaced(by: Lanes(2), where: across.counts .> Lanes(1))
    let below = none.replaced(by: Lanes(4), where: down.counts .> Lanes(1))
    let one = Lanes(1)
    let upperLeft = one.replaced(by: none, where: upper.left + slack .>= edge)
    let upperRight = right.replaced(by: none, where: upper.right - slack .< edge)
    let lowerLeft = below.replaced(by: none, where: lower.left + slack .>= edge)
    let lowerRight = (right * below).replaced(by: none, where: lower.right - slack .< edge)
    let corners = (upperLeft + upperRight) + (lowerLeft + lowerRight)
    let isRectangle = Lanes.maximum(across.counts, down.counts) .> Lanes(2)
    first = down.first &* SIMD8(repeating: Int32(grid.columns)) &+ across.first
    columns = none.replaced(by: across.counts, where: isRectangle).roundedBits
    rows = corners.replaced(by: down.counts, where: isRectangle).roundedBits
    let reached =
      (upperLeft + upperRight * half) + (lowerLeft * Lanes(0.25) + lowerRight * Lanes(0.125))
    counts = reached.replaced(by: across.counts * down.counts, where: isRectangle)
  }

  @inline(__always)
  subscript(lane: Int) -> TileBox {
    TileBox(first: first[lane], columns: columns[lane], rows: rows[lane])
  }
}
