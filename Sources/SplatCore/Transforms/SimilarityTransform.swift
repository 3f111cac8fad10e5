/// A rotation and a uniform scaling, followed by a translation.
public struct SimilarityTransform: Sendable, Equatable {
  /// The rotation.
  public var rotation: Matrix3<Double>
  /// The factor of all lengths, greater than zero.
  public var scale: Double
  /// The translation after rotation and scaling, in world units.
  public var translation: SIMD3<Double>

  /// How far the columns of a matrix may deviate from equal lengths and right angles.
  private static let tolerance = 1e-3

  /// Creates a transform from its parts.
  public init(rotation: Matrix3<Double>, scale: Double = 1, translation: SIMD3<Double> = .zero) {
    precondition(scale > 0, "a scale is positive")
    self.rotation = rotation
    self.scale = scale
    self.translation = translation
  }

  /// The identity.
  public static var identity: Self { Self(rotation: RigidTransform.identity.rotation) }

  /// Creates the transform of a matrix; nil if the matrix is not a similarity.
  ///
  /// - Parameters:
  ///   - columns: the three columns of the linear part.
  ///   - translation: the fourth column.
  public init?(columns: [SIMD3<Double>], translation: SIMD3<Double>) {
    precondition(columns.count == 3, "a matrix of three columns")
    let lengths = columns.map(\.length)
    let scale = lengths.reduce(0, +) / 3
    guard scale > 0, scale.isFinite, lengths.allSatisfy({ abs($0 / scale - 1) < Self.tolerance })
    else {
      return nil
    }
    let unit = zip(columns, lengths).map { $0 / $1 }
    let angles = [unit[0].dot(unit[1]), unit[1].dot(unit[2]), unit[2].dot(unit[0])]
    guard angles.allSatisfy({ abs($0) < Self.tolerance }), unit[0].cross(unit[1]).dot(unit[2]) > 0
    else { return nil }
    let rows = Matrix3(Vector3<Double>(unit[0]), Vector3(unit[1]), Vector3(unit[2])).transposed
    // Going through a quaternion makes the matrix an exact rotation.
    self.init(rotation: Quaternion(rows).rotationMatrix, scale: scale, translation: translation)
  }

  /// Whether this is the identity.
  public var isIdentity: Bool { self == .identity }

  /// The point `point` after the transform.
  public func callAsFunction(_ point: SIMD3<Double>) -> SIMD3<Double> {
    let turned = rotation * Vector3(point)
    return SIMD3(turned.x, turned.y, turned.z) * scale + translation
  }

  /// The transform that applies `right` first and `left` after it.
  public static func * (left: Self, right: Self) -> Self {
    Self(
      rotation: left.rotation * right.rotation, scale: left.scale * right.scale,
      translation: left(right.translation))
  }

  /// The camera that sees the transformed model as `camera` sees the model.
  public func moved(_ camera: Camera) -> Camera {
    // A point's coordinates in the camera grow by the scale, which leaves its pixel where it is.
    var camera = camera
    let view = camera.viewMatrix
    let turn = view.rotation * rotation.transposed
    let offset = RigidTransform(rotation: turn, translation: .zero).rotated(translation)
    camera.viewMatrix = RigidTransform(
      rotation: turn, translation: view.translation * scale - offset)
    return camera
  }
}
