/// How many spherical-harmonic coefficients a colour channel has after the constant one.
enum HarmonicCounts {
  /// The number at a degree: 0, 3, 8, 15 or 24.
  @inline(__always)
  static func rest(_ degree: Int) -> Int { (degree + 1) * (degree + 1) - 1 }

  /// The degree of `count` numbers, all three channels together; nothing if no degree has as many.
  static func degree(ofRest count: Int) -> Int? { (0...4).first { 3 * rest($0) == count } }
}
