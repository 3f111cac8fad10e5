/// An order of points in which neighbours in the order are neighbours in space (Morton, 1966).
package enum MortonOrder {
  /// The indices of a model's Gaussians in Morton order of their means; ties keep their order.
  package static func of(_ parameters: ParameterBlocks) -> [Int32] {
    let sample = sampled(of: parameters.count).map { mean(parameters, $0) }
    return CodeOrder.of(codes(of: parameters, in: box(of: sample)))
  }

  /// The indices of `points` in Morton order; ties keep their order.
  package static func of(_ points: [SIMD3<Float>]) -> [Int32] {
    var table = ParameterBlocks(count: points.count, planes: 3)
    for (index, point) in points.enumerated() {
      for axis in 0..<3 { table[axis, index] = point[axis] }
    }
    return of(table)
  }

  // MARK: The box

  /// The number of means that a box is found from.
  private static let sampleCount = 4096

  /// The Gaussians, of `count`, by whose means a box is found: some that are evenly spread over all.
  package static func sampled(of count: Int) -> StrideTo<Int> {
    stride(from: 0, to: count, by: max(1, count / sampleCount))
  }

  /// A box around most of the points of `sample`. A few that lie far away would leave little of the
  /// curve's resolution to the others: they count as on its faces.
  package static func box(of sample: [SIMD3<Float>]) -> Bounds {
    var bounds = Bounds()
    for axis in 0..<3 {
      let sorted = sample.map { $0[axis] }.filter(\.isFinite).sorted()
      guard let low = sorted.first, let high = sorted.last else { continue }
      let hundredth = sorted.count / 100
      let inner = (low: sorted[hundredth], high: sorted[sorted.count - 1 - hundredth])
      let margin = inner.high - inner.low
      bounds.low[axis] = max(low, inner.low - margin)
      bounds.high[axis] = min(high, inner.high + margin)
    }
    return bounds
  }

  // MARK: Codes

  /// The bits of a code for each axis.
  private static let bits = 21

  /// The place of each Gaussian's mean on a curve that fills `bounds`.
  package static func codes(of parameters: ParameterBlocks, in bounds: Bounds) -> [UInt64] {
    let cells = Float(1 << bits)
    let size = (bounds.high - bounds.low).max()
    let scale = size > 0 && size.isFinite ? cells * 0.9999999 / size : 0
    return [UInt64](count: parameters.count) { codes in
      Workers().forEachRange(codes.count, size: Workers.rowsPerPiece) { range, _ in
        for index in range {
          let cell = (mean(parameters, index) - bounds.low) * scale
          codes[index] =
            spread(cell.x, below: cells) | spread(cell.y, below: cells) << 1
            | spread(cell.z, below: cells) << 2
        }
      }
    }
  }

  /// The bits of a coordinate with two others free after each.
  private static func spread(_ value: Float, below end: Float) -> UInt64 {
    // NaN goes first, like everything below the box.
    var bits = value > 0 ? UInt64(min(value, end - 1)) : 0
    bits = (bits | bits << 32) & 0x001f_0000_0000_ffff
    bits = (bits | bits << 16) & 0x001f_0000_ff00_00ff
    bits = (bits | bits << 8) & 0x100f_00f0_0f00_f00f
    bits = (bits | bits << 4) & 0x10c3_0c30_c30c_30c3
    return (bits | bits << 2) & 0x1249_2492_4924_9249
  }

  private static func mean(_ parameters: ParameterBlocks, _ index: Int) -> SIMD3<Float> {
    SIMD3(parameters[0, index], parameters[1, index], parameters[2, index])
  }
}
