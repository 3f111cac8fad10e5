import SplatCore

/// A bound on how far Gaussians move in steps without a gradient.
///
/// In the j-th of them Adam moves a parameter by rate c ρʲ |m| / (sqrt(v) + ε) at most, where m and
/// v are its moments before, ρ is β1 / sqrt(β2), and c the largest correction of the bias. The sum
/// over j bounds the whole way.
struct StepSlack: Sendable {
  /// The rates of means and log scales times c and the sum of ρʲ.
  private let means: Lanes, logScales: Lanes
  private let epsilon: Lanes
  /// What rounding adds, in values.
  private let rounding: Lanes

  /// - Parameters:
  ///   - seen: The number of gradients seen so far.
  ///   - steps: The number of steps.
  init(seen: Int, steps: Int, extent: Float, settings: TrainingSettings) {
    let (adam, rates, batch) = (settings.adam, settings.rates, settings.batch)
    var (sum, power, correction) = (0.0, 1.0, 0.0)
    for step in 1...steps {
      power *= Double.exp(Double(batch) * Double.log(Self.decay(adam)))
      sum += power
      let factor = Adam<Float>(step: seen + step * batch, batch: batch, settings: adam).rateFactor
      correction = max(correction, Double(factor))
    }
    // Twice as much as that leaves room for rounding here.
    let all = 2 * sum * correction * Double(batch).squareRoot()
    means = Lanes(all * Double(max(rates.means, rates.finalMeans) * extent))
    logScales = Lanes(all * Double(rates.logScales))
    // It grows while the bias is corrected.
    epsilon = Lanes(Double(adam.epsilon) * (1 - Double(adam.beta2)).squareRoot())
    rounding = Lanes(Double(steps) * Double(Float.ulpOfOne))
  }

  /// ρ, by which what a step without a gradient moves shrinks from one to the next.
  private static func decay(_ adam: AdamSettings) -> Double {
    Double(adam.beta1) / Double(adam.beta2).squareRoot()
  }

  /// Whether steps without a gradient become shorter, so that their sum is bounded.
  static func isBounded(_ adam: AdamSettings) -> Bool {
    adam.beta1 > 0 && adam.beta2 > 0 && decay(adam) < 1
  }

  /// How much larger than a block its box must be.
  @inline(__always)
  func slack(ofBlock index: Int, in state: ModelState.View) -> ClusterBoxes.Slack {
    let block = state.model.block(index)
    let (first, second) = state.moments.base(ofBlock: index)
    @inline(__always)
    func way(_ plane: Int, _ factor: Lanes) -> Lanes {
      factor * first[plane].magnitude / (second[plane].squareRoot() + epsilon)
        + rounding * block.lanes[plane].magnitude
    }
    @inline(__always)
    func ways(_ plane: Int, _ factor: Lanes) -> Vector3<Lanes> {
      Vector3(way(plane, factor), way(plane + 1, factor), way(plane + 2, factor))
    }
    return ClusterBoxes.Slack(
      mean: ways(Plane.means, means), logScales: ways(Plane.logScales, logScales))
  }
}
