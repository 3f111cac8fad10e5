/// The image cut into tiles, row by row.
package struct TileGrid: Sendable, Equatable {
  /// The size of a tile, in pixels; tiles at the right and lower edge may stick out of the image.
  package static let tileWidth = 32
  package static let tileHeight = 16

  /// The size of the image, in pixels.
  package let width: Int, height: Int
  /// The number of tiles in a row and of rows.
  package let columns: Int, rows: Int

  package init(width: Int, height: Int) {
    self.width = width
    self.height = height
    columns = (width + Self.tileWidth - 1) / Self.tileWidth
    rows = (height + Self.tileHeight - 1) / Self.tileHeight
  }

  package var count: Int { columns * rows }

  /// A rectangle of tiles.
  package struct Box: BitwiseCopyable, Sendable {
    fileprivate var firstColumn: UInt16, endColumn: UInt16
    fileprivate var firstRow: UInt16, endRow: UInt16

    package var columns: Range<Int> { Int(firstColumn)..<Int(endColumn) }
    package var rows: Range<Int> { Int(firstRow)..<Int(endRow) }
    package var count: Int { columns.count * rows.count }
  }

  /// The boxes of eight Gaussians.
  struct Boxes {
    private let columns: Ranges, rows: Ranges

    /// The tiles with a pixel centre in the boxes around the Gaussians' ellipses.
    @inline(__always)
    init(centerX: Lanes, centerY: Lanes, extentX: Lanes, extentY: Lanes, grid: TileGrid) {
      columns = Ranges(
        from: centerX - extentX, to: centerX + extentX, tileSize: TileGrid.tileWidth,
        pixels: grid.width, tiles: grid.columns)
      rows = Ranges(
        from: centerY - extentY, to: centerY + extentY, tileSize: TileGrid.tileHeight,
        pixels: grid.height, tiles: grid.rows)
    }

    @inline(__always)
    subscript(lane: Int) -> Box {
      Box(
        firstColumn: UInt16(truncatingIfNeeded: columns.first[lane]),
        endColumn: UInt16(truncatingIfNeeded: columns.end[lane]),
        firstRow: UInt16(truncatingIfNeeded: rows.first[lane]),
        endRow: UInt16(truncatingIfNeeded: rows.end[lane]))
    }
  }

  /// Stretches of tiles along one axis.
  struct Ranges {
    let first: SIMD8<Int32>, end: SIMD8<Int32>

    /// The tiles that have a pixel centre in `low...high`, with some slack for rounding.
    @inline(__always)
    init(from low: Lanes, to high: Lanes, tileSize: Int, pixels: Int, tiles: Int) {
      let slack = Lanes(0.48)
      let size = Lanes(1 / Double(tileSize))
      // Rounding finds floor(x) as the nearest to x - 1/2; a little more, or whole numbers would go down.
      let down = Lanes(-0.5 + 0.0003)
      let from = (low + slack).clamped(from: Lanes(0), to: Lanes(Double(pixels)))
      let to = (high - slack).clamped(from: Lanes(-1), to: Lanes(Double(pixels - 1)))
      let last = Lanes(Double(tiles))
      let end = to * size + Lanes(1)
      self.end = (end + down).clamped(from: Lanes(0), to: last).roundedBits
      first = (from * size + down).clamped(from: Lanes(0), to: last).roundedBits
    }
  }

  /// The tiles of a row that have a pixel centre in `low...high`, as ``Ranges`` finds them.
  @inline(__always)
  func columns(from low: Float, to high: Float) -> Range<Int> {
    let slack: Float = 0.48
    let first = Int(min(max(low + slack, 0), Float(width))) / Self.tileWidth
    let last = Int(min(max(high - slack, -1), Float(width - 1)) + Float(Self.tileWidth))
    let end = min(last / Self.tileWidth, columns)
    return min(first, end)..<end
  }
}
