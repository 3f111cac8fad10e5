/// The progress of a training run after a step.
public struct TrainingProgress: Sendable {
  /// The number of iterations made.
  public var iteration: Int
  /// How many of them the step made: the number of photos that it learnt from.
  public var photos: Int
  /// The share of the run that is done, 0...1.
  public var fraction: Double
  /// The seconds spent in training, including earlier parts of a resumed run.
  public var seconds: Double
  /// The mean loss of the photos of the step.
  public var loss: Double
  /// The mean PSNR of the renders against the photos of the step, in decibels.
  public var psnr: Double
  /// The number of Gaussians.
  public var splats: Int
  /// The factor by which the photos were downscaled.
  public var downscale: Int

  /// Whether the step made an iteration whose number is a multiple of `interval`.
  public func passes(multipleOf interval: Int) -> Bool {
    iteration / interval > (iteration - photos) / interval
  }

  /// Whether the step made the iteration with a number.
  public func made(_ number: Int) -> Bool {
    number <= iteration && number > iteration - photos
  }
}
