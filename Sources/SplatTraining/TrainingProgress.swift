/// The progress of a training run after an iteration.
public struct TrainingProgress: Sendable {
  /// The number of iterations made.
  public var iteration: Int
  /// The share of the run that is done, 0...1.
  public var fraction: Double
  /// The seconds spent in training, including earlier parts of a resumed run.
  public var seconds: Double
  /// The loss of the photo of this iteration.
  public var loss: Double
  /// The PSNR of the render against the photo of this iteration, in decibels.
  public var psnr: Double
  /// The number of Gaussians.
  public var splats: Int
  /// The factor by which the photo was downscaled.
  public var downscale: Int
}
