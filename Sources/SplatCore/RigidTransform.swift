/// A rotation followed by a translation, from one frame to another.
public struct RigidTransform: Sendable, Equatable {
  /// The rotation from the source frame to the target frame.
  public var rotation: Matrix3<Double>
  /// The source frame's origin in the target frame.
  public var translation: SIMD3<Double>

  /// Creates a transform from its parts.
  public init(rotation: Matrix3<Double>, translation: SIMD3<Double>) {
    self.rotation = rotation
    self.translation = translation
  }

  /// The identity.
  public static var identity: Self {
    Self(rotation: Quaternion(w: 1, x: 0, y: 0, z: 0).rotationMatrix, translation: .zero)
  }

  /// Takes a point from the source frame to the target frame.
  public func callAsFunction(_ point: SIMD3<Double>) -> SIMD3<Double> {
    rotated(point) + translation
  }

  /// Takes a direction from the source frame to the target frame.
  public func rotated(_ direction: SIMD3<Double>) -> SIMD3<Double> {
    let turned = rotation * Vector3(direction)
    return SIMD3(turned.x, turned.y, turned.z)
  }

  /// The transform from the target frame back to the source frame.
  public var inverse: Self {
    let back = Self(rotation: rotation.transposed, translation: .zero)
    return Self(rotation: back.rotation, translation: -back.rotated(translation))
  }

  /// The transform that applies `right` first and `left` after it.
  public static func * (left: Self, right: Self) -> Self {
    Self(rotation: left.rotation * right.rotation, translation: left(right.translation))
  }
}
