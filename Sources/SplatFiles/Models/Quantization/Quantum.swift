import SplatCore

/// Numbers as integers of a few bits, and back.
enum Quantum {
  /// Opacities next to 0 and 1 are held this far from them, where the logit is infinite.
  private static let opacityMargin: Float = 1e-6

  /// The log scale in place of that of 0, which has none; the smallest normal number is as flat.
  static let flatLogScale = Float.log(.leastNormalMagnitude)

  /// The integer part of a value, held to 0...255; 0 for what is not a number.
  @inline(__always)
  static func byte(_ value: Float) -> UInt8 {
    guard value > 0 else { return 0 }
    return value < 255 ? UInt8(value) : 255
  }

  /// The nearest of 2^bits steps from 0 to 1.
  @inline(__always)
  static func unorm(_ value: Float, bits: UInt32) -> UInt32 {
    let steps = UInt32(1) << bits - 1
    guard value > 0 else { return 0 }
    return value < 1 ? UInt32(value * Float(steps) + 0.5) : steps
  }

  /// The logit of an opacity of 0...1.
  @inline(__always)
  static func logit(_ opacity: Float) -> Float {
    Logistic.inverse(min(max(opacity, opacityMargin), 1 - opacityMargin))
  }
}
