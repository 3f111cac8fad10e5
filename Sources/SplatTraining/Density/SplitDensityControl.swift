// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation
// Each setting's declaration says what it means.

package import SplatCore
package import SplatRendering

extension DensificationStrategy {
  /// Split Gaussians along their longest axis where renders differ from photos, up to a number that
  /// grows with the square root of the time (the Improved-GS project, 2025), and let opacities
  /// decay instead of resetting them (the Brush project, 2025).
  public static let split = DensificationStrategy(name: "split")
}

/// The settings of ``DensificationStrategy/split``.
public struct SplitSettings: DensitySettings {
  @Setting(
    "Gaussians with at least this mean absolute gradient of the projected mean may be split.",
    unit: "loss per normalised device unit", range: 0...)
  public var gradient: Float = 3e-4
  @Setting(
    """
    Gaussians are split only if they show more than this of wrong pixels, on average over the \
    scored views that show them, or if none does.
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
  @Setting(
    """
    What a split takes from the longest scale; the two parts lie three times as far from the \
    middle.
    """, unit: "longest scales", range: 0...1)
  public var distance: Float = 0.45
  @Setting(
    "The opacity of the parts of a split Gaussian, in opacities of the whole.", range: 0.01...0.99)
  public var partOpacity: Float = 0.6
  @Setting(
    """
    The number of Gaussians is at most the largest one times this power of the share of the time \
    until `end`.
    """, range: 0...10)
  public var growth: Float = 0.5
  @Setting(
    """
    Of the Gaussians that are added, a shorter run than this has a smaller share. Only a longer \
    one has more at first than are kept, and one of twice this length the most.
    """, unit: "iterations", range: 1...1e9)
  public var growthLength = 2000
  @Setting(
    """
    Scales are at most this in each round. Larger Gaussians can cover pictures from places where \
    no photo was taken.
    """, unit: "distances to the nearest camera", range: 1e-3...1e9)
  public var largestScale: Float = 0.25
  @Setting("Gaussians of lower opacity are pruned.", range: 0...1)
  public var pruneOpacity: Float = 0.005
  @Setting(
    """
    What every opacity loses in `interval` iterations at the start of the run; it falls evenly to \
    0 at the end.
    """, range: 0...1)
  public var decay: Float = 0.002
  @Setting(
    """
    Gaussians are added and pruned every this many iterations; more often in short runs, and more \
    rarely in scenes of which a photo shows little.
    """, unit: "iterations", range: 1...1e9)
  public var interval = 100
  @Setting(
    "Gaussians are added and pruned only after this iteration; earlier in short runs.",
    unit: "iterations", range: 0...1e9)
  public var start = 500
  @Setting("The share of the run after which Gaussians are no longer added.", range: 0...1)
  public var end = 0.5
  @Setting(
    """
    Unless the largest number of Gaussians is chosen, a run ends with at most this share of it: \
    there are more at first, of which those remain that photos need most.
    """, range: 0.1...1)
  public var kept = 0.5
  @Setting("The share of the run after which only these are left.", range: 0...1)
  public var selectionEnd = 0.73

  /// Creates the default settings.
  public init() {}

  package var control: any DensityControl { SplitDensityControl(settings: self) }
}

/// Splits along the longest axis, prunes, lets opacities decay, and selects.
package struct SplitDensityControl: DensityControl {
  package let settings: SplitSettings

  package init(settings: SplitSettings) { self.settings = settings }

  // MARK: Statistics

  /// Sums over the views since the last round.
  private enum Statistic {
    /// The length of the projected mean's absolute gradient, in normalised device units.
    static let gradient = 0
    /// The number of views in which the Gaussian was visible.
    static let views = 1
    static let count = 2
  }

  package var statisticPlanes: Int { Statistic.count }

  package var keptShare: Double { settings.kept }

  /// Those that are too many cost time, and need time to be told from the others: a short run has
  /// fewer.
  package func largestSplats(maximum: Int, kept: Int, length: Int) -> Int {
    let share = Double(length) / Double(settings.growthLength) - 1
    return kept + Int(Double(maximum - kept) * min(max(share, 0), 1))
  }

  package func wantsAbsoluteGradients(at progress: Double) -> Bool { progress < settings.end }

  package func note(_ gradient: BlockGradient, step: TrainingStep, in statistics: LaneBlock) {
    let projected = gradient.projected
    let gradX = projected.absoluteX * Lanes(repeating: step.halfSize.x)
    let gradY = projected.absoluteY * Lanes(repeating: step.halfSize.y)
    statistics[Statistic.gradient] += (gradX * gradX + gradY * gradY).squareRoot()
    statistics[Statistic.views] += projected.visible
  }

  // MARK: Schedules

  package func period(length: Int) -> (start: Int, end: Double) {
    (RunPosition.start(settings.start, length: length), settings.end)
  }

  /// Gaussians are pruned to the end of the run.
  package func hasRound(at position: RunPosition) -> Bool {
    position.isRound(start: settings.start, interval: settings.interval)
  }

  package func schedule(at progress: Double) -> [Float] {
    [decay(at: progress), grownShare(at: progress)]
  }

  /// What opacities lose in ``SplitSettings/interval`` iterations.
  private func decay(at progress: Double) -> Float {
    settings.decay * Float(max(0, 1 - progress))
  }

  /// The share of the largest number of Gaussians that is allowed; 0 when none are added any more.
  private func grownShare(at progress: Double) -> Float {
    guard progress < settings.end else { return 0 }
    return Float.exp(settings.growth * Float.log(Float(progress / settings.end)))
  }

  // MARK: Rounds

  package func apply(to state: inout ModelState, round: DensityRound) {
    guard hasRound(at: round.position) else { return }
    // Which Gaussians photos have shown is forgotten when the model changes.
    select(&state, round)
    let interval = round.position.interval(settings.interval)
    fade(
      &state,
      by: decay(at: round.progress) * Float(interval) / Float(settings.interval))
    densify(&state, round)
    round.scaleLimit.clamp(&state, share: settings.largestScale)
  }

  private func densify(_ state: inout ModelState, _ round: DensityRound) {
    // Find what is kept, and which of these are split. A model must not become empty, or there
    // would be nothing left to train.
    let isKept = (0..<state.count).map {
      state.opacity($0) >= settings.pruneOpacity && !round.freeSpace.contains(state.mean($0))
    }
    let wholeIsKept = round.whole(isKept, of: state)
    let kept = wholeIsKept.indices.filter { wholeIsKept[$0] }
    let parents =
      kept.isEmpty ? [] : parents(room: limit(round) - kept.count, isKept, &state, round)
    guard !kept.isEmpty, kept.count < wholeIsKept.count || !parents.isEmpty else {
      return state.clearStatistics()
    }

    // Rebuild the model: unchanged Gaussians, then two parts of each that is split.
    let isParent = Set(parents)
    var sources = kept.filter { !isParent.contains($0) }.map { Int32($0) }
    let firstPart = sources.count
    sources += parents.flatMap { [Int32($0), Int32($0)] }
    let plan = Rearrangement(
      sources: sources, isFresh: sources.indices.map { $0 >= firstPart },
      changed: firstPart..<sources.count
    ) { state, index, target in
      state.splats[index] = parts(of: state.splats[index])[(target - firstPart) % 2]
    }
    state.rearrange(plan, among: round.ranks)
  }

  /// The largest number of Gaussians after a round.
  ///
  /// Each Gaussian takes time from all iterations, and some number of these to find its place.
  private func limit(_ round: DensityRound) -> Int {
    let first = Float(round.firstSplats)
    let grown = Float(round.lastSplats) * grownShare(at: round.progress)
    let share = min(1, Float(round.position.length) / Float(settings.growthLength))
    return min(round.maximumSplats, Int(first + max(0, grown - first) * share))
  }

  /// The Gaussians to split: if there is no room for all candidates, some are drawn in proportion
  /// to their gradients.
  ///
  /// - Parameters:
  ///   - room: How many may be added.
  ///   - isKept: Which of the Gaussians of `state` are kept.
  private func parents(
    room: Int, _ isKept: [Bool], _ state: inout ModelState, _ round: DensityRound
  ) -> [Int] {
    guard round.progress < settings.end, room > 0 else { return [] }
    let scores = round.scores(
      &state, views: settings.scoredViews, interval: settings.interval, level: settings.wrongLevel)
    // The gradients of candidates, which are not negative.
    let none: Float = -1
    let gradients = round.whole(
      (0..<state.count).map { index in
        guard isKept[index] else { return none }
        if let scores, scores[index] <= settings.wrongPixels { return none }
        let views = max(1, state.statistics[Statistic.views, index])
        let gradient = state.statistics[Statistic.gradient, index] / views
        return gradient >= settings.gradient ? gradient : none
      }, of: state)
    let candidates = gradients.indices.filter { gradients[$0] >= 0 }
      .map { (index: $0, gradient: gradients[$0]) }
    guard candidates.count > room else { return candidates.map(\.index) }

    return drawn(room, of: candidates.map { (index: $0.index, weight: $0.gradient) }, round)
  }

  /// The indices of `count` Gaussians drawn without replacement, in proportion to their weights.
  private func drawn(
    _ count: Int, of candidates: [(index: Int, weight: Float)], _ round: DensityRound
  ) -> [Int] {
    // They have the smallest of exponentially distributed numbers with the weights as their rates
    // (Efraimidis and Spirakis, 2006).
    var random = RandomSource(seed: round.seed, purpose: .split, position: UInt64(round.iteration))
    let draws = candidates.map { candidate in
      let number = -Double.log(1 - random.uniformDouble()) / Double(max(candidate.weight, 1e-30))
      return (number: number, index: candidate.index)
    }
    return draws.sorted { $0.number != $1.number ? $0.number < $1.number : $0.index < $1.index }
      .prefix(count).map(\.index).sorted()
  }

  /// The two parts of a Gaussian that is split: the halves of its longest axis.
  package func parts(of whole: Splat) -> [Splat] {
    let distance = settings.distance
    let longest = (0..<3).max { whole.logScale[$0] < whole.logScale[$1] } ?? 0
    var axis = SIMD3<Float>.zero
    axis[longest] = 3 * distance * Float.exp(whole.logScale[longest])
    let length = max(whole.rotation.squaredNorm, 1e-30).squareRoot()
    let turned =
      (whole.rotation * (1 / length)).rotationMatrix * Vector3(axis.x, axis.y, axis.z)

    // Scales stay finite.
    var part = whole
    part.logScale += Float.log(max(1 - distance * distance, 1e-6)) / 2
    part.logScale[longest] = whole.logScale[longest] + Float.log(max(1 - distance, 1e-6))
    part.opacityLogit = Logistic.inverse(
      settings.partOpacity * Logistic.forward(whole.opacityLogit))
    return [Float(1), -1].map { side in
      var result = part
      result.mean += side * SIMD3(turned.x, turned.y, turned.z)
      return result
    }
  }

  /// Opacities stay within these, so that logits are finite.
  private static let leastOpacity: Float = 1e-4, largestOpacity: Float = 1 - 1e-6

  /// Takes `loss` from every opacity that photos have shown: those of Gaussians that they need
  /// recover.
  private func fade(_ state: inout ModelState, by loss: Float) {
    guard loss > 0 else { return }
    for index in 0..<state.count where state.statistics[Statistic.views, index] > 0 {
      let opacity = state.opacity(index) - loss
      state.splats.parameters[Plane.opacityLogit, index] = Logistic.inverse(
        min(max(opacity, Self.leastOpacity), Self.largestOpacity))
    }
  }

  /// Selects those Gaussians that remain when there are too many in the end.
  private func select(_ state: inout ModelState, _ round: DensityRound) {
    guard round.progress >= settings.end else { return }
    let opacities = round.whole((0..<state.count).map { state.opacity($0) }, of: state)
    guard opacities.count > round.keptSplats else { return }
    let selection = NaturalSelection(
      kept: round.keptSplats, pruneOpacity: settings.pruneOpacity)
    let length = Double(round.position.length)
    let interval = round.position.interval(settings.interval)
    let iterationsLeft = (settings.selectionEnd - round.progress) * length
    if let fall = selection.fall(opacities, roundsLeft: iterationsLeft / Double(interval)) {
      for index in 0..<state.count where state.statistics[Statistic.views, index] > 0 {
        state.splats.parameters[Plane.opacityLogit, index] -= fall
      }
      return
    }
    let kept = drawn(
      round.keptSplats, of: opacities.enumerated().map { (index: $0, weight: $1) }, round)
    state.rearrange(
      Rearrangement(sources: kept.map { Int32($0) }, isFresh: kept.map { _ in false }),
      among: round.ranks)
  }
}
