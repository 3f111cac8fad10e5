import SplatCore

/// A step of the optimizer, as plain numbers.
package struct OptimizerStep: Sendable {
  private let adam: Adam<Lanes>
  private let rates: TrainingStep.Rates
  /// The planes from here on do not change: their bands are not in use yet, or take no step in this
  /// iteration.
  let activePlanes: Int
  /// Scales are clamped to this, beyond which a covariance has no digits left in single precision.
  private let largestLogScale: Lanes
  /// The same in scene extents.
  private static let largestScale: Float = 1000

  /// - Parameters:
  ///   - step: The iteration, or the last of those that learn together.
  ///   - shDegree: The degree of the SH bands in use.
  init(_ step: TrainingStep, shDegree: Int, settings: TrainingSettings) {
    let seen = step.iteration + 1
    adam = Adam(step: seen, batch: step.batch, settings: settings.adam)
    rates = step.rates
    largestLogScale = Lanes(
      repeating: settings.frozen.groups.contains(.scales)
        ? .infinity : Float.log(Self.largestScale * step.extent))
    let interval = max(1, settings.shRestInterval)
    let isTurnOfRest = seen / interval > (seen - step.batch) / interval
    activePlanes = Plane.count(shDegree: isTurnOfRest ? shDegree : 0)
  }

  /// Moves the block at `index` against its gradient.
  @inline(__always)
  func move(_ index: Int, against grad: ParameterBlock, in state: ModelState.View) {
    let block = state.model.block(index)
    state.moments.forEachPlane(of: index, planes: activePlanes) { plane, first, second in
      block.lanes[plane] = adam.step(
        block.lanes[plane], gradient: grad.lanes[plane], first: &first, second: &second,
        rate: Lanes(repeating: rates[plane] * adam.rateFactor))
    }
    let scales = block.logScales
    block.logScales = Vector3(
      Lanes.minimum(scales.x, largestLogScale), Lanes.minimum(scales.y, largestLogScale),
      Lanes.minimum(scales.z, largestLogScale))
  }

  /// Takes `steps` with the block at `index`, whose gradient is 0 in all of them.
  ///
  /// The result has the same bits as that of ``move(_:against:in:)`` for each step in turn.
  static func move(_ index: Int, by steps: ArraySlice<OptimizerStep>, in state: ModelState.View) {
    let block = state.model.block(index)
    let planes = steps.reduce(0) { max($0, $1.activePlanes) }
    state.moments.forEachPlane(of: index, planes: planes) { plane, first, second in
      let isLogScale = (Plane.logScales..<Plane.rotations).contains(plane)
      var value = block.lanes[plane]
      for step in steps where plane < step.activePlanes {
        value = step.adam.step(
          value, gradient: Lanes(0), first: &first, second: &second,
          rate: Lanes(repeating: step.rates[plane] * step.adam.rateFactor))
        if isLogScale { value = Lanes.minimum(value, step.largestLogScale) }
      }
      block.lanes[plane] = value
    }
  }
}
