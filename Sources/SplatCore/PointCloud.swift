/// Points with colours, as structure from motion finds them.
public struct PointCloud: Sendable, Equatable {
  /// The points, in world units.
  public var positions: [SIMD3<Float>]
  /// The points' colours as display values (sRGB), in the order of ``positions``.
  public var colors: [SIMD3<UInt8>]

  /// Creates a cloud; there are as many colours as positions.
  public init(positions: [SIMD3<Float>] = [], colors: [SIMD3<UInt8>] = []) {
    precondition(positions.count == colors.count, "every point has a colour")
    self.positions = positions
    self.colors = colors
  }

  /// The number of points.
  public var count: Int { positions.count }
}
