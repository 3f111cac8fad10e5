package import SplatCore
package import SplatRendering

/// A strategy of adding Gaussians and taking them away.
package protocol DensityControl: Sendable {
  /// How many numbers are kept of each Gaussian from one round to the next.
  var statisticPlanes: Int { get }
  /// The terms of the loss that the strategy brings along.
  var parameterTerms: [any ParameterTerm] { get }

  /// The iteration from which the number of Gaussians changes, and the share of the run up to
  /// which.
  var period: (start: Int, end: Double) { get }
  /// The factor by which that number grows with every iteration until it reaches its limit, if it
  /// is known.
  var growthPerIteration: Double? { get }

  /// Whether the magnitudes of the means' gradients are wanted after a share `progress` of the run.
  func wantsAbsoluteGradients(at progress: Double) -> Bool
  /// Notes what matters of a visible block's gradient in its statistics.
  func note(_ gradient: BlockGradient, step: TrainingStep, in statistics: LaneBlock)
  /// Changes a block of Gaussians after Adam's step.
  func afterStep(_ step: TrainingStep, block: ParameterBlock, index: Int)
  /// Whether Gaussians are added, taken away or reset after an iteration, at a share `progress` of
  /// the run.
  func hasRound(after iteration: Int, progress: Double) -> Bool
  /// Adds Gaussians and takes them away, if that is due.
  func apply(to state: inout ModelState, round: DensityRound)
}

extension DensityControl {
  package var statisticPlanes: Int { 0 }
  package var parameterTerms: [any ParameterTerm] { [] }
  package var growthPerIteration: Double? { nil }
  package func wantsAbsoluteGradients(at progress: Double) -> Bool { false }
  package func note(_ gradient: BlockGradient, step: TrainingStep, in statistics: LaneBlock) {}
  package func afterStep(_ step: TrainingStep, block: ParameterBlock, index: Int) {}
}

/// What a strategy may go by when it changes the model after an iteration.
package struct DensityRound {
  /// The number of iterations made.
  package let iteration: Int
  /// The share of the run that is done, 0...1.
  package let progress: Double
  /// The largest number of Gaussians at this time.
  package let maximumSplats: Int
  /// The size of the scene, in world units.
  package let extent: Float
  /// Where nothing is kept.
  package let freeSpace: FreeSpace
  /// The seed of the run.
  package let seed: UInt64
  /// Scores the Gaussians of a model by what some views show of them.
  package let score: (inout ModelState, WrongPixelScore.Options) -> [Float]
}

/// The settings of a strategy, which are a property of ``TrainingSettings``: with it, the strategy
/// is known by the name of the property.
package protocol DensitySettings: SettingsGroup {
  /// The strategy with these settings.
  var control: any DensityControl { get }
}

extension TrainingSettings {
  /// The strategy of the run.
  package var densityControl: any DensityControl {
    let settings = SettingsParts(of: self)[strategy.rawValue] as? any DensitySettings
    guard let settings else { preconditionFailure("every strategy has settings") }
    return settings.control
  }
}
