import SplatCore

extension Photo {
  /// The photo over a background of display values, with 3 channels.
  func composited(over background: SIMD3<Float>) -> Photo {
    guard channels == 4 else { return self }
    var opaque = [UInt8](repeating: 0, count: width * height * 3)
    for pixel in 0..<width * height {
      let alpha = Float(bytes[pixel * 4 + 3]) / 255
      for channel in 0..<3 {
        let value = Float(bytes[pixel * 4 + channel]) / 255
        opaque[pixel * 3 + channel] = Frame.byte(
          value * alpha + background[channel] * (1 - alpha))
      }
    }
    return Photo(width: width, height: height, channels: 3, bytes: opaque)
  }
}
