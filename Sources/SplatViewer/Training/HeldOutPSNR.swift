/// The PSNR of held-out photos after some iteration.
public struct HeldOutPSNR: Sendable, Equatable, Encodable {
  /// The number of iterations made.
  public var iteration: Int
  /// The mean over the photos, in decibels.
  public var psnr: Double

  /// Creates a value.
  public init(iteration: Int, psnr: Double) {
    self.iteration = iteration
    self.psnr = psnr
  }
}
