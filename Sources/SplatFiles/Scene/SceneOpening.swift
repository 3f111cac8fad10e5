import SplatCore

extension Scene {
  /// Opens the scene in the folder at `path`: reads cameras and points, and the headers of all
  /// photos.
  ///
  /// - Parameters:
  ///   - path: the folder, or a zip archive of one.
  ///   - options: what to take from it.
  ///   - onBadImage: if given, views whose photo is missing or has a bad header are left out of the
  ///     scene, perhaps all, and are reported here instead of thrown.
  /// - Returns: the scene, with at least one view.
  public static func open(
    path: String, options: SceneOptions, onBadImage: ((FileError) -> Void)? = nil
  ) throws(FileError) -> Scene {
    guard FilePaths.exists(path) else {
      throw FileError(.notFound, path: path, problem: "does not exist")
    }
    var folder = path
    while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
    if FilePaths.isFile(folder) { folder = try SceneArchive.folder(in: folder) }
    var scene = try withoutMasks(path: folder, options: options, onBadImage: onBadImage)
    // What other files of the scene say of its photos.
    if scene.kind == .colmap { try scene.annotate(options) }
    let model = COLMAPModel.folder(of: folder)
    if let split = try SceneSplit(listsOf: folder, model: model) { scene.apply(split) }
    try scene.findMasks(options)
    try scene.findDepths(options)
    // What is odd about it.
    if options.needsPhotos { scene.warnOfOrientations() }
    scene.warnOfFarCameras()
    try scene.cutPanoramas()
    scene.warnOfUnseenPoints()
    return scene
  }

  /// As ``open(path:options:onBadImage:)``, with options for the folder of images and the split
  /// alone.
  public static func open(
    path: String, imagesFolder: String = "images", testEvery: Int = 8,
    onBadImage: ((FileError) -> Void)? = nil
  ) throws(FileError) -> Scene {
    try open(
      path: path, options: SceneOptions(imagesFolder: imagesFolder, testEvery: testEvery),
      onBadImage: onBadImage)
  }

  private static func withoutMasks(
    path: String, options: SceneOptions, onBadImage: ((FileError) -> Void)?
  ) throws(FileError) -> Scene {
    if COLMAPModel.folder(of: path) != nil {
      return try COLMAPScene(path: path, options: options, onBadImage: onBadImage).scene()
    }
    for name in ["transforms_train.json", "transforms.json"]
    where FilePaths.exists("\(path)/\(name)") {
      return try NeRFScene(path: path, file: name, options: options, onBadImage: onBadImage)
        .scene()
    }
    if let file = OpenSfMScene.file(in: path) {
      return try OpenSfMScene(path: path, file: file, options: options, onBadImage: onBadImage)
        .scene()
    }
    throw FileError(
      .notFound, path: path,
      problem: """
        is no scene: a COLMAP model (cameras, images and points3D in sparse/0, sparse or the \
        folder itself), transforms.json, transforms_train.json or reconstruction.json was expected
        """)
  }

  /// Warns of photos that would have to be turned.
  private mutating func warnOfOrientations() {
    let paths = views.map(\.imagePath)
    let isTurned = Workers().gathering(paths.count) { index in
      ((try? ImageFile.size(path: paths[index]))?.orientation ?? 1) != 1
    }
    let turned = zip(views, isTurned).filter { $1 }.map(\.0)
    guard !turned.isEmpty else { return }
    warnings.append(
      """
      \(path): photos that are stored turned, by their EXIF data, are used as they are stored, as \
      COLMAP does; \(turned.count) of \(views.count): \(MissingImages.list(turned.map(\.name)))
      """)
  }
}
