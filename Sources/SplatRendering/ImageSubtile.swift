import SplatCore

/// The pixels of the image under a subtile, part of which may lie outside the image.
struct ImageSubtile {
  private let x: Int, y: Int
  /// The columns and rows of the subtile that lie in the image.
  private let columns: Int, rows: Int
  private var isWhole: Bool { columns == Subtiles.width && rows == Subtiles.height }

  @inline(__always)
  init(_ tile: Subtiles, column: Int, row: Int) {
    x = tile.originX + column * Subtiles.width
    y = tile.originY + row * Subtiles.height
    columns = max(0, min(Subtiles.width, tile.imageWidth - x))
    rows = max(0, min(Subtiles.height, tile.imageHeight - y))
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

  /// The transmittance before any Gaussian: 1, and -1 outside the image, like that of pixels that
  /// have stopped.
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
      for column in 0..<columns { body(row * Subtiles.width + column, column, row) }
    }
  }
}
