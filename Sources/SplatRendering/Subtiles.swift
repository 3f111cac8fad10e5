import SplatCore

/// A tile divided into subtiles of four by two pixels, one pixel for each lane of ``Lanes``.
///
/// Most Gaussians are a few pixels wide. A subtile has a shorter perimeter than eight pixels of a
/// row, so fewer lanes lie outside an ellipse, and 64 subtiles fit a one-word mask.
package struct Subtiles: Sendable {
  /// The size of a subtile, in pixels.
  static let width = 4, height = 2
  static let columns = TileGrid.tileWidth / width
  static let rows = TileGrid.tileHeight / height
  static let count = columns * rows

  /// A set of subtiles, the first in the lowest bit.
  typealias Mask = UInt64

  /// The tile's first pixel in the image.
  let originX: Int, originY: Int
  /// Added to the first members of a ``ProjectedSplat`` to get those of a ``TileGaussian``: it
  /// makes the mean relative to the corner of that pixel.
  let corner: Lanes
  /// The factors of the first members: they turn the conic into the coefficients of
  /// ``PixelOpacity/Exponent`` (1), and are 1 for the others.
  let exponentScale: Lanes
  /// The size of the image.
  let imageWidth: Int, imageHeight: Int

  // Not inlined: the compiler scalarises vectors if it sees that some of their lanes are 1.
  @inline(never)
  package init(tile: Int, grid: TileGrid) {
    originX = tile % grid.columns * TileGrid.tileWidth
    originY = tile / grid.columns * TileGrid.tileHeight
    corner = Lanes(-Float(originX), -Float(originY), 0, 0, 0, 0, 0, 0)
    let log2e = Float.log2e
    exponentScale = Lanes(1, 1, -0.5 * log2e, -log2e, -0.5 * log2e, 1, 1, 1)
    imageWidth = grid.width
    imageHeight = grid.height
  }

  /// Where an ellipse begins and ends in each row of subtiles, in pixels of the tile; the end
  /// precedes the beginning if the ellipse reaches none of the row's pixel centres.
  struct Reach: BitwiseCopyable, Sendable {
    var low: Lanes, high: Lanes
  }

  /// The reach of a Gaussian's ellipse: the union over the upper and the lower row of pixels.
  @inline(__always)
  static func reach(of gaussian: TileGaussian) -> Reach {
    let ellipse = EllipseRows(
      conicXX: gaussian.conicXX, conicXY: gaussian.conicXY, rowExtent: gaussian.rowExtent,
      extentY: gaussian.extentY)
    // All eight rows of subtiles at once: the upper rows of their pixels, then the lower ones.
    let top =
      (Lanes.ramp * Lanes(Double(height)))
      - Lanes(repeating: gaussian.exponent.meanY - 0.5)
    let upper = ellipse.stretch(top)
    let lower = ellipse.stretch(top + Lanes(1))
    let middle = Lanes(repeating: gaussian.exponent.meanX - 0.5)
    return Reach(
      low: middle + Lanes.minimum(upper.low, lower.low),
      high: middle + Lanes.maximum(upper.high, lower.high))
  }

  /// The subtiles that have a pixel centre within `reach`, and occasionally a few more.
  @_transparent
  static func mask(_ reach: Reach) -> Mask {
    // Pixel centres are at whole numbers here: the first subtile that ends at or after `low` is
    // ceil((low - 3) / 4), and the first that begins after `high` is floor(high / 4) + 1. Rounding
    // finds floor(x) as the integer nearest to x - 1/2.
    let inverseWidth = Lanes(1 / Double(width))
    let last = Lanes(Double(columns))
    let first = ((reach.low + Lanes(0.99 - 2)) * inverseWidth).clamped(from: Lanes(0), to: last)
      .roundedBits
    let end = ((reach.high + Lanes(0.01 + 2)) * inverseWidth).clamped(from: Lanes(0), to: last)
      .roundedBits
    let ones = SIMD8<UInt32>(repeating: 0xff)
    let from = ones &<< SIMD8<UInt32>(truncatingIfNeeded: first)
    let to = ones &<< SIMD8<UInt32>(truncatingIfNeeded: end)
    let rows = SIMD8<UInt8>(truncatingIfNeeded: from & ~to)
    return unsafe unsafeBitCast(rows, to: Mask.self)
  }

  /// Whether a subtile with this transmittance has a pixel that has not stopped.
  @inline(__always)
  static func isAlive(_ transmittance: Lanes) -> Bool { (transmittance .> Lanes(0)).isAnyTrue }

  /// The subtiles with a pixel that has not stopped, among `candidates`.
  @inline(__always)
  static func alive(_ planes: TilePlanes, transmittance plane: Int, among candidates: Mask) -> Mask
  {
    var result = Mask(0)
    for (_, subtile) in SetBits(candidates) where isAlive(planes[plane, subtile]) {
      result |= 1 &<< Mask(subtile)
    }
    return result
  }

  /// The pixels of the image under a subtile.
  @inline(__always)
  func image(_ subtile: Int) -> ImageSubtile {
    ImageSubtile(self, column: subtile % Self.columns, row: subtile / Self.columns)
  }
}
