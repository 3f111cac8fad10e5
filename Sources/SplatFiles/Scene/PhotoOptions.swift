/// What is done to photos when they are read.
public struct PhotoOptions: Sendable, Equatable {
  /// What a photo's alpha channel means.
  public enum Alpha: String, Sendable, Codable, CaseIterable {
    /// How opaque the scene is: the background shows through.
    case transparent
    /// A mask: pixels less than half opaque do not count.
    case mask
  }

  /// What the black pixels of a mask mean.
  public enum Masks: String, Sendable, Codable, CaseIterable {
    /// Nothing is known there.
    case ignored
    /// Nothing is there: as where an alpha channel is zero, the background shows.
    case transparent
  }

  /// The size that photos are brought to; ``PhotoScale/camera(_:)`` gives the cameras that fit.
  public var scale: PhotoScale
  /// What alpha channels mean.
  public var alpha: Alpha
  /// What masks mean, and alpha channels if they are masks.
  public var masks: Masks
  /// Whether masks are black where pixels count.
  public var invertsMasks: Bool

  /// Creates options.
  public init(
    scale: PhotoScale = .full, alpha: Alpha = .transparent, masks: Masks = .ignored,
    invertsMasks: Bool = false
  ) {
    self.scale = scale
    self.alpha = alpha
    self.masks = masks
    self.invertsMasks = invertsMasks
  }
}
