/// A type that the value of a ``Setting`` can have.
public protocol SettingValue: Sendable, Codable, Equatable {
  /// Reads a text in the form of ``settingText``; nil if it is invalid.
  init?(settingText: String)
  /// The value as a text that reads back as the same value.
  var settingText: String { get }
  /// The value as a number, if it is one.
  var settingNumber: Double? { get }
  /// The expected text, such as `a number of 0...1`.
  static func expectation(_ range: ClosedRange<Double>?) -> String
}

extension SettingValue {
  /// No number.
  public var settingNumber: Double? { nil }

  fileprivate static func number(_ kind: String, _ range: ClosedRange<Double>?) -> String {
    guard let range else { return kind }
    func text(_ bound: Double) -> String { Int(exactly: bound).map { "\($0)" } ?? "\(bound)" }
    return range.upperBound.isFinite
      ? "\(kind) in \(text(range.lowerBound))...\(text(range.upperBound))"
      : "\(kind) of at least \(text(range.lowerBound))"
  }
}

extension SettingValue where Self: LosslessStringConvertible {
  /// Reads the text.
  public init?(settingText: String) { self.init(settingText) }
  /// The value as a text.
  public var settingText: String { description }
}

extension Int: SettingValue {
  /// Reads a whole number such as `50000`, `50k` or `1.5M`.
  public init?(settingText: String) {
    let factors: [Character: Double] = ["k": 1e3, "m": 1e6]
    guard let last = settingText.lowercased().last, let factor = factors[last] else {
      self.init(settingText)
      return
    }
    guard let number = Double(settingText.dropLast()) else { return nil }
    // 1.1 times 1000 is not exactly 1100 in binary.
    let value = (number * factor).rounded()
    guard abs(value - number * factor) < 1e-6 else { return nil }
    self.init(exactly: value)
  }
  /// The number.
  public var settingNumber: Double? { Double(self) }
  /// A whole number.
  public static func expectation(_ range: ClosedRange<Double>?) -> String {
    number("a whole number", range)
  }
}

extension UInt64: SettingValue {
  /// The number.
  public var settingNumber: Double? { Double(self) }
  /// A whole number that is not negative.
  public static func expectation(_ range: ClosedRange<Double>?) -> String {
    number("a whole number", range ?? 0...(.infinity))
  }
}

extension SettingValue where Self: BinaryFloatingPoint & LosslessStringConvertible {
  /// Reads a finite number.
  public init?(settingText: String) {
    guard let value = Self(settingText), value.isFinite else { return nil }
    self = value
  }
  /// The number.
  public var settingNumber: Double? { Double(self) }
  /// A number.
  public static func expectation(_ range: ClosedRange<Double>?) -> String {
    number("a number", range)
  }
}

extension Float: SettingValue {}
extension Double: SettingValue {}

extension String: SettingValue {
  /// Empty: every text is allowed.
  public static func expectation(_ range: ClosedRange<Double>?) -> String { "" }
}

extension Bool: SettingValue {
  /// A truth value.
  public static func expectation(_ range: ClosedRange<Double>?) -> String { "true or false" }
}

extension Optional: SettingValue where Wrapped: SettingValue {
  /// Reads a value; an empty text stands for none.
  public init?(settingText: String) {
    if settingText.isEmpty {
      self = .none
    } else {
      guard let value = Wrapped(settingText: settingText) else { return nil }
      self = value
    }
  }
  /// The text of the value; empty if there is none.
  public var settingText: String { map(\.settingText) ?? "" }
  /// The number, if there is one.
  public var settingNumber: Double? { flatMap(\.settingNumber) }
  /// The expected text, unless it is empty.
  public static func expectation(_ range: ClosedRange<Double>?) -> String {
    Wrapped.expectation(range)
  }
}

extension SettingValue where Self: RawRepresentable & CaseIterable, RawValue == String {
  /// Reads the name of a case.
  public init?(settingText: String) { self.init(rawValue: settingText) }
  /// The name of the case.
  public var settingText: String { rawValue }
  /// The names of the cases.
  public static func expectation(_ range: ClosedRange<Double>?) -> String {
    allCases.map(\.rawValue).joined(separator: " or ")
  }
}
