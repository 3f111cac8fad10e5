import SplatCore

/// The scale of positions: fine near the origin, coarse far from it.
enum SOGMeans {
  /// sign(p) ln(|p| + 1).
  static func logarithm(_ value: Float) -> Float {
    let size = Float.log(abs(value) + 1)
    return value < 0 ? -size : size
  }

  /// The position of a logarithm.
  static func value(_ logarithm: Float) -> Float {
    let size = Float.exp(abs(logarithm)) - 1
    return logarithm < 0 ? -size : size
  }
}
