public import SplatCore

/// A reconstruction as COLMAP stores it.
public struct COLMAPModel: Sendable, Equatable {
  /// A camera: the lens and the size of its images.
  public struct CameraEntry: Sendable, Equatable {
    /// The number that images refer to it by.
    public var id: UInt32
    /// The lens model.
    public var lens: COLMAPLens
    /// The number of pixels in a row.
    public var width: Int
    /// The number of rows.
    public var height: Int
    /// The lens's parameters in COLMAP's order, focal lengths first, in pixels.
    public var parameters: [Double]

    /// Creates an entry from its parts.
    public init(id: UInt32, lens: COLMAPLens, width: Int, height: Int, parameters: [Double]) {
      self.id = id
      self.lens = lens
      self.width = width
      self.height = height
      self.parameters = parameters
    }
  }

  /// An image: a name, a pose and the camera that took it.
  public struct ImageEntry: Sendable, Equatable {
    /// The number that points refer to it by.
    public var id: UInt32
    /// The rotation from the world to the camera, of any length but zero.
    public var rotation: Quaternion<Double>
    /// The world's origin in the camera's frame, in world units.
    public var translation: SIMD3<Double>
    /// The ``CameraEntry/id`` of the camera.
    public var cameraID: UInt32
    /// The path below the folder of images.
    public var name: String

    /// Creates an entry from its parts.
    public init(
      id: UInt32, rotation: Quaternion<Double>, translation: SIMD3<Double>, cameraID: UInt32,
      name: String
    ) {
      self.id = id
      self.rotation = rotation
      self.translation = translation
      self.cameraID = cameraID
      self.name = name
    }

    /// The transform from the world to the camera.
    public var viewMatrix: RigidTransform {
      let unit = rotation * (1 / rotation.squaredNorm.squareRoot())
      return RigidTransform(rotation: unit.rotationMatrix, translation: translation)
    }

    /// Whether two images have equal parts.
    public static func == (left: Self, right: Self) -> Bool {
      left.id == right.id && left.cameraID == right.cameraID && left.name == right.name
        && left.translation == right.translation && left.rotation.w == right.rotation.w
        && left.rotation.x == right.rotation.x && left.rotation.y == right.rotation.y
        && left.rotation.z == right.rotation.z
    }
  }

  /// A reconstructed point.
  public struct Point: Sendable, Equatable {
    /// The number of the point.
    public var id: UInt64
    /// The position in world units.
    public var position: SIMD3<Double>
    /// The colour, sRGB.
    public var color: SIMD3<UInt8>
    /// The mean reprojection error in pixels.
    public var error: Double

    /// Creates a point from its parts.
    public init(id: UInt64, position: SIMD3<Double>, color: SIMD3<UInt8>, error: Double = 0) {
      self.id = id
      self.position = position
      self.color = color
      self.error = error
    }
  }

  /// The cameras, in the order of the file.
  public var cameras: [CameraEntry] = []
  /// The images, in the order of the file.
  public var images: [ImageEntry] = []
  /// The points, in the order of the file.
  public var points: [Point] = []
  /// The number of points left out because their position was not finite.
  public var droppedPoints = 0
  /// The number of images left out because their pose or camera was not a number.
  public var droppedImages = 0
  /// The file that the points were read from, if it is of another kind than that of the images.
  public var pointsPath: String?

  /// Creates a model without content.
  public init() {}

  /// The points as a cloud.
  public var pointCloud: PointCloud { pointCloud(origin: .zero) }

  /// The points as a cloud, relative to `origin`.
  func pointCloud(origin: SIMD3<Double>) -> PointCloud {
    PointCloud(
      positions: points.map { SIMD3<Float>($0.position - origin) }, colors: points.map(\.color))
  }
}
