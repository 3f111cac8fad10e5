package import SplatCore
import SplatRendering

/// What happens to a block of Gaussians once its gradient is known: statistics, the regularisers of
/// relocation, Adam and noise, in one pass over the block.
package struct ParameterUpdate: Sendable {
  private let adam: Adam
  private let rates: LearningRates
  private let meansRate: Float
  private let strategy: DensificationStrategy
  private let mcmc: MonteCarloSettings
  private let seed: UInt64
  private let iteration: Int
  /// Half the image's size: pixel gradients times it are in normalised device units.
  private let halfSize: SIMD2<Float>
  private let count: Int
  private let planes: Int
  /// The SH planes from here on do not change: their bands are not in use yet, or it is not their turn.
  private let activePlanes: Int
  /// The logarithm of a thousand scene extents.
  private let largestLogScale: Float

  package init(
    trainer: TrainingSettings, extent: Float, progress: Double, iteration: Int,
    size: SIMD2<Float>, count: Int, shDegree: Int
  ) {
    adam = Adam(step: iteration + 1, settings: trainer.adam)
    rates = trainer.rates.settled(at: progress)
    meansRate = rates.means * extent
    strategy = trainer.strategy
    mcmc = trainer.mcmc
    seed = trainer.seed
    self.iteration = iteration
    halfSize = size / 2
    largestLogScale = Float.log(1000 * extent)
    self.count = count
    planes = Plane.count(shDegree: shDegree)
    let isTurnOfRest = (iteration + 1) % max(1, trainer.shRestInterval) == 0
    activePlanes = Plane.count(
      shDegree: isTurnOfRest ? min(shDegree, iteration / trainer.shInterval) : 0)
  }

  package func apply(
    block: Int, isVisible: Bool, gradParameters: BufferView<Float>,
    gradImage: BufferView<Float>, visible: BufferView<Float>, parameters: BufferView<Float>,
    moments: Moments.View, statistics: BufferView<Float>
  ) {
    let width = Lanes.scalarCount
    let base = block * planes * width
    if isVisible {
      gather(block: block, gradImage: gradImage, visible: visible, statistics: statistics)
    } else {
      gradParameters.slice(0..<activePlanes * width).fill(0)
    }
    if strategy == .mcmc { regularize(base: base, parameters, gradParameters) }
    moments.forEachPlane(of: block, planes: activePlanes) { plane, moments, offset in
      adam.update(
        parameters, offset: base + plane * width, moments: moments, momentsOffset: offset,
        gradient: gradParameters.lanes(plane * width),
        rate: Lanes(repeating: rate(plane) * adam.rateFactor))
    }
    limitScales(base: base, parameters)
    if strategy == .mcmc { shake(block: block, base: base, parameters) }
  }

  /// Holds scales to what still has a covariance in single precision.
  @inline(__always)
  private func limitScales(base: Int, _ parameters: BufferView<Float>) {
    let largest = Lanes(repeating: largestLogScale)
    for plane in Plane.logScales..<Plane.rotations {
      let at = base + plane * Lanes.scalarCount
      parameters.setLanes(at, Lanes.minimum(parameters.lanes(at), largest))
    }
  }

  @inline(__always)
  private func rate(_ plane: Int) -> Float {
    switch plane {
    case ..<Plane.logScales: meansRate
    case ..<Plane.rotations: rates.logScales
    case ..<Plane.opacityLogit: rates.rotations
    case ..<Plane.sh: rates.opacityLogits
    case ..<(Plane.sh + 3): rates.shConstant
    default: rates.shRest
    }
  }

  /// Adds a view's gradients to the statistics.
  @inline(__always)
  private func gather(
    block: Int, gradImage: BufferView<Float>, visible: BufferView<Float>,
    statistics: BufferView<Float>
  ) {
    let width = Lanes.scalarCount
    let base = block * DensityStatistic.count * width
    @inline(__always)
    func length(_ x: Int, _ y: Int) -> Lanes {
      let gradX = gradImage.lanes(x * width) * Lanes(repeating: halfSize.x)
      let gradY = gradImage.lanes(y * width) * Lanes(repeating: halfSize.y)
      return (gradX * gradX + gradY * gradY).squareRoot()
    }
    func add(_ plane: Int, _ value: Lanes) {
      let at = base + plane * width
      statistics.setLanes(at, statistics.lanes(at) + value)
    }
    add(DensityStatistic.gradient, length(ImageGradient.meanX, ImageGradient.meanY))
    add(
      DensityStatistic.absoluteGradient,
      length(ImageGradient.absoluteX, ImageGradient.absoluteY))
    add(DensityStatistic.views, visible.lanes(0))
  }

  /// Adds the gradients of the mean opacity and the mean scale.
  @inline(__always)
  private func regularize(
    base: Int, _ parameters: BufferView<Float>, _ gradient: BufferView<Float>
  ) {
    let width = Lanes.scalarCount
    let share = 1 / Float(max(1, count))
    let opacity = Logistic.forward(parameters.lanes(base + Plane.opacityLogit * width))
    let at = Plane.opacityLogit * width
    gradient.setLanes(
      at,
      gradient.lanes(at)
        + Logistic.backward(
          value: opacity, gradValue: Lanes(repeating: mcmc.opacityWeight * share)))
    for plane in Plane.logScales..<Plane.rotations {
      let scale = Lanes.exp(parameters.lanes(base + plane * width))
      gradient.setLanes(
        plane * width,
        gradient.lanes(plane * width).addingProduct(
          scale, Lanes(repeating: mcmc.scaleWeight * share / 3)))
    }
  }

  /// Moves nearly transparent Gaussians at random, as far as their own covariance reaches.
  @inline(__always)
  private func shake(block: Int, base: Int, _ parameters: BufferView<Float>) {
    let width = Lanes.scalarCount
    @inline(__always)
    func plane(_ index: Int) -> Lanes { parameters.lanes(base + index * width) }
    let gate = MonteCarloDensityControl.gate(
      opacity: Logistic.forward(plane(Plane.opacityLogit)))
    let isMoved = gate .> Lanes(1e-6)
    guard isMoved.isAnyTrue else { return }
    var (x, y, z) = (Lanes(0), Lanes(0), Lanes(0))
    for lane in 0..<width where isMoved[lane] && block * width + lane < count {
      var random = RandomSource(
        seed: seed, purpose: .noise,
        position: UInt64(iteration) << 32 | UInt64(block * width + lane))
      x[lane] = random.normal()
      y[lane] = random.normal()
      z[lane] = random.normal()
    }
    let (unit, _) = Normalization.forward(
      Quaternion(
        w: plane(Plane.rotations), x: plane(Plane.rotations + 1), y: plane(Plane.rotations + 2),
        z: plane(Plane.rotations + 3)))
    let axes = Covariance3D.axes(
      unit: unit,
      scales: Vector3(
        Lanes.exp(plane(Plane.logScales)), Lanes.exp(plane(Plane.logScales + 1)),
        Lanes.exp(plane(Plane.logScales + 2))))
    let offset =
      Covariance3D.forward(axes: axes) * Vector3(x, y, z)
      * (gate * Lanes(repeating: mcmc.noise * meansRate))
    for (axis, step) in [offset.x, offset.y, offset.z].enumerated() {
      // A covariance too large for single precision moves nothing.
      let isUsable = step.magnitude .< Lanes(1e15)
      parameters.setLanes(
        base + axis * width, plane(axis) + Lanes(0).replaced(by: step, where: isUsable))
    }
  }
}
