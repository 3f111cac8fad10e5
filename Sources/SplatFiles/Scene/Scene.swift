public import SplatCore

/// A photo with the camera that took it.
public struct SceneView: Sendable, Equatable {
  /// The name in the scene, folders included; unique within it.
  public var name: String
  /// The camera, for the photo at the size of its file.
  public var camera: Camera
  /// The photo's file.
  public var imagePath: String
  /// Whether the photo is for evaluation and not for training.
  public var isTest: Bool

  /// Creates a view from its parts.
  public init(name: String, camera: Camera, imagePath: String, isTest: Bool) {
    self.name = name
    self.camera = camera
    self.imagePath = imagePath
    self.isTest = isTest
  }
}

/// What a training needs: photos with cameras, and points to start from.
public struct Scene: Sendable {
  /// How a scene is stored.
  public enum Kind: String, Sendable {
    /// A reconstruction of COLMAP beside a folder of images.
    case colmap = "COLMAP"
    /// `transforms_train.json` and `transforms_test.json`, or a single `transforms.json`.
    case nerf = "NeRF"
  }

  /// The views: sorted by name if the scene is COLMAP's, else in the order of the files.
  public var views: [SceneView]
  /// The points, none in a NeRF scene.
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
  ///   - path: the folder.
  ///   - imagesFolder: the folder of images in a COLMAP scene. In any but `images` the photos may be
  ///     smaller or larger than the reconstruction's; the cameras are resized to them.
  ///   - testEvery: every how many views, from the first on, one is for evaluation, where the scene
  ///     does not say it; 0 for none.
  ///   - onBadImage: if given, views whose photo is missing or has a bad header are left out of the
  ///     scene, perhaps all, and are reported here instead of thrown.
  /// - Returns: the scene, with at least one view.
  public static func open(
    path: String, imagesFolder: String = "images", testEvery: Int = 8,
    onBadImage: ((FileError) -> Void)? = nil
  ) throws(FileError) -> Scene {
    guard FilePaths.exists(path) else {
      throw FileError(.notFound, path: path, problem: "does not exist")
    }
    var folder = path
    while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
    if COLMAPModel.folder(of: folder) != nil {
      return try COLMAPScene(path: folder, imagesFolder: imagesFolder, onBadImage: onBadImage)
        .scene(testEvery: testEvery)
    }
    for name in ["transforms_train.json", "transforms.json"]
    where FilePaths.exists("\(folder)/\(name)") {
      return try NeRFScene.open(
        path: folder, file: name, testEvery: testEvery, onBadImage: onBadImage)
    }
    throw FileError(
      .notFound, path: path,
      problem: """
        is no scene: a COLMAP model (cameras, images and points3D in sparse/0, sparse or the folder \
        itself) or transforms_train.json was expected
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
    let names = missing.prefix(5).joined(separator: ", ")
    throw FileError(
      .notFound, path: folder,
      problem: """
        \(missing.count) images that the scene names do not exist: \
        \(names)\(missing.count > 5 ? " and \(missing.count - 5) more" : "")
        """)
  }
}
