import ArgumentParser
import SplatFiles

/// Which photos are compared with each other.
enum Matcher: String, ExpressibleByArgument, CaseIterable, Codable {
  /// What suits the photos.
  case auto
  /// All with all.
  case exhaustive
  /// Each with those after it, as in a video.
  case sequential
  /// Each with those that look alike, by a tree of visual words.
  case vocabulary
  /// Each with those nearby, by the places that cameras wrote into the photos.
  case spatial

  /// The most photos that are all compared with each other without being asked: 20,000 pairs.
  private static let mostExhaustive = 200
  /// The share of photos whose number follows that of the one before, from which on their order is
  /// that of taking them.
  private static let orderedShare = 0.8

  /// What `auto` stands for with photos of these names, and why if it is not the usual.
  ///
  /// - Parameter viewsEach: the number of views that each photo is cut into.
  static func suiting(
    _ names: [String], viewsEach: Int = 1, hasTree: Bool
  ) -> (matcher: Matcher, word: String?) {
    let count = names.count * viewsEach
    guard count > mostExhaustive else { return (.exhaustive, nil) }
    guard !hasTree else { return (.vocabulary, nil) }
    let pairs = count * (count - 1) / 2
    guard areInOrder(names) else {
      return (
        .exhaustive,
        """
        all \(Wording.count(count)) photos are compared with each other, \
        \(Wording.count(pairs)) pairs, because their names are in no order; --vocabulary-tree TREE \
        takes less time
        """
      )
    }
    return (
      .sequential,
      """
      each of the \(Wording.count(count)) photos is compared with those after it, by their \
      names; --vocabulary-tree TREE finds all that show the same, and --matcher exhaustive \
      compares all \(Wording.count(pairs)) pairs
      """
    )
  }

  /// Whether the numbers in most names follow each other.
  private static func areInOrder(_ names: [String]) -> Bool {
    let numbers = names.map { name -> Int? in
      let digits = FrameNames.stem(name).reversed().prefix { $0.isNumber }
      return Int(String(digits.reversed()))
    }
    let followers = zip(numbers, numbers.dropFirst()).count { left, right in
      left.flatMap { left in right.map { $0 == left + 1 } } ?? false
    }
    return Double(followers) >= orderedShare * Double(names.count - 1)
  }
}

/// The program that finds the cameras from the photos' matches.
enum Mapper: String, ExpressibleByArgument, CaseIterable, Codable {
  /// COLMAP's own, one photo after another.
  case colmap
  /// GLOMAP, all photos at once, which takes less time.
  case glomap
}
