public import SplatCore

/// A photo with the camera that took it.
public struct SceneView: Sendable, Equatable {
  /// The name in the scene, folders included; unique within it.
  public var name: String
  /// The pinhole camera: for the photo at the size of its file, or for the straightened photo if
  /// there is a ``lens``.
  public var camera: Camera
  /// The photo's file.
  public var imagePath: String
  /// Whether the photo is for evaluation and not for training.
  public var isTest: Bool
  /// The lens that took the photo, if it bends straight lines: the photo is straightened when it is
  /// read.
  public var lens: PhotoLens?
  /// The file of the photo's mask, if it has one.
  public var maskPath: String?
  /// Whether the mask is white where pixels do not count, by its name.
  public var hasInvertedMask = false

  /// Where the photo's depth map is, if it has one.
  public var depth: DepthSource?

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
    try ImageLimits.check(width: camera.width, height: camera.height, path: imagePath)
    self.init(
      name: name, camera: camera, imagePath: imagePath, isTest: false,
      lens: lens.distortion.isNone ? nil : lens, maskPath: maskPath)
  }
}
