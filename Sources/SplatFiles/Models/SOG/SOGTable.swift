/// What each byte of an image's channels means.
struct SOGTable: Sendable {
  private let values: [Float]

  /// One list of 256 values for all channels.
  init(codebook: [Float], channels: Int) {
    values = (0..<channels).flatMap { _ in codebook.prefix(ScalarCodebook.size) }
  }

  /// Equal steps between two bounds of each channel.
  init(lows: [Double], highs: [Double]) {
    values = zip(lows, highs).flatMap { low, high in
      (0..<256).map { Float(low + (high - low) * Double($0) / 255) }
    }
  }

  @inline(__always)
  subscript(channel: Int, byte: UInt8) -> Float { values[channel * 256 + Int(byte)] }
}
