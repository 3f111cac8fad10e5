import ArgumentParser

/// A setting's name and value, `NAME=VALUE`.
struct SettingAssignment: ExpressibleByArgument {
  let name: String
  let value: String

  init?(argument: String) {
    guard let sign = argument.firstIndex(of: "="), sign > argument.startIndex else {
      ArgumentProblem.note(
        "NAME=VALUE, such as rates.means=2e-4, was expected; --list-settings lists the names")
      return nil
    }
    name = String(argument[..<sign])
    value = String(argument[argument.index(after: sign)...])
  }
}
