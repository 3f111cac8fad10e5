/// The description of a training setting, for lists and messages.
public struct SettingEntry: Sendable, Equatable {
  /// The dotted name, such as `rates.means`.
  public let name: String
  /// The value as a text; empty if there is none.
  public let value: String
  /// What the setting does.
  public let meaning: String
  /// The unit in the plural; empty for pure numbers and words.
  public let unit: String
  /// The allowed values, such as `a number in 0...1`.
  public let expected: String
  /// What happens without a value, if the setting is optional.
  public let unset: String

  /// The allowed values, with the unit.
  public var expectation: String { unit.isEmpty ? expected : "\(expected) (\(unit))" }
}
