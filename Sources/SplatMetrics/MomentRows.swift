import SplatCore

/// The moments of ``SSIM`` for a row of pixels, blurred along columns already; they are blurred
/// along the row when they are read.
struct MomentRows: Sendable {
  /// The rows of x, of the squares, of the product and, last because it has no gradient, of y.
  private static let squares = 1, product = 2, y = 3

  private let values: BufferView<Float>
  private let stride: Int

  /// The number of floats for images of a given stride.
  static func count(stride: Int) -> Int { 4 * stride }

  /// Rows in `memory`, the side margins of which are zero once they have been cleared.
  @inline(__always)
  init(_ memory: BufferView<Float>, stride: Int) {
    values = memory
    self.stride = stride
  }

  /// Sets the side margins to zero, which is needed once for a piece of memory.
  func clearSideMargins() {
    for row in 0..<4 { values.clearSideMargins(ofRow: row * stride, stride: stride) }
  }

  /// Blurs the moments of a row of images along columns.
  func fill(fromRow row: Int, of images: ImagePair, channel: Int) {
    let (x, y) = (images.render.values, images.photo.values)
    let from = images.render.rowStart(channel: channel, row) - PaddedPlanes.sideMargin
    let end = stride - PaddedPlanes.sideMargin
    for column in Swift.stride(from: PaddedPlanes.sideMargin, to: end, by: Lanes.scalarCount) {
      let blurredX = GaussianWindow.blurred(x, at: from + column, step: stride)
      let blurredY = GaussianWindow.blurred(y, at: from + column, step: stride)
      values.setLanes(column, blurredX)
      values.setLanes(Self.y * stride + column, blurredY)
    }
    for column in Swift.stride(from: PaddedPlanes.sideMargin, to: end, by: Lanes.scalarCount) {
      let sums = GaussianWindow.blurredProducts(x, y, at: from + column, step: stride)
      values.setLanes(Self.squares * stride + column, sums.squares)
      values.setLanes(Self.product * stride + column, sums.product)
    }
  }

  /// Blurs the gradients of the moments of a row along columns; that of y is left as it is.
  func fill(fromRow row: Int, of gradients: MomentGradients) {
    let end = stride - PaddedPlanes.sideMargin
    for moment in 0..<MomentGradients.moments {
      let from = gradients.rowStart(moment, row)
      for column in Swift.stride(from: PaddedPlanes.sideMargin, to: end, by: Lanes.scalarCount) {
        values.setLanes(
          moment * stride + column,
          GaussianWindow.blurred(gradients.values, at: from + column, step: stride))
      }
    }
  }

  /// The moments of eight neighbours, or what the window makes of their gradients.
  @inline(__always)
  subscript(x: Int) -> SSIM.Moments<Lanes> {
    let at = PaddedPlanes.sideMargin + x
    return SSIM.Moments(
      x: GaussianWindow.blurred(values, at: at, step: 1),
      y: GaussianWindow.blurred(values, at: Self.y * stride + at, step: 1),
      squares: GaussianWindow.blurred(values, at: Self.squares * stride + at, step: 1),
      product: GaussianWindow.blurred(values, at: Self.product * stride + at, step: 1))
  }
}

/// The gradients of the moments of ``SSIM`` for the rows of a band and of the margin that windows
/// reach. They stay in a cache until the window is taken back over them.
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

  /// Sets the gradients of eight neighbours.
  @inline(__always)
  func set(row: Int, _ x: Int, _ gradients: SSIM.Moments<Lanes>) {
    let at = PaddedPlanes.sideMargin + x
    values.setLanes(rowStart(0, row) + at, gradients.x)
    values.setLanes(rowStart(1, row) + at, gradients.squares)
    values.setLanes(rowStart(2, row) + at, gradients.product)
  }
}

extension BufferView where Element == Float {
  /// Sets the side margins of a padded row that starts at `start` to zero.
  fileprivate func clearSideMargins(ofRow start: Int, stride: Int) {
    slice(start..<start + PaddedPlanes.sideMargin).fill(0)
    slice(start + stride - PaddedPlanes.sideMargin..<start + stride).fill(0)
  }
}
