/// A box with sides along the axes, in the model's own frame and units.
public struct CropBox: Sendable, Equatable {
  /// The corner with the least coordinates.
  public var minimum: SIMD3<Float>
  /// The corner with the largest coordinates.
  public var maximum: SIMD3<Float>

  /// Creates a box from two corners.
  public init(minimum: SIMD3<Float>, maximum: SIMD3<Float>) {
    self.minimum = minimum
    self.maximum = maximum
  }
}
