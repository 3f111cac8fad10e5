import SplatPlatform

/// Numbers as people read them.
enum Wording {
  /// A whole number with commas between the thousands.
  static func count(_ value: Int) -> String {
    let digits = String(abs(value))
    var result = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { result += "," }
      result.append(digit)
    }
    return value < 0 ? "-" + result : result
  }

  /// `1 photo`, `2 photos`.
  static func count(_ value: Int, _ noun: String) -> String {
    "\(count(value)) \(noun)\(value == 1 ? "" : "s")"
  }

  /// The first few names, and how many more there are.
  static func list(_ names: [String]) -> String {
    names.prefix(5).joined(separator: ", ")
      + (names.count > 5 ? " and \(names.count - 5) more" : "")
  }

  /// A number with a fixed number of digits after the point.
  static func fixed(_ value: Double, _ digits: Int) -> String {
    String(value, format: "%.\(digits)f")
  }

  /// A number with `digits` significant digits.
  static func short(_ value: Double, _ digits: Int = 4) -> String {
    String(value, format: "%.\(digits)g")
  }

  /// A number with all its digits, but without a point where it is whole.
  static func coordinate(_ value: Double) -> String {
    Int(exactly: value).map { "\($0)" } ?? "\(value)"
  }

  /// A size in memory, in decimal units.
  static func bytes(_ value: Int) -> String {
    let amount = Double(value)
    if amount < 1e6 { return fixed(amount / 1e3, 0) + " kB" }
    if amount < 1e9 { return fixed(amount / 1e6, 0) + " MB" }
    return fixed(amount / 1e9, 1) + " GB"
  }

  /// A time in its two largest units.
  static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return "?" }
    if seconds < 10 { return fixed(max(0, seconds), 1) + " s" }
    let whole = Int(seconds.rounded())
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole / 60 % 60) min"
  }

  /// `text` with spaces after it up to `width` characters.
  static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  /// `text` with spaces before it up to `width` characters.
  static func aligned(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}
