/// An order of points in which neighbours in the order are neighbours in space (Morton, 1966).
package enum MortonOrder {
  /// The indices of a model's Gaussians in Morton order of their means; ties keep their order.
  package static func of(_ parameters: ParameterBlocks) -> [Int32] {
    order(of: codes(of: parameters, in: parameters.meanBounds))
  }

  /// The indices of `points` in Morton order; ties keep their order.
  package static func of(_ points: [SIMD3<Float>]) -> [Int32] {
    var table = ParameterBlocks(count: points.count, planes: 3)
    for (index, point) in points.enumerated() {
      for axis in 0..<3 { table[axis, index] = point[axis] }
    }
    return of(table)
  }

  /// The place of each Gaussian's mean on a curve that fills `bounds`.
  package static func codes(of parameters: ParameterBlocks, in bounds: Bounds) -> [UInt32] {
    func mean(_ index: Int) -> SIMD3<Float> {
      SIMD3(parameters[0, index], parameters[1, index], parameters[2, index])
    }
    let size = (bounds.high - bounds.low).max()
    let scale = size > 0 && size.isFinite ? 1023.99 / size : 0
    return (0..<parameters.count).map { index in
      let cell = (mean(index) - bounds.low) * scale
      func spread(_ value: Float) -> UInt32 {
        // NaN goes first, like everything below the box.
        var bits = value > 0 ? UInt32(min(value, 1023)) : 0
        bits = (bits | bits << 16) & 0x0300_00ff
        bits = (bits | bits << 8) & 0x0300_f00f
        bits = (bits | bits << 4) & 0x030c_30c3
        return (bits | bits << 2) & 0x0924_9249
      }
      return spread(cell.x) | spread(cell.y) << 1 | spread(cell.z) << 2
    }
  }

  /// The indices of `codes` in ascending order; ties keep their order.
  package static func order(of codes: [UInt32]) -> [Int32] {
    var keys = codes.indices.map { UInt64(codes[$0]) << 32 | UInt64($0) }
    keys.sort()
    return keys.map { Int32(truncatingIfNeeded: $0 & 0xffff_ffff) }
  }
}
