package import SplatCore

/// The mean of 1 - ``SSIM`` over pixels and channels, through ``GaussianWindow`` with zeros around
/// the images.
package struct DSSIM: ImageTerm {
  package let border: Int

  /// - Parameter border: The width of the strip along the edges that does not count, in pixels.
  package init(border: Int = 0) { self.border = border }

  package func scratchCount(for images: ImagePair) -> Int {
    let stride = images.render.stride
    return MomentRows.count(stride: stride) + MomentGradients.count(stride: stride)
  }

  /// Finds the gradients of the moments at all pixels whose windows reach the band.
  package func begin(_ band: TermBand) {
    let (rows, gradients) = Self.memory(of: band)
    rows.clearSideMargins()
    let margin = PaddedPlanes.margin
    for row in band.rows.lowerBound - margin..<band.rows.upperBound + margin {
      guard row >= 0, row < band.images.render.height else {
        gradients.clear(row: row)
        continue
      }
      gradients.clearSideMargins(ofRow: row)
      rows.fill(fromRow: row, of: band.images, channel: band.channel)
      let sum = Self.writeGradients(ofRow: row, in: band, from: rows, to: gradients)
      if band.rows.contains(row) { band.setSum(ofRow: row, sum) }
    }
  }

  /// Applies the window to the gradients of the moments and propagates the result to the pixels.
  package func addGradient(ofRow row: Int, in band: TermBand, to gradient: BufferView<Float>) {
    let (rows, gradients) = Self.memory(of: band)
    rows.fill(fromRow: row, of: gradients)
    let (x, y) = (band.images.render.values, band.images.photo.values)
    let start = band.images.render.rowStart(channel: band.channel, row)
    for column in stride(from: 0, to: band.images.render.width, by: Lanes.scalarCount) {
      let grad = SSIM.pixelBackward(
        x.lanes(start + column), y.lanes(start + column), grad: rows[column])
      gradient.setLanes(column, gradient.lanes(column) + grad)
    }
  }

  /// Returns the sum of 1 - SSIM over a row, lane by lane, and writes the gradients of the moments.
  private static func writeGradients(
    ofRow row: Int, in band: TermBand, from rows: MomentRows, to gradients: MomentGradients
  ) -> Lanes {
    let scale = Lanes(repeating: -band.scale)
    var sum = Lanes(0)
    for x in stride(from: 0, to: band.images.render.width, by: Lanes.scalarCount) {
      let moments = rows[x]
      let weight = band.counted.weights(x, row)
      sum = sum.addingProduct(Lanes(1) - SSIM.forward(moments), weight)
      gradients.set(row: row, x, SSIM.backward(moments, grad: weight * scale))
    }
    return sum
  }

  private static func memory(of band: TermBand) -> (rows: MomentRows, gradients: MomentGradients) {
    let stride = band.images.render.stride
    let end = MomentRows.count(stride: stride)
    return (
      MomentRows(band.scratch.slice(0..<end), stride: stride),
      MomentGradients(
        band.scratch.slice(end..<band.scratch.count), bandStart: band.rows.lowerBound,
        stride: stride)
    )
  }
}
