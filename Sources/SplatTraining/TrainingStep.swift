import SplatCore

/// What an iteration is: when in the run it happens, which photo it learns from, and at what rates.
package struct TrainingStep: Sendable {
  /// The iteration, counted from 0.
  package let iteration: Int
  /// The index of the photo.
  package let photo: Int
  /// The share of the run that is done, 0...1.
  package let progress: Double
  /// The learning rates of this step.
  package let rates: LearningRates
  /// The learning rate of the means, in world units.
  package let meansRate: Float
  /// The size of the scene, in world units.
  package let extent: Float
  /// Half the size of the photo: gradients for pixels times it are in normalised device units.
  package let halfSize: SIMD2<Float>
  /// The number of Gaussians.
  package let count: Int
  /// The seed of the run.
  package let seed: UInt64

  package init(
    iteration: Int, photo: Int, progress: Double, extent: Float, size: SIMD2<Float>, count: Int,
    settings: TrainingSettings
  ) {
    self.iteration = iteration
    self.photo = photo
    self.progress = progress
    self.extent = extent
    self.count = count
    halfSize = size / 2
    rates = settings.rates.settled(at: progress).freezing(settings.frozen)
    meansRate = rates.means * extent
    seed = settings.seed
  }
}
