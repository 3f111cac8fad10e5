import SplatCore

/// The image divided into tiles, row by row.
package struct TileGrid: Sendable, Equatable {
  /// The size of a tile, in pixels; tiles at the right and lower edges may extend beyond the image.
  package static let tileWidth = 32
  package static let tileHeight = 16
  /// Half a pixel, less a margin for rounding.
  static let slack = 0.48

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

  /// Ranges of tiles along one axis, one in each lane.
  struct Ranges {
    let first: SIMD8<Int32>
    /// The numbers of tiles.
    let counts: Lanes
    /// Where the second tile begins, in pixels.
    let secondEdge: Lanes

    /// The tiles that have a pixel centre in `low...high`, with some slack for rounding.
    @_transparent
    init(from low: Lanes, to high: Lanes, tileSize: Int, pixels: Int, tiles: Int) {
      let slack = Lanes(TileGrid.slack)
      let size = Lanes(1 / Double(tileSize))
      // Rounding finds floor(x) as the integer nearest to x - 1/2; without a little more, whole
      // numbers would go down.
      let down = Lanes(-0.5 + 0.0003)
      let from = (low + slack).clamped(from: Lanes(0), to: Lanes(Double(pixels)))
      let to = (high - slack).clamped(from: Lanes(-1), to: Lanes(Double(pixels - 1)))
      let last = Lanes(Double(tiles))
      let end = (to * size + Lanes(1) + down).clamped(from: Lanes(0), to: last).rounded
      let first = (from * size + down).clamped(from: Lanes(0), to: last).rounded
      self.first = first.roundedBits
      counts = end - first
      secondEdge = (first + Lanes(1)) * Lanes(Double(tileSize))
    }
  }

  /// The tiles of a row that have a pixel centre in `low...high`, as ``Ranges`` finds them.
  @inline(__always)
  func columns(from low: Float, to high: Float) -> Range<Int> {
    let slack = Float(Self.slack)
    let first = Int(min(max(low + slack, 0), Float(width))) / Self.tileWidth
    let last = Int(min(max(high - slack, -1), Float(width - 1)) + Float(Self.tileWidth))
    let end = min(last / Self.tileWidth, columns)
    return min(first, end)..<end
  }
}
