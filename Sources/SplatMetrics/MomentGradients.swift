import SplatCore

/// The gradients of the moments of ``SSIM`` for the rows of a band and of the margin that windows
/// reach. They stay in a cache until the window is applied to them.
struct MomentGradients: Sendable {
  /// x, the squares and the product.
  static let moments = 3
  private static let rows = RowBands.rows + 2 * PaddedPlanes.margin

  let values: BufferView<Float>
  private let firstRow: Int
  private let stride: Int

  /// The number of floats for images of a given stride.
  static func count(stride: Int) -> Int { moments * rows * stride }

  /// Rows in `memory` for a band that begins at `bandStart`.
  @inline(__always)
  init(_ memory: BufferView<Float>, bandStart: Int, stride: Int) {
    values = memory
    firstRow = bandStart - PaddedPlanes.margin
    self.stride = stride
  }

  /// The index of the first float of a row, side margin included.
  @inline(__always)
  func rowStart(_ moment: Int, _ row: Int) -> Int {
    (moment * Self.rows + row - firstRow) * stride
  }

  /// Sets a row to zero.
  func clear(row: Int) {
    for moment in 0..<Self.moments {
      let start = rowStart(moment, row)
      values.slice(start..<start + stride).fill(0)
    }
  }

  /// Sets the side margins of a row to zero.
  func clearSideMargins(ofRow row: Int) {
    for moment in 0..<Self.moments {
      values.clearSideMargins(ofRow: rowStart(moment, row), stride: stride)
    }
  }

  /// Sets the gradients of eight consecutive pixels.
  @inline(__always)
  func set(row: Int, _ x: Int, _ gradients: SSIM.Moments<Lanes>) {
    let at = PaddedPlanes.sideMargin + x
    values.setLanes(rowStart(0, row) + at, gradients.x)
    values.setLanes(rowStart(1, row) + at, gradients.squares)
    values.setLanes(rowStart(2, row) + at, gradients.product)
  }
}
