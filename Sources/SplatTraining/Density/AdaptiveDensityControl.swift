// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation
// Each setting's declaration says what it means.

package import SplatCore
package import SplatRendering

extension DensificationStrategy {
  /// Clone, split and prune by gradients and opacities (Kerbl et al. 2023), splitting by absolute
  /// gradients (Ye et al., "AbsGS", 2024).
  public static let adc = DensificationStrategy(name: "adc")
}

/// The settings of ``DensificationStrategy/adc``.
public struct AdaptiveDensitySettings: DensitySettings {
  @Setting(
    "Small Gaussians with at least this mean gradient of the projected mean are cloned.",
    unit: "loss per normalised device unit", range: 0...)
  public var cloneGradient: Float = 2e-4
  @Setting(
    "Large Gaussians with at least this mean absolute gradient of the projected mean are split.",
    unit: "loss per normalised device unit", range: 0...)
  public var splitGradient: Float = 8e-4
  @Setting(
    "The largest scale of Gaussians that are cloned; larger ones are split.",
    unit: "scene extents", range: 0...)
  public var cloneScale: Float = 0.01
  @Setting("A split divides scales by this.", range: 1...100)
  public var splitFactor: Float = 1.6
  @Setting(
    """
    Gaussians are cloned or split only if they show more than this of wrong pixels, on average \
    over the scored views that show them, or if none does.
    """, unit: "pixels of the photos", range: 0...)
  public var wrongPixels: Float = 0.5
  @Setting(
    """
    The number of views scored in each round, and more where rounds are rarer than `interval`; \
    with 0 the gradients alone decide.
    """, unit: "views", range: 0...1000)
  public var scoredViews = 5
  @Setting(
    "A pixel is wrong from this error on.", unit: "mean errors of its view", range: 0...)
  public var wrongLevel: Float = 1
  @Setting("Gaussians of lower opacity are pruned.", range: 0...1)
  public var pruneOpacity: Float = 0.005
  @Setting(
    "Gaussians of larger scale are pruned after the first opacity reset.",
    unit: "scene extents", range: 0...)
  public var pruneScale: Float = 0.1
  @Setting("Opacities are reset to at most this.", range: 0.0001...0.9999)
  public var resetOpacity: Float = 0.01
  @Setting("Opacities are reset every this many iterations.", unit: "iterations", range: 1...1e9)
  public var resetInterval = 3000
  @Setting(
    """
    Gaussians are added and pruned every this many iterations; more often in short runs, and more \
    rarely in scenes of which a photo shows little.
    """, unit: "iterations", range: 1...1e9)
  public var interval = 100
  @Setting(
    "Gaussians are added and pruned only after this iteration.",
    unit: "iterations", range: 0...1e9)
  public var start = 500
  @Setting("The share of the run after which Gaussians are no longer added.", range: 0...1)
  public var end = 0.5

  /// Creates the default settings.
  public init() {}

  package var control: any DensityControl { AdaptiveDensityControl(settings: self) }
}

/// Clones, splits, prunes and resets (Kerbl et al. 2023, section 5 and the released code).
package struct AdaptiveDensityControl: DensityControl {
  package let settings: AdaptiveDensitySettings

  package init(settings: AdaptiveDensitySettings) { self.settings = settings }

  // MARK: Statistics

  /// Sums over the views since the last round.
  private enum Statistic {
    /// The length of the projected mean's gradient, in normalised device units.
    static let gradient = 0
    /// The same of the absolute gradient.
    static let absoluteGradient = 1
    /// The number of views in which the Gaussian was visible.
    static let views = 2
    static let count = 3
  }

  package var statisticPlanes: Int { Statistic.count }

  package func wantsAbsoluteGradients(at progress: Double) -> Bool { progress < settings.end }

  package func note(_ gradient: BlockGradient, step: TrainingStep, in statistics: LaneBlock) {
    let projected = gradient.projected
    @inline(__always)
    func length(_ x: Lanes, _ y: Lanes) -> Lanes {
      let gradX = x * Lanes(repeating: step.halfSize.x)
      let gradY = y * Lanes(repeating: step.halfSize.y)
      return (gradX * gradX + gradY * gradY).squareRoot()
    }
    statistics[Statistic.gradient] += length(projected.meanX, projected.meanY)
    statistics[Statistic.absoluteGradient] += length(projected.absoluteX, projected.absoluteY)
    statistics[Statistic.views] += projected.visible
  }

  // MARK: Rounds

  package func period(length: Int) -> (start: Int, end: Double) {
    (RunPosition.start(settings.start, length: length), settings.end)
  }

  package func hasRound(at position: RunPosition) -> Bool {
    position.progress < settings.end
      && (isDensified(at: position) || isReset(after: position.iteration))
  }

  /// After the end of densification free space is still cleared.
  package func isDue(at position: RunPosition) -> Bool {
    isDensified(at: position) || hasRound(at: position)
  }

  private func isDensified(at position: RunPosition) -> Bool {
    position.isRound(start: settings.start, interval: settings.interval)
  }

  private func isReset(after iteration: Int) -> Bool { iteration % settings.resetInterval == 0 }

  package func apply(to state: inout ModelState, round: DensityRound) {
    guard round.progress < settings.end else {
      if isDensified(at: round.position) { clearFreeSpace(&state, round) }
      return
    }
    if isDensified(at: round.position) { densify(&state, round) }
    if isReset(after: round.iteration) { resetOpacities(&state) }
  }

  private enum Change {
    case clone
    case split
  }

  /// What is to become of a Gaussian.
  private enum Verdict: BitwiseCopyable {
    case removed
    case kept
    /// It may be changed; the number is its gradient divided by the threshold for its change.
    case changed(Change, urgency: Float)
  }

  /// A Gaussian that may be cloned or split.
  private struct Candidate {
    var index: Int
    var change: Change
    var urgency: Float
  }

  private func densify(_ state: inout ModelState, _ round: DensityRound) {
    // Find what is kept, and which of these may be cloned or split.
    let scores = round.scores(
      &state, views: settings.scoredViews, interval: settings.interval, level: settings.wrongLevel)
    let verdicts = round.whole(
      (0..<state.count).map { verdict(state, $0, score: scores?[$0], round) }, of: state)
    var kept: [Int32] = []
    var candidates: [Candidate] = []
    for (index, verdict) in verdicts.enumerated() {
      if case .removed = verdict { continue }
      kept.append(Int32(index))
      if case .changed(let change, let urgency) = verdict {
        candidates.append(Candidate(index: index, change: change, urgency: urgency))
      }
    }

    // Either change adds one Gaussian; if there is no room for all, the steepest gradients come
    // first.
    let room = max(0, round.maximumSplats - kept.count)
    if candidates.count > room {
      candidates.sort { $0.urgency != $1.urgency ? $0.urgency > $1.urgency : $0.index < $1.index }
      candidates.removeLast(candidates.count - room)
      candidates.sort { $0.index < $1.index }
    }

    // A model must not become empty, or there would be nothing left to train.
    guard !candidates.isEmpty || kept.count < verdicts.count, !kept.isEmpty else {
      return state.clearStatistics()
    }

    // Rebuild the model: unchanged Gaussians, then clones, then two children for each split.
    let splits = candidates.filter { $0.change == .split }.map { Int32($0.index) }
    let isSplit = Set(splits)
    var sources = kept.filter { !isSplit.contains($0) }
    let survivors = sources.count
    sources += candidates.filter { $0.change == .clone }.map { Int32($0.index) }
    let firstChild = sources.count
    sources += splits.flatMap { [$0, $0] }
    let plan = Rearrangement(
      sources: sources, isFresh: sources.indices.map { $0 >= survivors },
      changed: firstChild..<sources.count
    ) { state, index, target in
      var random = RandomSource(
        seed: round.seed, purpose: .split, position: UInt64(round.iteration))
      random.skip((target - firstChild) * ModelState.drawsPerSample)
      scatterChild(&state, index, &random)
    }
    state.rearrange(plan, among: round.ranks)
  }

  private func verdict(
    _ state: ModelState, _ index: Int, score: Float?, _ round: DensityRound
  ) -> Verdict {
    if isPruned(state, index, round) { return .removed }
    if let score, score <= settings.wrongPixels { return .kept }
    return change(state, index, round)
  }

  /// Whether a Gaussian is removed: it is too faint, too large, or in free space.
  private func isPruned(_ state: ModelState, _ index: Int, _ round: DensityRound) -> Bool {
    let prunesLarge = round.iteration > settings.resetInterval
    return state.opacity(index) < settings.pruneOpacity
      || (prunesLarge && state.largestScale(index) > settings.pruneScale * round.extent)
      || round.freeSpace.contains(state.mean(index))
  }

  /// The change that a Gaussian's gradients call for: small ones are cloned, large ones split.
  private func change(_ state: ModelState, _ index: Int, _ round: DensityRound) -> Verdict {
    let views = max(1, state.statistics[Statistic.views, index])
    let isSmall = state.largestScale(index) <= settings.cloneScale * round.extent
    let statistic = isSmall ? Statistic.gradient : Statistic.absoluteGradient
    let threshold = isSmall ? settings.cloneGradient : settings.splitGradient
    let gradient = state.statistics[statistic, index] / views
    guard gradient >= threshold else { return .kept }
    return .changed(isSmall ? .clone : .split, urgency: gradient / threshold)
  }

  /// Turns a copy of a parent into a child: smaller, at a position drawn from the parent.
  private func scatterChild(
    _ state: inout ModelState, _ index: Int, _ random: inout RandomSource
  ) {
    let offset = state.sample(index, &random)
    for axis in 0..<3 {
      state.splats.parameters[Plane.means + axis, index] += offset[axis]
      state.splats.parameters[Plane.logScales + axis, index] -= Float.log(settings.splitFactor)
    }
  }

  /// Removes Gaussians that have moved into free space.
  private func clearFreeSpace(_ state: inout ModelState, _ round: DensityRound) {
    guard !round.freeSpace.isEmpty else { return }
    let isKept = round.whole(
      (0..<state.count).map { !round.freeSpace.contains(state.mean($0)) }, of: state)
    let kept = isKept.indices.filter { isKept[$0] }.map { Int32($0) }
    guard kept.count < isKept.count, !kept.isEmpty else { return }
    state.rearrange(
      Rearrangement(sources: kept, isFresh: [Bool](repeating: false, count: kept.count)),
      sorts: false, among: round.ranks)
  }

  private func resetOpacities(_ state: inout ModelState) {
    for index in 0..<state.count {
      state.setOpacity(index, min(state.opacity(index), settings.resetOpacity))
    }
  }
}

extension ModelState {
  /// How many numbers of 64 bits ``sample(_:_:)`` draws: two for each normally distributed one.
  static let drawsPerSample = 6

  /// An offset from the mean drawn from a Gaussian's own distribution, in world units.
  func sample(_ index: Int, _ random: inout RandomSource) -> SIMD3<Float> {
    let p = splats.parameters
    let raw = Quaternion(
      w: p[Plane.rotations, index], x: p[Plane.rotations + 1, index],
      y: p[Plane.rotations + 2, index], z: p[Plane.rotations + 3, index])
    let length = max(raw.squaredNorm, 1e-30).squareRoot()
    let local = Vector3(
      Float.exp(p[Plane.logScales, index]) * random.normal(),
      Float.exp(p[Plane.logScales + 1, index]) * random.normal(),
      Float.exp(p[Plane.logScales + 2, index]) * random.normal())
    let turned = (raw * (1 / length)).rotationMatrix * local
    return SIMD3(turned.x, turned.y, turned.z)
  }
}
