public import SplatCore

/// What a training needs: photos with cameras, and points to start from.
public struct Scene: Sendable {
  /// How a scene is stored.
  public enum Kind: String, Sendable {
    /// A reconstruction of COLMAP beside a folder of images.
    case colmap = "COLMAP"
    /// `transforms_train.json` and `transforms_test.json`, or a single `transforms.json`.
    case nerf = "NeRF"
    /// `reconstruction.json` of OpenSfM or OpenDroneMap beside a folder of images.
    case openSfM = "OpenSfM"
  }

  /// A scene of more photos is refused: the name of each is looked for on the disk.
  static let mostViews = 50_000

  /// The views: in the order of `transforms_train.json` and then `transforms_test.json`, else sorted by
  /// name.
  public var views: [SceneView]
  /// The points, which may be none.
  public var points: PointCloud
  /// What is odd but does not stand in the way, one message each.
  public var warnings: [String]
  /// How the scene is stored.
  public var kind: Kind
  /// The scene's folder, as it was given.
  public var path: String

  /// Opens the scene in the folder at `path`: reads cameras and points, and the headers of all photos.
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
    try scene.findMasks(options)
    scene.warnOfOrientations()
    return scene
  }

  /// As ``open(path:options:onBadImage:)``, with options for the folder of images and the split alone.
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
        is no scene: a COLMAP model (cameras, images and points3D in sparse/0, sparse or the folder \
        itself), transforms.json, transforms_train.json or reconstruction.json was expected
        """)
  }

  /// Says which photos would have to be turned.
  private mutating func warnOfOrientations() {
    let paths = views.map(\.imagePath)
    let isTurned = Workers().gathering(paths.count) { index in
      ((try? ImageFile.size(path: paths[index]))?.orientation ?? 1) != 1
    }
    let turned = zip(views, isTurned).filter { $1 }.map(\.0)
    guard !turned.isEmpty else { return }
    warnings.append(
      """
      \(path): photos that are stored turned, by their EXIF data, are used as they are stored, as COLMAP does; \
      \(turned.count) of \(views.count): \(MissingImages.list(turned.map(\.name)))
      """)
  }

  /// The views for training.
  public var trainViews: [SceneView] { views.filter { !$0.isTest } }
  /// The views for evaluation.
  public var testViews: [SceneView] { views.filter(\.isTest) }
}

/// Photos that a scene needs and does not have.
enum MissingImages {
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
    names.prefix(5).joined(separator: ", ")
      + (names.count > 5 ? " and \(names.count - 5) more" : "")
  }
}
