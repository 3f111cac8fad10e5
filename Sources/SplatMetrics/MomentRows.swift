import SplatCore

/// The moments of ``SSIM`` for a row of pixels, already blurred along columns; they are blurred
/// along the row when they are read.
struct MomentRows: Sendable {
  /// The rows of x, the squares, the product and, last because it has no gradient, y.
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

  /// Sets the side margins to zero, which each piece of memory needs once.
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

  /// Blurs the gradients of the moments of a row along columns; that of y is left unchanged.
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

  /// The moments of eight consecutive pixels, or their gradients after the window.
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
