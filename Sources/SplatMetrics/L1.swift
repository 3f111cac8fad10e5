package import SplatCore

/// The mean of |x - y| over pixels and channels.
package struct L1: ImageTerm {
  package init() {}

  /// Returns |x - y|.
  @_transparent
  package static func forward<Scalar: Real>(_ x: Scalar, _ y: Scalar) -> Scalar {
    let difference = x - y  // (1)
    let zero = Scalar(0)
    return difference.replaced(by: zero - difference, where: difference.isLess(than: zero))  // (2)
  }

  /// Returns the gradient of x, which is 0 where both are equal.
  ///
  /// Numbers in the margin name the line of forward being differentiated.
  @_transparent
  package static func backward<Scalar: Real>(_ x: Scalar, _ y: Scalar, grad: Scalar) -> Scalar {
    let difference = x - y
    let zero = Scalar(0)
    return zero.replaced(by: grad, where: zero.isLess(than: difference))  // (2) (1)
      .replaced(by: zero - grad, where: difference.isLess(than: zero))  // (2) (1)
  }

  package func addGradient(ofRow row: Int, in band: TermBand, to gradient: BufferView<Float>) {
    let (render, photo) = (band.images.render, band.images.photo)
    let start = render.rowStart(channel: band.channel, row)
    let scale = Lanes(repeating: band.scale)
    var sum = Lanes(0)
    // Pixels that do not count, and those past the end of the row, are 0 in both images.
    for x in stride(from: 0, to: render.width, by: Lanes.scalarCount) {
      let (left, right) = (render.values.lanes(start + x), photo.values.lanes(start + x))
      gradient.setLanes(x, gradient.lanes(x) + Self.backward(left, right, grad: scale))
      sum += Self.forward(left, right)
    }
    band.setSum(ofRow: row, sum)
  }
}
