import ArgumentParser

extension Part: ExpressibleByArgument {
  /// Reads `auto`, or `2/8` for the second of eight parts.
  init?(argument: String) {
    if argument == "auto" {
      self = .automatic
      return
    }
    let words = argument.split(separator: "/", omittingEmptySubsequences: false)
    guard words.count == 2, let number = Int(words[0]), let count = Int(words[1]), count > 0,
      count <= 1_000_000, 1...count ~= number
    else {
      ArgumentProblem.note(
        "auto, or the number of a part and that of all, such as 2/8, was expected")
      return nil
    }
    self.init(number: number, count: count)
  }

  var defaultValueDescription: String { isAutomatic ? "auto" : "\(number)/\(count)" }
}
