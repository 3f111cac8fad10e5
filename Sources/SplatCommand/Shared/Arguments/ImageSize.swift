import ArgumentParser

/// `WIDTHxHEIGHT`.
struct ImageSize: ExpressibleByArgument {
  let width: Int
  let height: Int

  /// Larger images would take gigabytes each.
  static let largestArea = 100_000_000
  private static let largestSide = 30_000

  init?(argument: String) {
    let parts = argument.lowercased().split(separator: "x", omittingEmptySubsequences: false)
    guard parts.count == 2, let width = Int(parts[0]), let height = Int(parts[1]), width > 0,
      height > 0
    else {
      ArgumentProblem.note("WIDTHxHEIGHT in pixels, such as 1280x720, was expected")
      return nil
    }
    let longest = max(width, height)
    guard longest <= Self.largestSide, width * height <= Self.largestArea else {
      let limit =
        longest > Self.largestSide
        ? "\(Wording.count(Self.largestSide)) pixels a side"
        : "\(Wording.count(Self.largestArea)) pixels in all"
      ArgumentProblem.note("it is over the limit of \(limit)")
      return nil
    }
    self.width = width
    self.height = height
  }
}
