/// What is done to photos when they are read.
public struct PhotoOptions: Sendable, Equatable {
  /// What a photo's alpha channel means.
  public enum Alpha: String, Sendable, Codable, CaseIterable {
    /// How opaque the scene is: the background shows through.
    case transparent
    /// A mask: pixels less than half opaque do not count.
    case mask
  }

  /// The size that photos are brought to; ``PhotoScale/camera(_:)`` gives the cameras that fit.
  public var scale: PhotoScale
  /// What alpha channels mean.
  public var alpha: Alpha
  /// Whether masks are black where pixels count.
  public var invertsMasks: Bool

  /// Creates options.
  public init(
    scale: PhotoScale = .full, alpha: Alpha = .transparent, invertsMasks: Bool = false
  ) {
    self.scale = scale
    self.alpha = alpha
    self.invertsMasks = invertsMasks
  }
}
