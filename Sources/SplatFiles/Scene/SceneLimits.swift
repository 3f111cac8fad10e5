/// What a scene may hold.
enum SceneLimits {
  /// A scene of more photos is refused: each is looked for on the disk.
  static let mostViews = 50_000
  /// So many files are looked for below a folder.
  static let mostFiles = 1_000_000
}
