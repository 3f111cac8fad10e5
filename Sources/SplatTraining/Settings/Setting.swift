/// A setting of a training run: its value and its description.
///
/// The one declaration gives the default, the documentation, the entry in `config.json` and the
/// name by which ``SettingsGroup/set(_:to:)`` finds it, which is that of the property:
///
/// ```swift
/// @Setting("The learning rate of means at the start.", unit: "scene extents", range: 0...1)
/// public var means: Float = 1.6e-4
/// ```
///
/// A decoded setting has only a value, and takes its description from its group's defaults.
@propertyWrapper
public struct Setting<Value: SettingValue>: Sendable {
  /// The value.
  public var wrappedValue: Value
  private let meaning: StaticString
  private let unit: StaticString
  private let unset: StaticString
  private let range: ClosedRange<Double>?

  /// Declares a setting.
  ///
  /// - Parameters:
  ///   - wrappedValue: The default.
  ///   - meaning: What it does, in a sentence or two.
  ///   - unit: The unit in the plural; none for pure numbers.
  ///   - range: The allowed numbers.
  ///   - unset: What happens if an optional setting has no value.
  public init(
    wrappedValue: Value, _ meaning: StaticString, unit: StaticString = "",
    range: ClosedRange<Double>? = nil, unset: StaticString = ""
  ) {
    self.wrappedValue = wrappedValue
    self.meaning = meaning
    self.unit = unit
    self.range = range
    self.unset = unset
  }

  /// Declares a setting whose range has no upper end.
  public init(
    wrappedValue: Value, _ meaning: StaticString, unit: StaticString = "",
    range: PartialRangeFrom<Double>, unset: StaticString = ""
  ) {
    self.init(
      wrappedValue: wrappedValue, meaning, unit: unit, range: range.lowerBound...(.infinity),
      unset: unset)
  }
}

extension Setting: Equatable {
  /// Whether the values are equal.
  public static func == (left: Self, right: Self) -> Bool {
    left.wrappedValue == right.wrappedValue
  }
}

extension Setting: Codable {
  /// Decodes the value.
  public init(from decoder: any Decoder) throws {
    self.init(wrappedValue: try decoder.singleValueContainer().decode(Value.self), "")
  }

  /// Encodes the value.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(wrappedValue)
  }
}

/// A setting of any type.
protocol AnySetting {
  /// The setting as an entry of a list.
  func entry(_ name: String) -> SettingEntry
  /// The setting with the value of `text`; nil if it is not allowed.
  func with(_ text: String) -> Self?
}

extension Setting: AnySetting {
  func entry(_ name: String) -> SettingEntry {
    SettingEntry(
      name: name, value: wrappedValue.settingText, meaning: "\(meaning)", unit: "\(unit)",
      expected: Value.expectation(range), unset: "\(unset)")
  }

  func with(_ text: String) -> Self? {
    guard let value = Value(settingText: text) else { return nil }
    if let range, let number = value.settingNumber, !range.contains(number) { return nil }
    var result = self
    result.wrappedValue = value
    return result
  }
}
