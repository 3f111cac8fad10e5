/// What a scene may hold.
enum SceneLimits {
  /// A scene of more photos is refused: each is looked for on the disk.
  static let mostViews = 50_000
}
