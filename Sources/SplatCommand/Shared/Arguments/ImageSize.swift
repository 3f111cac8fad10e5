import ArgumentParser

/// `WIDTHxHEIGHT`.
struct ImageSize: ExpressibleByArgument {
  let width: Int
  let height: Int

  /// Larger images would take gigabytes each.
  static let largestArea = 100_000_000

  init?(argument: String) {
    let parts = argument.lowercased().split(separator: "x", omittingEmptySubsequences: false)
    guard parts.count == 2, let width = Int(parts[0]), let height = Int(parts[1]),
      (1...30_000).contains(width), (1...30_000).contains(height),
      width * height <= Self.largestArea
    else { return nil }
    self.width = width
    self.height = height
  }
}
