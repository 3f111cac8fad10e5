public import SplatCore

/// Adam for the parameters of a model, for training loops of one's own.
///
/// ```swift
/// var optimizer = SplatOptimizer(for: splats, extent: 3)
/// for step in 0..<1000 {
///   let pass = renderer.forward(splats, from: view.camera)
///   let gradient = loss.evaluate(pass.frame, against: view).gradient
///   optimizer.step(&splats, pass.backward(gradient).splats, progress: Double(step) / 1000)
/// }
/// ```
public struct SplatOptimizer: Sendable {
  /// The learning rates.
  public var rates: LearningRates
  /// The size of the scene, the unit of the means' rate, in world units.
  public var extent: Float
  /// The constants of Adam's update.
  public let adam: AdamSettings
  /// The number of steps made.
  public private(set) var steps = 0
  private var moments: Moments

  /// Prepares to train `splats`, with moments of 0.
  public init(
    for splats: Splats, extent: Float, rates: LearningRates = LearningRates(),
    adam: AdamSettings = AdamSettings()
  ) {
    (self.extent, self.rates, self.adam) = (extent, rates, adam)
    moments = Moments(count: splats.count, planes: splats.parameters.planes)
  }

  /// Moves every parameter of `splats` along its negative gradient.
  ///
  /// - Parameters:
  ///   - splats: the model.
  ///   - gradients: each parameter's gradient in its place, as ``SplatGradients/splats`` has them.
  ///   - progress: the share of the run that is done, 0...1, which decides the rates.
  public mutating func step(_ splats: inout Splats, _ gradients: Splats, progress: Double = 0) {
    precondition(
      splats.count == gradients.count && splats.shDegree == gradients.shDegree
        && splats.count == moments.firstBase.count,
      "model, gradients and moments are of the same Gaussians")
    steps += 1
    let rates = TrainingStep.Rates(rates.settled(at: progress), extent: extent)
    let adam = Adam<Lanes>(step: steps, settings: self.adam)
    let planes = splats.parameters.planes
    gradients.parameters.withReadOnlyView { gradients in
      splats.parameters.withView { model in
        moments.withView { moments in
          Workers().forEachRange(model.blockCount, size: 64) { blocks, _ in
            for block in blocks {
              let (values, grad) = (model.lanes(ofBlock: block), gradients.lanes(ofBlock: block))
              moments.forEachPlane(of: block, planes: planes) { plane, first, second in
                values[plane] = adam.step(
                  values[plane], gradient: grad[plane], first: &first, second: &second,
                  rate: Lanes(repeating: rates[plane] * adam.rateFactor))
              }
            }
          }
        }
      }
    }
  }

  /// Follows a change of the model: the moments of `sources`, which are indices of the former
  /// model, in that order; -1 is a new Gaussian.
  public mutating func gather(_ sources: [Int32]) { moments.gather(sources) }
}
