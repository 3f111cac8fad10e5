/// A ball, in the model's own frame and units.
public struct CropSphere: Sendable, Equatable {
  /// The centre.
  public var center: SIMD3<Float>
  /// The radius.
  public var radius: Float

  /// Creates a ball.
  public init(center: SIMD3<Float>, radius: Float) {
    self.center = center
    self.radius = radius
  }
}
