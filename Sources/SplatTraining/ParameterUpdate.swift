import SplatCore
package import SplatRendering

/// Updates a block of Gaussians once its gradient is known: the density control's statistics, the
/// terms of the loss on parameters, Adam, and what the density control does after a step, in one
/// pass.
package struct ParameterUpdate: Sendable {
  private let step: TrainingStep
  private let control: any DensityControl
  private let terms: [any ParameterTerm]
  let optimizer: OptimizerStep

  /// - Parameters:
  ///   - step: the iteration, or the last of those that learn together.
  ///   - shDegree: the degree of the SH bands in use.
  package init(
    _ step: TrainingStep, control: any DensityControl, shDegree: Int, settings: TrainingSettings
  ) {
    self.step = step
    self.control = control
    terms = control.parameterTerms
    optimizer = OptimizerStep(step, shDegree: shDegree, settings: settings)
  }

  /// Moves a block of `state` along its negative gradient.
  package func apply(_ gradient: BlockGradient, to state: ModelState.View) {
    if gradient.isVisible {
      note(gradient, step: step, in: state)
    } else {
      gradient.parameters.lanes.fill(0, 0..<optimizer.activePlanes)
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
    for plane in 0..<optimizer.activePlanes { sum.lanes[plane] += gradient.parameters.lanes[plane] }
  }

  /// Moves the block at `index` against the mean of the gradients in `sum`, and clears `sum`.
  @inline(__always)
  func move(_ index: Int, againstMeanOf sum: ParameterBlock, in state: ModelState.View) {
    let share = Lanes(repeating: 1 / Float(step.batch))
    for plane in 0..<optimizer.activePlanes { sum.lanes[plane] *= share }
    move(index, against: sum, in: state)
    sum.lanes.fill(0, 0..<optimizer.activePlanes)
  }

  /// Moves the block at `index` against its gradient, to which the terms on parameters are added.
  @inline(__always)
  private func move(_ index: Int, against grad: ParameterBlock, in state: ModelState.View) {
    let block = state.model.block(index)
    for term in terms { term.addGradient(to: grad, of: block, count: step.count) }
    optimizer.move(index, against: grad, in: state)
    control.afterStep(step, block: block, index: step.firstIndex / Lanes.scalarCount + index)
  }
}
