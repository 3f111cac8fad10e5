/// An SH coefficient after the constant one, as a byte of a compressed PLY file.
enum CompressedHarmonic {
  /// Coefficients are held to -range/2...range/2.
  private static let range: Float = 8
  /// The parts of the range that a byte tells apart.
  private static let steps: Float = 256

  /// The byte of a coefficient: the part of the range that it lies in.
  @inline(__always)
  static func byte(_ value: Float) -> UInt8 { Quantum.byte((value / range + 0.5) * steps) }

  /// The coefficient of a byte: the middle of its part, and the ends of the range for 0 and 255.
  @inline(__always)
  static func value(_ byte: UInt8) -> Float {
    let share: Float = byte == 0 ? 0 : byte == 255 ? 1 : (Float(byte) + 0.5) / steps
    return (share - 0.5) * range
  }
}
