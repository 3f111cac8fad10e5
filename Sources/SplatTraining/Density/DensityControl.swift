package import SplatCore
package import SplatRendering

/// A strategy for adding and removing Gaussians.
package protocol DensityControl: Sendable {
  /// The number of statistics kept for each Gaussian from one round to the next.
  var statisticPlanes: Int { get }
  /// The terms that the strategy adds to the loss.
  var parameterTerms: [any ParameterTerm] { get }

  /// When the number of Gaussians changes in a run of `length` iterations: from this iteration to
  /// this share of the run.
  func period(length: Int) -> (start: Int, end: Double)
  /// The factor by which that number grows in every iteration until it reaches its limit, if known.
  func growthPerIteration(length: Int) -> Double?

  /// The share of the largest number of Gaussians that a run ends with at most, if that number is
  /// not chosen.
  var keptShare: Double { get }
  /// The largest number of Gaussians in a run of `length` iterations that may have `maximum` at any
  /// time and `kept` in the end.
  func largestSplats(maximum: Int, kept: Int, length: Int) -> Int

  /// Whether sums of the magnitudes of the means' gradients are needed after a share `progress` of
  /// the run.
  func wantsAbsoluteGradients(at progress: Double) -> Bool
  /// Updates the statistics of a visible block from its gradient.
  func note(_ gradient: BlockGradient, step: TrainingStep, in statistics: LaneBlock)
  /// Changes a block of Gaussians, the one at `index` of the scene, after Adam's step.
  func afterStep(_ step: TrainingStep, block: ParameterBlock, index: Int)
  /// Whether ``afterStep(_:block:index:)`` changes Gaussians that no photo of the step shows.
  var movesUnseen: Bool { get }
  /// Whether Gaussians are added, removed or reset at a position of the run.
  func hasRound(at position: RunPosition) -> Bool
  /// The values of the strategy's own schedules in a round after a share `progress` of the run.
  func schedule(at progress: Double) -> [Float]
  /// Whether ``apply(to:round:)`` may change anything at a position of the run.
  func isDue(at position: RunPosition) -> Bool
  /// Adds and removes Gaussians, if that is due.
  func apply(to state: inout ModelState, round: DensityRound)
}

extension DensityControl {
  package var statisticPlanes: Int { 0 }
  package var keptShare: Double { 1 }
  package func largestSplats(maximum: Int, kept: Int, length: Int) -> Int { maximum }
  package var parameterTerms: [any ParameterTerm] { [] }
  package var movesUnseen: Bool { false }
  package func isDue(at position: RunPosition) -> Bool { hasRound(at: position) }
  package func growthPerIteration(length: Int) -> Double? { nil }
  package func wantsAbsoluteGradients(at progress: Double) -> Bool { false }
  package func schedule(at progress: Double) -> [Float] { [] }
  package func note(_ gradient: BlockGradient, step: TrainingStep, in statistics: LaneBlock) {}
  package func afterStep(_ step: TrainingStep, block: ParameterBlock, index: Int) {}
}

/// What a strategy knows when it changes the model after an iteration.
package struct DensityRound {
  /// Where the run is.
  package let position: RunPosition
  /// The largest number of Gaussians allowed at this time.
  package let maximumSplats: Int
  /// The number of Gaussians at the start of the run, and the largest one allowed in it.
  package let firstSplats: Int, lastSplats: Int
  /// The largest number at the end of the run.
  package let keptSplats: Int
  /// The size of the scene, in world units.
  package let extent: Float
  /// The space in which no Gaussian is kept.
  package let freeSpace: FreeSpace
  /// The limit of scales, in proportion to distances.
  let scaleLimit: ScaleLimit
  /// The seed of the run.
  package let seed: UInt64
  /// The processes that train the model together; nil if this is the only one.
  let ranks: (any Ranks)?
  /// Scores the Gaussians of a model by how they contribute to wrong pixels of some views.
  package let score: (inout ModelState, WrongPixelScore.Options) -> [Float]

  /// How much each Gaussian contributes to wrong pixels of some views; nil if there are none.
  ///
  /// - Parameters:
  ///   - views: The number of views for a round each `interval` iterations. There are more where
  ///     rounds are rarer.
  ///   - level: See ``WrongPixelScore/Options/level``.
  func scores(
    _ state: inout ModelState, views: Int, interval: Int, level: Float
  ) -> [Float]? {
    guard views > 0 else { return nil }
    let more = max(1, position.interval(interval) / interval)
    return score(&state, WrongPixelScore.Options(views: views * more, level: level))
  }

  /// What is known about each Gaussian of the model, from what is known about those of `state`.
  func whole<Value: BitwiseCopyable & Sendable>(_ values: [Value], of state: ModelState)
    -> [Value]
  {
    ranks?.gathered(values, counts: state.shard.counts) ?? values
  }

  /// The number of iterations made.
  package var iteration: Int { position.iteration }
  /// The share of the run that is done, 0...1.
  package var progress: Double { position.progress }
}

/// The settings of a strategy. They are a property of ``TrainingSettings``, whose name is the name
/// of the strategy.
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
