import SplatCore

/// A tile cut into blocks of four by two pixels, each as wide as ``Lanes``.
///
/// Most Gaussians are a few pixels large. A block has less edge than eight pixels of a row, so that fewer
/// lanes stick out of an ellipse, and 64 blocks fit a mask of one word.
struct TileBlocks {
  static let blockWidth = 4
  static let blockHeight = 2
  static let columns = TileGrid.tileWidth / blockWidth
  static let rows = TileGrid.tileHeight / blockHeight
  static let count = columns * rows
  /// The number of floats of one plane of a tile, block after block.
  static let planeSize = count * Lanes.scalarCount

  /// A set of blocks, the first block in the lowest bit.
  typealias Mask = UInt64

  /// The place of the tile's first pixel in the image.
  let originX: Int, originY: Int
  /// What takes a Gaussian's mean to that place; see ``TileGaussian``.
  let corner: Lanes
  /// The size of the image.
  fileprivate let imageWidth: Int, imageHeight: Int

  init(tile: Int, grid: TileGrid) {
    originX = tile % grid.columns * TileGrid.tileWidth
    originY = tile / grid.columns * TileGrid.tileHeight
    corner = Lanes(-Float(originX), -Float(originY), 0, 0, 0, 0, 0, 0)
    imageWidth = grid.width
    imageHeight = grid.height
  }

  /// Where the rows of blocks begin and end under an ellipse, in pixels of the tile; the other way round
  /// where it reaches none of their pixel centres.
  struct Reach: BitwiseCopyable, Sendable {
    var low: Lanes, high: Lanes
  }

  /// The stretch of each row of blocks between the ends of the ellipse in the rows of pixels.
  @inline(__always)
  static func reach(of gaussian: TileGaussian) -> Reach {
    let ellipse = EllipseRows(
      conicXX: gaussian.conicXX, conicXY: gaussian.conicXY, rowExtent: gaussian.rowExtent,
      extentY: gaussian.extentY)
    // Eight rows of blocks at once: the upper rows of their pixels, then the lower ones.
    let top =
      (Lanes.ramp * Lanes(Double(blockHeight)))
      - Lanes(repeating: gaussian.shape.meanY - 0.5)
    let upper = ellipse.stretch(top)
    let lower = ellipse.stretch(top + Lanes(1))
    let middle = Lanes(repeating: gaussian.shape.meanX - 0.5)
    return Reach(
      low: middle + Lanes.minimum(upper.low, lower.low),
      high: middle + Lanes.maximum(upper.high, lower.high))
  }

  /// The blocks that have a pixel centre within `reach`; now and then a few more.
  @_transparent
  static func mask(_ reach: Reach) -> Mask {
    // Pixel centres are at whole numbers here: the first block that ends at or after `low` is
    // ceil((low - 3) / 4), the first that begins after `high` is floor(high / 4) + 1. Rounding finds
    // floor(x) as the nearest to x - 1/2.
    let width = Lanes(1 / Double(blockWidth))
    let last = Lanes(Double(columns))
    let first = ((reach.low + Lanes(0.99 - 2)) * width).clamped(from: Lanes(0), to: last)
      .roundedBits
    let end = ((reach.high + Lanes(0.01 + 2)) * width).clamped(from: Lanes(0), to: last)
      .roundedBits
    let ones = SIMD8<UInt32>(repeating: 0xff)
    let from = ones &<< SIMD8<UInt32>(truncatingIfNeeded: first)
    let to = ones &<< SIMD8<UInt32>(truncatingIfNeeded: end)
    let rows = SIMD8<UInt8>(truncatingIfNeeded: from & ~to)
    return unsafe unsafeBitCast(rows, to: Mask.self)
  }

  /// The blocks with a pixel that has not stopped, among `candidates`.
  @inline(__always)
  static func alive(_ transmittance: BufferView<Float>, among candidates: Mask) -> Mask {
    var (left, result) = (candidates, Mask(0))
    while left != 0 {
      let block = left.trailingZeroBitCount
      left &= left &- 1
      if (transmittance.lanes(block * Lanes.scalarCount) .> Lanes(0)).isAnyTrue {
        result |= 1 &<< Mask(block)
      }
    }
    return result
  }
}

/// A block of a tile in the image.
struct ImageBlock {
  private let x: Int, y: Int
  /// How much of the block lies in the image.
  private let columns: Int, rows: Int
  private var isWhole: Bool {
    columns == TileBlocks.blockWidth && rows == TileBlocks.blockHeight
  }

  /// The pixels of `plane`, 0 outside the image.
  @inline(__always)
  func lanes(of plane: BufferView<Float>, rowStride: Int) -> Lanes {
    let start = y * rowStride + x
    if isWhole { return Lanes(lowHalf: plane.four(start), highHalf: plane.four(start + rowStride)) }
    var result = Lanes(0)
    forEachPixel { lane, column, row in result[lane] = plane[start + row * rowStride + column] }
    return result
  }

  /// Writes the pixels that lie in the image to `plane`.
  @inline(__always)
  func store(_ values: Lanes, to plane: BufferView<Float>, rowStride: Int) {
    let start = y * rowStride + x
    if isWhole {
      plane.setFour(start, values.lowHalf)
      plane.setFour(start + rowStride, values.highHalf)
    } else {
      forEachPixel { lane, column, row in plane[start + row * rowStride + column] = values[lane] }
    }
  }

  /// The transmittance in front of all Gaussians: 1, and -1 outside the image, as of pixels that have
  /// stopped.
  @inline(__always)
  var unblended: Lanes {
    if isWhole { return Lanes(1) }
    var result = Lanes(-1)
    forEachPixel { lane, _, _ in result[lane] = 1 }
    return result
  }

  @inline(__always)
  private func forEachPixel(_ body: (_ lane: Int, _ column: Int, _ row: Int) -> Void) {
    for row in 0..<rows {
      for column in 0..<columns { body(row * TileBlocks.blockWidth + column, column, row) }
    }
  }
}

extension TileBlocks {
  /// Where `block` lies in the image.
  @inline(__always)
  func imageBlock(_ block: Int) -> ImageBlock {
    ImageBlock(self, column: block % Self.columns, row: block / Self.columns)
  }
}

extension ImageBlock {
  @inline(__always)
  fileprivate init(_ tile: TileBlocks, column: Int, row: Int) {
    x = tile.originX + column * TileBlocks.blockWidth
    y = tile.originY + row * TileBlocks.blockHeight
    columns = max(0, min(TileBlocks.blockWidth, tile.imageWidth - x))
    rows = max(0, min(TileBlocks.blockHeight, tile.imageHeight - y))
  }
}
