// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation
// Each setting's declaration says what it means.

package import SplatCore
import SplatRendering

extension DensificationStrategy {
  /// Move nearly transparent Gaussians to opaque ones and let noise explore (Kheradmand et al., "3D
  /// Gaussian Splatting as Markov Chain Monte Carlo", 2024).
  public static let mcmc = DensificationStrategy(name: "mcmc")
}

/// The settings of ``DensificationStrategy/mcmc``.
public struct MonteCarloSettings: DensitySettings {
  @Setting("Gaussians of at most this opacity are relocated.", range: 0...1)
  public var deadOpacity: Float = 0.005
  @Setting("The weight of the mean opacity in the loss.", range: 0...)
  public var opacityWeight: Float = 0.01
  @Setting("The weight of the mean scale in the loss.", range: 0...)
  public var scaleWeight: Float = 0.01
  @Setting("The strength of the noise on means, times their learning rate.", range: 0...)
  public var noise: Float = 5e5
  @Setting("The share by which the number of Gaussians grows at most in a round.", range: 0...10)
  public var growth: Float = 0.05
  @Setting(
    """
    Gaussians are relocated and added every this many iterations; more often in short runs, and \
    more rarely in scenes of which a photo shows little.
    """, unit: "iterations", range: 1...1e9)
  public var interval = 100
  @Setting(
    "Gaussians are relocated and added only after this iteration.",
    unit: "iterations", range: 0...1e9)
  public var start = 500
  @Setting(
    "The share of the run after which Gaussians are no longer relocated or added.", range: 0...1)
  public var end = 25.0 / 30.0

  /// Creates the default settings.
  public init() {}

  package var control: any DensityControl { MonteCarloDensityControl(settings: self) }
}

/// Relocation, growth and noise (Kheradmand et al., "3D Gaussian Splatting as Markov Chain Monte
/// Carlo", 2024).
package struct MonteCarloDensityControl: DensityControl {
  package let settings: MonteCarloSettings

  package init(settings: MonteCarloSettings) { self.settings = settings }

  // MARK: Steps

  package var parameterTerms: [any ParameterTerm] {
    [
      MeanOpacityTerm(weight: settings.opacityWeight), MeanScaleTerm(weight: settings.scaleWeight),
    ]
  }

  /// How steeply the noise ends at ``noiseOpacity``.
  private static let noiseSlope: Double = 100
  /// The opacity at which a Gaussian feels half of the noise.
  private static let noiseOpacity: Double = 0.005
  /// Gaussians that feel a smaller share of the noise than this stay where they are.
  private static let leastNoise: Double = 1e-6
  /// A longer step cannot be squared in single precision.
  private static let longestStep: Double = 1e15

  /// The share of the noise that a Gaussian of `opacity` feels: only nearly transparent ones move.
  @inline(__always)
  package static func gate(opacity: Lanes) -> Lanes {
    Logistic.forward(Lanes(-noiseSlope) * (opacity - Lanes(noiseOpacity)))
  }

  /// Noise reaches all Gaussians.
  package var movesUnseen: Bool { true }

  /// Adds noise, shaped by their own covariance, to the means of nearly transparent Gaussians.
  package func afterStep(_ step: TrainingStep, block: ParameterBlock, index: Int) {
    let gate = Self.gate(opacity: Logistic.forward(block.opacityLogit))
    let isMoved = gate .> Lanes(Self.leastNoise)
    guard isMoved.isAnyTrue else { return }

    // Draw a normally distributed number for each axis of each Gaussian that moves.
    var noise = Vector3<Lanes>.zero
    let first = index * Lanes.scalarCount
    for lane in 0..<Lanes.scalarCount where isMoved[lane] && first + lane < step.count {
      var random = RandomSource(
        seed: step.seed, purpose: .noise,
        position: UInt64(step.iteration) << 32 | UInt64(first + lane))
      noise.x[lane] = random.normal()
      noise.y[lane] = random.normal()
      noise.z[lane] = random.normal()
    }

    // Shape it by the covariance. A step too large for single precision is dropped.
    let axes = Covariance3D.axes(
      unit: Normalization.forward(block.rotation).unit, scales: block.scales)
    let offset =
      Covariance3D.forward(axes: axes) * noise
      * (gate * Lanes(repeating: settings.noise * step.rates.means))
    @inline(__always)
    func usable(_ step: Lanes) -> Lanes {
      Lanes(0).replaced(by: step, where: step.magnitude .< Lanes(Self.longestStep))
    }
    block.mean += Vector3(usable(offset.x), usable(offset.y), usable(offset.z))
  }

  // MARK: Rounds

  package func period(length: Int) -> (start: Int, end: Double) {
    (RunPosition.start(settings.start, length: length), settings.end)
  }

  package func growthPerIteration(length: Int) -> Double? {
    let interval = RunPosition.interval(settings.interval, length: length)
    return Double.exp(Double.log(Double(1 + settings.growth)) / Double(interval))
  }

  package func hasRound(at position: RunPosition) -> Bool {
    position.progress < settings.end
      && position.isRound(start: settings.start, interval: settings.interval)
  }

  package func apply(to state: inout ModelState, round: DensityRound) {
    guard hasRound(at: round.position) else { return }
    guard let plan = relocation(state, round) else {
      return state.sortByPlace(among: round.ranks)
    }
    state.rearrange(plan, among: round.ranks)
  }

  /// The largest number of copies among which an opacity is divided; more would only be fainter.
  private static let mostCopies = 51
  /// The smallest opacity of a copy, so that it is not dead at once.
  private static let leastOpacity = 0.005
  /// The largest opacity of a copy, so that its logit is finite.
  private static let largestOpacity = 1 - 1e-6

  /// Moves dead Gaussians, and those in free space, onto others drawn in proportion to their
  /// opacity, and adds more copies of these while there is room. A source and its copies then get
  /// an opacity and a scale that preserve the picture. Nil if there is nothing to do.
  private func relocation(_ state: ModelState, _ round: DensityRound) -> Rearrangement? {
    // Find the dead Gaussians, and how many are to be added.
    let opacities = round.whole((0..<state.count).map { state.opacity($0) }, of: state)
    let isFree = round.whole(
      (0..<state.count).map { round.freeSpace.contains(state.mean($0)) }, of: state)
    let count = opacities.count
    let isAlive = opacities.indices.map {
      opacities[$0] > settings.deadOpacity && !isFree[$0]
    }
    let dead = isAlive.indices.filter { !isAlive[$0] }
    let grown = min(
      round.maximumSplats, Int(Double(count) * (1 + Double(settings.growth))))
    let added = max(0, grown - count)

    // Draw a source for each, with probability proportional to opacity.
    var lottery = Lottery(
      weights: zip(opacities, isAlive).map { $1 ? Double($0) : 0 },
      random: RandomSource(
        seed: round.seed, purpose: .relocate, position: UInt64(round.iteration)))
    guard lottery.total > 0, dead.count + added > 0 else { return nil }
    var sources = (0..<Int32(count)).map { $0 }
    for index in dead { sources[index] = Int32(lottery.draw()) }
    for _ in 0..<added { sources.append(Int32(lottery.draw())) }
    var copies = [Int](repeating: 0, count: count)
    for source in sources { copies[Int(source)] += 1 }

    // Rebuild the model, and divide the opacities of sources among their copies.
    return Rearrangement(
      sources: sources, isFresh: sources.map { copies[Int($0)] > 1 },
      changed: 0..<sources.count
    ) { [sources, copies] state, index, target in
      let source = Int(sources[target])
      guard copies[source] > 1 else { return }
      let shared = Self.shared(
        opacity: opacities[source], copies: min(copies[source], Self.mostCopies))
      state.splats.parameters[Plane.opacityLogit, index] = Logistic.inverse(shared.opacity)
      for axis in 0..<3 {
        state.splats.parameters[Plane.logScales + axis, index] += Float.log(shared.scale)
      }
    }
  }

  /// Draws indices with probabilities proportional to their weights.
  private struct Lottery {
    private var random: RandomSource
    private let cumulative: [Double]
    let total: Double

    init(weights: [Double], random: RandomSource) {
      self.random = random
      var total = 0.0
      cumulative = weights.map {
        total += $0
        return total
      }
      self.total = total
    }

    mutating func draw() -> Int {
      let level = random.uniformDouble() * total
      var (low, high) = (0, cumulative.count - 1)
      while low < high {
        let middle = (low + high) / 2
        if cumulative[middle] > level { high = middle } else { low = middle + 1 }
      }
      return low
    }
  }

  /// The opacity of each of `copies` coincident Gaussians that together look like one of `opacity`,
  /// and the factor on their scales (the paper's equation 9, its double sum contracted).
  package static func shared(opacity: Float, copies n: Int) -> (opacity: Float, scale: Float) {
    let o = Double(opacity)
    let each = 1 - Double.exp(Double.log(max(1 - o, 1e-12)) / Double(n))
    let held = min(max(each, leastOpacity), largestOpacity)
    var sum = 0.0
    var term = 1.0
    for j in 1...n {
      term *= held * Double(n - j + 1) / Double(j)
      sum += (j % 2 == 1 ? term : -term) / Double(j).squareRoot()
    }
    let scale = sum > 0 ? o / sum : 1
    return (Float(held), Float(min(max(scale, 1e-3), 1)))
  }
}
