/// How close a render is to a photo.
public struct ViewQuality: Sendable {
  /// The view's name.
  public var name: String
  /// The peak signal-to-noise ratio of the render, clamped to 0...1, in decibels.
  public var psnr: Double
  /// The same after a correction of the render's colours: the affine map of red, green and blue
  /// that fits the photo best.
  public var correctedPSNR: Double
  /// The mean structural similarity.
  public var ssim: Double

  /// Creates a result from its parts.
  public init(name: String, psnr: Double, correctedPSNR: Double, ssim: Double) {
    self.name = name
    self.psnr = psnr
    self.correctedPSNR = correctedPSNR
    self.ssim = ssim
  }
}
