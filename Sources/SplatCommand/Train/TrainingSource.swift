import SplatFiles

/// A scene that has been opened, and what is to be read from it.
struct TrainingSource {
  /// The scene.
  let scene: Scene
  /// The views whose photos are read.
  let views: [SceneView]
  /// What is done to the photos.
  let photoOptions: PhotoOptions
  /// Whether photos that cannot be read are left out.
  let skipsBadImages: Bool
  /// Why photos were left out when the scene was opened.
  let problems: [FileError]

  /// Opens the scene at `path`.
  init(_ path: String, _ configuration: RunConfiguration) throws {
    var options = configuration.sceneOptions
    options.depths = SceneOptions.Depths(name: configuration.depth)
    if !configuration.evaluates { options.testEvery = 0 }
    skipsBadImages = configuration.skipsBadImages
    var problems: [FileError] = []
    scene = try Scene.open(
      path: path, options: options, onBadImage: skipsBadImages ? { problems.append($0) } : nil)
    for warning in scene.warnings { Console.warn(warning) }
    if configuration.evaluates, scene.testViews.isEmpty {
      Console.warn("\(path): --eval holds no photo out, so that nothing will be measured")
    }
    if !configuration.evaluates, let file = scene.splitFile, !scene.testViews.isEmpty {
      Console.warn(
        """
        \(file): \(Wording.count(scene.testViews.count, "photo")) for testing \
        \(scene.testViews.count == 1 ? "is" : "are") left out; --eval measures the model on them
        """)
    }
    views = scene.views.filter { configuration.evaluates || !$0.isTest }
    photoOptions = configuration.photoOptions
    self.problems = problems
  }
}
