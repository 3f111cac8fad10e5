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

  /// The views: in the order of `transforms_train.json` and then `transforms_test.json`, else
  /// sorted by name.
  public var views: [SceneView]
  /// The points, which may be none.
  public var points: PointCloud
  /// What is odd but no error, one message each.
  public var warnings: [String]
  /// How the scene is stored.
  public var kind: Kind
  /// The scene's folder, as it was given.
  public var path: String
  /// The file that lists which photos are for testing, if one does.
  public var splitFile: String?
  /// Where the origin of ``views`` and ``points`` lies in the frame of the scene's files, in world
  /// units; zero unless they hold coordinates of a map.
  public var origin = SIMD3<Double>.zero

  /// The views for training.
  public var trainViews: [SceneView] { views.filter { !$0.isTest } }
  /// The views for evaluation.
  public var testViews: [SceneView] { views.filter(\.isTest) }
}
