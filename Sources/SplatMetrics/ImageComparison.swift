package import SplatCore

/// Measures how close a render is to a photo, without gradients.
package final class ImageComparison {
  private let scratch = Buffer<Float>()
  private let sums = Buffer<Float>()

  /// The result; 0 and 1 if no pixel counts.
  package struct Value: Sendable, Equatable {
    /// The mean over pixels and channels of (x - y)², with x clamped to 0...1.
    package var squaredError: Double
    /// The mean of ``SSIM`` over pixels and channels.
    package var ssim: Double
  }

  package init() {}

  /// Compares a render with a photo; pixels that the mask leaves out are 0 in both.
  package func compare(_ images: ImagePair, workers: Workers) -> Value {
    let colors = ImagePair.colors
    let counted = CountedPixels(images)
    let count = counted.count * colors.count
    guard count > 0 else { return Value(squaredError: 0, ssim: 1) }
    let sums = RowSums(
      sums, quantities: 2, channels: colors.count, height: images.render.height)
    let rowsSize = MomentRows.count(stride: images.render.stride)
    let scratch = scratch.view(count: workers.threads * rowsSize)
    let bands = RowBands(channels: colors.count, height: images.render.height)
    workers.forEach(bands.count) { index, worker in
      let (channel, rows) = bands[index]
      let moments = MomentRows(
        scratch.slice(worker * rowsSize..<(worker + 1) * rowsSize), stride: images.render.stride)
      moments.clearSideMargins()
      for row in rows {
        sums.set(
          0, channel: channel, row: row,
          PSNR.squaredErrors(ofRow: row, of: images, channel: channel))
        moments.fill(fromRow: row, of: images, channel: channel)
        sums.set(1, channel: channel, row: row, Self.similarities(moments, row, counted, images))
      }
    }
    return Value(
      squaredError: sums.total(0, channels: colors) / Double(count),
      ssim: sums.total(1, channels: colors) / Double(count))
  }

  /// The sum of SSIM over a row, lane by lane.
  private static func similarities(
    _ moments: MomentRows, _ row: Int, _ counted: CountedPixels, _ images: ImagePair
  ) -> Lanes {
    var sum = Lanes(0)
    for x in stride(from: 0, to: images.render.width, by: Lanes.scalarCount) {
      sum = sum.addingProduct(SSIM.forward(moments[x]), counted.weights(x, row))
    }
    return sum
  }
}
