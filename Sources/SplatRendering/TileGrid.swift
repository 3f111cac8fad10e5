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
  package struct Box: Sendable {
    package var columns: Range<Int>
    package var rows: Range<Int>
    package var count: Int { columns.count * rows.count }
  }

  /// The tiles with a pixel centre in the box around `splat`'s ellipse.
  @inline(__always)
  package func tiles(under splat: ProjectedSplat) -> Box {
    Box(
      columns: Self.range(
        from: splat.meanX - splat.extentX, to: splat.meanX + splat.extentX,
        tileSize: Self.tileWidth, pixels: width, tiles: columns),
      rows: Self.range(
        from: splat.meanY - splat.extentY, to: splat.meanY + splat.extentY,
        tileSize: Self.tileHeight, pixels: height, tiles: rows))
  }

  /// The tiles along one axis that have a pixel centre in `low...high`, with some slack for rounding.
  @inline(__always)
  static func range(from low: Float, to high: Float, tileSize: Int, pixels: Int, tiles: Int)
    -> Range<Int>
  {
    let slack: Float = 0.48
    let first = Int(min(max(low + slack, 0), Float(pixels))) / tileSize
    let end = Int(min(max(high - slack, -1), Float(pixels - 1)) + Float(tileSize)) / tileSize
    let held = min(end, tiles)
    return min(first, held)..<held
  }
}
