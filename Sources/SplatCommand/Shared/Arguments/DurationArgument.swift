import ArgumentParser

/// A time such as `90`, `90s`, `10m` or `1h30m`.
struct DurationArgument: ExpressibleByArgument {
  let seconds: Double

  init?(argument: String) {
    var total = 0.0
    var digits = ""
    for character in argument.lowercased() {
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
    if !digits.isEmpty {
      guard let value = Double(digits), total == 0 else { return nil }
      total = value
    }
    guard total > 0, total < 1e8 else { return nil }
    seconds = total
  }
}
