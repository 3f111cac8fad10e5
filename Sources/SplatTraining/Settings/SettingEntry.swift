/// What there is to know about a setting of a training, for lists and messages.
public struct SettingEntry: Sendable, Equatable {
  /// The name, with dots between those of groups and setting, such as `rates.means`.
  public let name: String
  /// The value as a text; empty if there is none.
  public let value: String
  /// What the setting does.
  public let meaning: String
  /// The unit in the plural; empty for pure numbers and words.
  public let unit: String
  /// What values there are, such as `a number in 0...1`.
  public let expected: String
  /// What happens without a value, if there may be none.
  public let unset: String

  /// What values there are, with the unit.
  public var expectation: String { unit.isEmpty ? expected : "\(expected) (\(unit))" }
}
