/// How close a render is to a photo.
public struct ViewQuality: Sendable {
  /// The view's name.
  public var name: String
  /// The peak signal-to-noise ratio of the render, clamped to 0...1, in decibels.
  public var psnr: Double
  /// The mean structural similarity.
  public var ssim: Double
}
