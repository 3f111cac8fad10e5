/// Photos that a scene needs and does not have.
enum MissingImages {
  /// The names that a message gives.
  private static let shown = 5

  /// Throws if there are any, naming the first few.
  static func check(_ missing: [String], in folder: String) throws(FileError) {
    guard let first = missing.first else { return }
    guard missing.count > 1 else {
      throw FileError(
        .notFound, path: "\(folder)/\(first)", problem: "does not exist, but the scene names it")
    }
    throw FileError(
      .notFound, path: folder,
      problem: "\(missing.count) images that the scene names do not exist: \(list(missing))")
  }

  /// The first few names, and how many more there are.
  static func list(_ names: [String]) -> String {
    names.prefix(shown).joined(separator: ", ")
      + (names.count > shown ? " and \(names.count - shown) more" : "")
  }
}
