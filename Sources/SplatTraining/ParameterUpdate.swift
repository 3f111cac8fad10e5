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

  /// - Parameters:
  ///   - step: the iteration, or the last of those that learn together.
  ///   - shDegree: the degree of the SH bands in use.
  package init(
    _ step: TrainingStep, control: any DensityControl, shDegree: Int, settings: TrainingSettings
  ) {
    self.step = step
    self.control = control
    terms = control.parameterTerms
    let seen = step.iteration + 1
    adam = Adam(step: seen, batch: step.batch, settings: settings.adam)
    largestLogScale = Lanes(
      repeating: settings.frozen.groups.contains(.scales)
        ? .infinity : Float.log(Self.largestScale * step.extent))
    let interval = max(1, settings.shRestInterval)
    let isTurnOfRest = seen / interval > (seen - step.batch) / interval
    activePlanes = Plane.count(shDegree: isTurnOfRest ? shDegree : 0)
  }

  /// Moves a block of `state` along its negative gradient.
  package func apply(_ gradient: BlockGradient, to state: ModelState.View) {
    if gradient.isVisible {
      note(gradient, step: step, in: state)
    } else {
      gradient.parameters.lanes.fill(0, 0..<activePlanes)
    }
    move(gradient.index, against: gradient.parameters, in: state)
  }

  /// Takes note of the gradient of a block that is visible in the photo of an iteration.
  @inline(__always)
  func note(_ gradient: BlockGradient, step: TrainingStep, in state: ModelState.View) {
    control.note(gradient, step: step, in: state.statistics.lanes(ofBlock: gradient.index))
  }

  /// Adds the gradient of a block to `sum`, which is 0 before the first photo's.
  @inline(__always)
  func add(_ gradient: BlockGradient, to sum: ParameterBlock) {
    for plane in 0..<activePlanes { sum.lanes[plane] += gradient.parameters.lanes[plane] }
  }

  /// Moves the block at `index` against the mean of the gradients in `sum`, and clears `sum`.
  @inline(__always)
  func move(_ index: Int, againstMeanOf sum: ParameterBlock, in state: ModelState.View) {
    let share = Lanes(repeating: 1 / Float(step.batch))
    for plane in 0..<activePlanes { sum.lanes[plane] *= share }
    move(index, against: sum, in: state)
    sum.lanes.fill(0, 0..<activePlanes)
  }

  /// Moves the block at `index` against its gradient, to which the terms on parameters are added.
  @inline(__always)
  private func move(_ index: Int, against grad: ParameterBlock, in state: ModelState.View) {
    let block = state.model.block(index)
    for term in terms { term.addGradient(to: grad, of: block, count: step.count) }
    state.moments.forEachPlane(of: index, planes: activePlanes) { plane, first, second in
      block.lanes[plane] = adam.step(
        block.lanes[plane], gradient: grad.lanes[plane], first: &first, second: &second,
        rate: Lanes(repeating: rate(plane) * adam.rateFactor))
    }
    let scales = block.logScales
    block.logScales = Vector3(
      Lanes.minimum(scales.x, largestLogScale), Lanes.minimum(scales.y, largestLogScale),
      Lanes.minimum(scales.z, largestLogScale))
    control.afterStep(step, block: block, index: index)
  }

  @inline(__always)
  private func rate(_ plane: Int) -> Float {
    switch plane {
    case ..<Plane.logScales: step.rates.means
    case ..<Plane.rotations: step.rates.logScales
    case ..<Plane.opacityLogit: step.rates.rotations
    case ..<Plane.sh: step.rates.opacityLogits
    case ..<(Plane.sh + 3): step.rates.shConstant
    default: step.rates.shRest
    }
  }
}
