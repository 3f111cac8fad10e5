/// What was written of a model.
public struct WrittenModel: Sendable {
  /// The files, the one that stands for the model first.
  public var paths: [String]
  /// The number of Gaussians: some formats cannot hold those that are not finite.
  public var count: Int
  /// The degree of spherical harmonics that the format kept.
  public var shDegree: Int
}
