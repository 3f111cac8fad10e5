import ArgumentParser

/// An amount of memory such as `512M`, `8G` or `1.5GB`.
struct ByteCountArgument: ExpressibleByArgument {
  let bytes: Int

  init?(argument: String) {
    var text = argument.lowercased()
    if text.hasSuffix("b") { text.removeLast() }
    if text.hasSuffix("i") { text.removeLast() }
    let units: [Character: Double] = ["k": 1e3, "m": 1e6, "g": 1e9, "t": 1e12]
    var unit = 1.0
    if let last = text.last, let factor = units[last] {
      unit = factor
      text.removeLast()
    }
    guard let value = Double(text), value * unit >= 1e6, value * unit < 1e18 else {
      ArgumentProblem.note("an amount of memory such as 512M, 8G or 1.5GB was expected")
      return nil
    }
    bytes = Int(value * unit)
  }
}
