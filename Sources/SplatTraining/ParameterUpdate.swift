import SplatCore
package import SplatRendering

/// Updates a block of Gaussians once its gradient is known: the density control's statistics, the
/// terms of the loss on parameters, Adam, and what the density control does after a step, in one
/// pass.
package struct ParameterUpdate: Sendable {
  private let step: TrainingStep
  private let control: any DensityControl
  private let terms: [any ParameterTerm]
  private let adam: Adam<Lanes>
  /// The planes from here on do not change: their bands are not in use yet, or take no step in this
  /// iteration.
  private let activePlanes: Int
  /// Scales are clamped to this, beyond which a covariance has no digits left in single precision.
  private let largestLogScale: Lanes
  /// The same in scene extents.
  private static let largestScale: Float = 1000

  /// - Parameter shDegree: the degree of the SH bands in use.
  package init(
    _ step: TrainingStep, control: any DensityControl, shDegree: Int, settings: TrainingSettings
  ) {
    self.step = step
    self.control = control
    terms = control.parameterTerms
    adam = Adam(step: step.iteration + 1, settings: settings.adam)
    largestLogScale = Lanes(
      repeating: settings.frozen.groups.contains(.scales)
        ? .infinity : Float.log(Self.largestScale * step.extent))
    let isTurnOfRest = (step.iteration + 1) % max(1, settings.shRestInterval) == 0
    activePlanes = Plane.count(shDegree: isTurnOfRest ? shDegree : 0)
  }

  /// Moves a block of `state` along its negative gradient.
  package func apply(_ gradient: BlockGradient, to state: ModelState.View) {
    let block = state.model.block(gradient.index)
    let grad = gradient.parameters
    if gradient.isVisible {
      control.note(gradient, step: step, in: state.statistics.lanes(ofBlock: gradient.index))
    } else {
      grad.lanes.fill(0, 0..<activePlanes)
    }
    for term in terms { term.addGradient(to: grad, of: block, count: step.count) }
    state.moments.forEachPlane(of: gradient.index, planes: activePlanes) { plane, first, second in
      block.lanes[plane] = adam.step(
        block.lanes[plane], gradient: grad.lanes[plane], first: &first, second: &second,
        rate: Lanes(repeating: step.rates[plane] * adam.rateFactor))
    }
    let scales = block.logScales
    block.logScales = Vector3(
      Lanes.minimum(scales.x, largestLogScale), Lanes.minimum(scales.y, largestLogScale),
      Lanes.minimum(scales.z, largestLogScale))
    control.afterStep(step, block: block, index: gradient.index)
  }
}
