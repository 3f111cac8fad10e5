import SplatCore

/// An iteration: its time in the run, its photo and the learning rates of the step that it is part
/// of.
package struct TrainingStep: BitwiseCopyable, Sendable {
  /// The iteration, counted from 0.
  package let iteration: Int
  /// The index of the photo.
  package let photo: Int
  /// The number of photos that the step learns from.
  package let batch: Int
  /// The share of the run that is done, 0...1.
  package let progress: Double
  /// The learning rates of this step.
  package let rates: Rates
  /// The size of the scene, in world units.
  package let extent: Float
  /// Half the size of the photo: multiplied by it, gradients with respect to pixels become
  /// gradients with respect to normalised device units.
  package let halfSize: SIMD2<Float>
  /// The number of Gaussians of the model.
  package let count: Int
  /// The index in the scene of the first Gaussian that this process holds: 0 unless several
  /// processes train the model.
  package let firstIndex: Int
  /// The seed of the run.
  package let seed: UInt64

  package init(
    iteration: Int, photo: Int, batch: Int = 1, progress: Double, extent: Float,
    size: SIMD2<Float>, count: Int, firstIndex: Int = 0, settings: TrainingSettings
  ) {
    self.iteration = iteration
    self.photo = photo
    self.batch = batch
    self.progress = progress
    self.extent = extent
    self.count = count
    self.firstIndex = firstIndex
    halfSize = size / 2
    rates = Rates(
      settings.rates.settled(at: progress).freezing(settings.frozen), extent: extent,
      factor: Float(batch).squareRoot())
    seed = settings.seed
  }

  /// The learning rates as plain numbers, passed to every block of Gaussians.
  package struct Rates: BitwiseCopyable, Sendable {
    /// In world units.
    package let means: Float
    package let logScales: Float, rotations: Float, opacityLogits: Float
    package let shConstant: Float, shRest: Float

    init(_ rates: LearningRates, extent: Float, factor: Float = 1) {
      means = rates.means * extent * factor
      logScales = rates.logScales * factor
      rotations = rates.rotations * factor
      opacityLogits = rates.opacityLogits * factor
      shConstant = rates.shConstant * factor
      shRest = rates.shRest * factor
    }

    /// The rate of the parameters in a plane.
    @inline(__always)
    package subscript(plane: Int) -> Float {
      switch plane {
      case ..<Plane.logScales: means
      case ..<Plane.rotations: logScales
      case ..<Plane.opacityLogit: rotations
      case ..<Plane.sh: opacityLogits
      case ..<(Plane.sh + 3): shConstant
      default: shRest
      }
    }
  }
}
