/// Numbers written in decimal, as text files hold them.
enum ASCIINumber {
  /// As many digits fit 64 bits; a longer number takes the slow way.
  private static let mostDigits = 18
  /// Exponents up to this are read here, and texts up to this length by the standard library.
  private static let longest = 1000
  /// The powers of ten that a `Double` holds exactly.
  private static let powers: [Double] = (0...22).map { exponent in
    (0..<exponent).reduce(1.0) { product, _ in product * 10 }
  }

  /// The number that the bytes of `range` spell, or nothing; `nan` and `inf` are numbers.
  ///
  /// Short numbers are the quotient or product of two exact values, which rounds once and so
  /// correctly (Clinger, PLDI 1990); others go through the standard library.
  static func double(_ bytes: FileBytes, _ range: Range<Int>) -> Double? {
    // The sign.
    var index = range.lowerBound
    let end = range.upperBound
    guard index < end else { return nil }
    let isNegative = bytes[index] == UInt8(ascii: "-")
    if isNegative || bytes[index] == UInt8(ascii: "+") { index += 1 }
    // The digits, as an integer, and how many follow the point.
    var mantissa: UInt64 = 0
    var digits = 0
    var fraction = 0
    var sawPoint = false
    while index < end {
      let byte = bytes[index]
      if byte == UInt8(ascii: "."), !sawPoint {
        sawPoint = true
      } else if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
        guard digits < mostDigits else { return slow(bytes, range) }
        mantissa = mantissa * 10 + UInt64(byte - UInt8(ascii: "0"))
        digits += 1
        if sawPoint { fraction += 1 }
      } else {
        break
      }
      index += 1
    }
    guard digits > 0 else { return slow(bytes, range) }
    // The exponent.
    var exponent = -fraction
    if index < end {
      guard bytes[index] | 0x20 == UInt8(ascii: "e"),
        let written = integer(bytes, index + 1..<end)
      else { return nil }
      guard abs(written) < longest else { return slow(bytes, range) }
      exponent += written
    }
    // Both parts are exact, so that one rounding is left.
    guard mantissa <= 1 << 53, abs(exponent) < powers.count else { return slow(bytes, range) }
    let value =
      exponent < 0 ? Double(mantissa) / powers[-exponent] : Double(mantissa) * powers[exponent]
    return isNegative ? -value : value
  }

  /// The integer that the bytes of `range` spell, or nothing.
  static func integer(_ bytes: FileBytes, _ range: Range<Int>) -> Int? {
    var index = range.lowerBound
    guard index < range.upperBound else { return nil }
    let isNegative = bytes[index] == UInt8(ascii: "-")
    if isNegative || bytes[index] == UInt8(ascii: "+") { index += 1 }
    guard index < range.upperBound, range.upperBound - index <= mostDigits else { return nil }
    var value = 0
    while index < range.upperBound {
      let byte = bytes[index]
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      value = value * 10 + Int(byte - UInt8(ascii: "0"))
      index += 1
    }
    return isNegative ? -value : value
  }

  private static func slow(_ bytes: FileBytes, _ range: Range<Int>) -> Double? {
    guard range.count < longest, let text = bytes.text(range) else { return nil }
    // The standard library would take hexadecimal numbers too, which no such file means.
    guard !text.contains("x"), !text.contains("X") else { return nil }
    return Double(text)
  }
}
