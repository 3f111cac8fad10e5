/// Colours for numbers, from dark blue over green to yellow.
enum FalseColor {
  /// Every eighth of the colour map "viridis" of matplotlib (van der Walt and Smith, 2015).
  private static let anchors: [SIMD3<Float>] = [
    [68, 1, 84], [71, 44, 122], [59, 81, 139], [44, 113, 142], [33, 144, 141], [39, 173, 129],
    [92, 200, 99], [170, 220, 50], [253, 231, 37],
  ]

  /// The number of colours in the table.
  private static let count = 1024

  /// The colours from one end to the other, of 3 bytes each.
  private static let table: [UInt8] = (0..<count).flatMap { entry -> [UInt8] in
    let position = Float(entry) / Float(count - 1) * Float(anchors.count - 1)
    let first = min(Int(position), anchors.count - 2)
    let color = anchors[first] + (anchors[first + 1] - anchors[first]) * (position - Float(first))
    return (0..<3).map { UInt8(color[$0].rounded()) }
  }

  /// The colours of `values` of 0...1, height x width x 3; black where a value is negative.
  static func bytes(_ values: [Float]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: values.count * 3)
    for (pixel, value) in values.enumerated() where value >= 0 {
      let entry = Int(min(value, 1) * Float(count - 1)) * 3
      for channel in 0..<3 { bytes[pixel * 3 + channel] = table[entry + channel] }
    }
    return bytes
  }
}
