public import SplatCore

/// A photo with the camera that took it.
public struct SceneView: Sendable, Equatable {
  /// The name in the scene, folders included; unique within it.
  public var name: String
  /// The pinhole camera: for the photo at the size of its file, or for the straightened photo if there is
  /// a ``lens``.
  public var camera: Camera
  /// The photo's file.
  public var imagePath: String
  /// Whether the photo is for evaluation and not for training.
  public var isTest: Bool
  /// The lens that took the photo, if it bends straight lines: the photo is straightened when it is read.
  public var lens: PhotoLens?
  /// The file of the photo's mask, if it has one.
  public var maskPath: String?

  /// Creates a view from its parts.
  public init(
    name: String, camera: Camera, imagePath: String, isTest: Bool, lens: PhotoLens? = nil,
    maskPath: String? = nil
  ) {
    self.name = name
    self.camera = camera
    self.imagePath = imagePath
    self.isTest = isTest
    self.lens = lens
    self.maskPath = maskPath
  }

  /// Creates a view whose photo `lens` took at `viewMatrix`.
  init(
    name: String, lens: PhotoLens, viewMatrix: RigidTransform, area: UndistortedArea,
    imagePath: String, maskPath: String? = nil
  ) throws(FileError) {
    let camera = lens.pinhole(area: area, viewMatrix: viewMatrix)
    try ImageFile.check(width: camera.width, height: camera.height, path: imagePath)
    self.init(
      name: name, camera: camera, imagePath: imagePath, isTest: false,
      lens: lens.distortion.isNone ? nil : lens, maskPath: maskPath)
  }
}

/// What to take from a scene's folder.
public struct SceneOptions: Sendable, Equatable {
  /// Where the masks of photos are.
  public enum Masks: Sendable, Equatable {
    /// In the scene's folder `masks` or where the scene says, if there are any.
    case automatic
    /// There are none, whatever the scene says.
    case none
    /// In this folder of the scene, or at this absolute path.
    case folder(String)
  }

  /// The folder of images. In any but `images` the photos may be smaller or larger than the
  /// reconstruction's; the cameras are resized to them.
  public var imagesFolder: String
  /// Every how many views, from the first on, one is for evaluation, where the scene does not say it; 0
  /// for none.
  public var testEvery: Int
  /// Where masks are looked for.
  public var masks: Masks
  /// How much straightened photos show.
  public var area: UndistortedArea

  /// Creates options.
  public init(
    imagesFolder: String = "images", testEvery: Int = 8, masks: Masks = .automatic,
    area: UndistortedArea = .crop
  ) {
    self.imagesFolder = imagesFolder
    self.testEvery = testEvery
    self.masks = masks
    self.area = area
  }
}
