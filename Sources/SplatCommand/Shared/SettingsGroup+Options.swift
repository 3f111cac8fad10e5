import ArgumentParser
import SplatTraining

extension SettingsGroup {
  /// What there is to know about the setting called `name`.
  private static func declaration(_ name: String) -> SettingEntry {
    guard let entry = Self().entry(name) else {
      preconditionFailure("\(name) is not the name of a setting")
    }
    return entry
  }

  /// The help of an option that gives a value to the setting called `name`.
  static func help(_ name: String, _ valueName: String? = nil) -> ArgumentHelp {
    let entry = declaration(name)
    let expected = entry.expected.isEmpty ? "" : "\(entry.expected); "
    let value = entry.value.isEmpty ? entry.unset : entry.value
    return ArgumentHelp(
      "\(entry.meaning) (\(expected)default: \(value))", valueName: valueName)
  }

  /// The help of a flag for the setting called `name`, which is true or false.
  static func flagHelp(_ name: String) -> ArgumentHelp {
    ArgumentHelp("\(declaration(name).meaning)")
  }

  /// Gives a setting the value of an option, if that was given.
  ///
  /// - Throws: `ValidationError` if the setting cannot have the value.
  mutating func set(_ name: String, to text: String?, option: String) throws {
    guard let text else { return }
    do { try set(name, to: text) } catch {
      throw ValidationError("\(option) \(error.problem).")
    }
  }

  /// Throws what is wrong with the value of an option, if it was given.
  static func check(_ name: String, _ text: String?, option: String) throws {
    var group = Self()
    try group.set(name, to: text, option: option)
  }
}
