/// Why a setting cannot be given a value.
public struct SettingError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The name as it was given.
  public let name: String
  /// What was found and what was expected.
  public let problem: String

  package init(name: String, problem: String) {
    self.name = name
    self.problem = problem
  }

  /// The error that `text` is not an allowed value for the setting of `entry`.
  init(_ entry: SettingEntry, isNot text: String) {
    let found = text.isEmpty ? "empty" : text
    self.init(name: entry.name, problem: "is \(found); \(entry.expectation) was expected")
  }

  /// Name and problem.
  public var description: String { "\(name) \(problem)" }
}
