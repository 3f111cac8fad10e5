package import SplatCore

/// Sums over rows, lane by lane, which are added up in the same order for any number of threads.
package struct RowSums: Sendable {
  private let values: BufferView<Float>
  private let channels: Int, height: Int

  /// Room for `quantities` sums for each row of each channel, in memory of `buffer`.
  package init(_ buffer: Buffer<Float>, quantities: Int, channels: Int, height: Int) {
    values = buffer.view(count: quantities * channels * height * Lanes.scalarCount)
    self.channels = channels
    self.height = height
  }

  /// Sets the sum of a quantity over a row.
  @inline(__always)
  package func set(_ quantity: Int, channel: Int, row: Int, _ sum: Lanes) {
    values.setLanes(start(quantity, channel, row), sum)
  }

  /// The sum of a quantity over all rows of some channels.
  package func total(_ quantity: Int, channels: Range<Int>) -> Double {
    var total = 0.0
    for channel in channels {
      for row in 0..<height {
        total += Double(values.lanes(start(quantity, channel, row)).total)
      }
    }
    return total
  }

  @inline(__always)
  private func start(_ quantity: Int, _ channel: Int, _ row: Int) -> Int {
    ((quantity * channels + channel) * height + row) * Lanes.scalarCount
  }
}
