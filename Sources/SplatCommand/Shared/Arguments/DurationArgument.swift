import ArgumentParser

/// A time such as `90`, `90s`, `10m` or `1h30m`.
struct DurationArgument: ExpressibleByArgument {
  let seconds: Double

  init?(argument: String) {
    guard let seconds = Self.seconds(argument), seconds > 0, seconds < 1e8 else {
      ArgumentProblem.note("a time above 0 such as 90s, 10m or 1h30m was expected")
      return nil
    }
    self.seconds = seconds
  }

  private static func seconds(_ text: String) -> Double? {
    var total = 0.0
    var digits = ""
    for character in text.lowercased() {
      if character.isNumber || character == "." {
        digits.append(character)
        continue
      }
      guard let value = Double(digits),
        let unit = ["s": 1.0, "m": 60.0, "h": 3600.0][character]
      else { return nil }
      total += value * unit
      digits = ""
    }
    guard !digits.isEmpty else { return total }
    return total == 0 ? Double(digits) : nil
  }
}
