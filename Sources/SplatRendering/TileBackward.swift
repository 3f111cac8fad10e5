package import SplatCore

/// The gradient of the loss with respect to the planes of an image, row by row.
package struct ImageGradients: Sendable {
  package var red: BufferView<Float>, green: BufferView<Float>, blue: BufferView<Float>
  /// With respect to alpha; empty if the loss does not depend on it.
  package var alpha: BufferView<Float>
  /// The number of floats from one row to the next.
  package var rowStride: Int

  package init(
    red: BufferView<Float>, green: BufferView<Float>, blue: BufferView<Float>,
    alpha: BufferView<Float>, rowStride: Int
  ) {
    self.red = red
    self.green = green
    self.blue = blue
    self.alpha = alpha
    self.rowStride = rowStride
  }
}

/// Takes the gradient of a tile's pixels back to its Gaussians, front to back.
///
/// The loss seen from a pixel is Σ weight (colour · gradient) + behind; what is behind a Gaussian is found
/// by taking the Gaussians in front of it from the total, so that the walk needs no list of what each
/// pixel has blended. Sums over pixels are moments of the gradient about the mean, kept in lanes until
/// the batch is done.
struct TileBackward: TileKernel {
  private enum Own {
    static let transmittance = TilePlanes.firstOwn
    static let behind = transmittance + 1
    static let gradRed = behind + 1, gradGreen = gradRed + 1, gradBlue = gradGreen + 1
  }
  static let planeCount = Own.gradBlue + 1

  /// Sums over pixels, each in lanes. Those of a place and its powers are of the gradient with respect to
  /// the logarithm of the opacity.
  enum Moment {
    static let red = 0, green = 1, blue = 2
    static let sum = 3, x = 4, y = 5, xx = 6, xy = 7, yy = 8
    static let absoluteX = 9, absoluteY = 10
    static let count = 11
  }
  /// The number of floats of a Gaussian's sums.
  static let momentsSize = Moment.count * Lanes.scalarCount

  private let planes: TilePlanes
  private let batch: BufferView<TileGaussian>
  private let moments: BufferView<Float>
  private let slots: BufferView<UInt32>
  private let gradients: BufferView<Float>
  private let alphas: BufferView<Float>
  private let weights: BufferView<Float>, gradAlphas: BufferView<Float>
  private let includesAbsolute: Bool
  private let limits: Compositing.Limits

  /// `gradients` has ``ImageGradient/count`` floats for each slot, and `slots` the slot of each entry.
  init(
    memory: TileMemory.Part, settings: RenderSettings, blocks: TileBlocks, image: ImagePlanes,
    gradImage: ImageGradients, slots: BufferView<UInt32>, gradients: BufferView<Float>,
    includesAbsolute: Bool
  ) {
    planes = memory.planes
    batch = memory.batch
    moments = memory.moments
    alphas = memory.alphas
    weights = memory.weights
    gradAlphas = memory.gradAlphas
    self.slots = slots
    self.gradients = gradients
    self.includesAbsolute = includesAbsolute
    limits = Compositing.Limits(settings)
    planes.fillPlaces()
    for block in 0..<TileBlocks.count {
      let at = blocks.imageBlock(block)
      let offset = block * Lanes.scalarCount
      @inline(__always)
      func grad(_ plane: BufferView<Float>) -> Lanes {
        at.lanes(of: plane, rowStride: gradImage.rowStride)
      }
      @inline(__always)
      func pixels(_ plane: BufferView<Float>) -> Lanes {
        at.lanes(of: plane, rowStride: image.rowStride)
      }
      let (red, green, blue) = (grad(gradImage.red), grad(gradImage.green), grad(gradImage.blue))
      var total = pixels(image.red) * red
      total = total.addingProduct(pixels(image.green), green)
      total = total.addingProduct(pixels(image.blue), blue)
      // alpha = 1 - T, and T is proportional to 1 - α of every Gaussian, as the background is.
      if gradImage.alpha.count > 0 {
        total -= pixels(image.transmittance) * grad(gradImage.alpha)
      }
      planes[Own.transmittance, offset] = at.unblended
      planes[Own.behind, offset] = total
      planes[Own.gradRed, offset] = red
      planes[Own.gradGreen, offset] = green
      planes[Own.gradBlue, offset] = blue
    }
  }

  @inline(__always)
  func prepare(place: Int) {
    for moment in 0..<Moment.count {
      moments.setLanes(place * Self.momentsSize + moment * Lanes.scalarCount, Lanes(0))
    }
  }

  @inline(__always)
  func blend(offset: Int, hits: UInt64) {
    let (x, y) = (planes[0, offset], planes[1, offset])
    var left = hits
    var at = 0
    while left != 0 {
      let shape = batch[left.trailingZeroBitCount].shape
      left &= left &- 1
      alphas.setLanes(
        at,
        Compositing.opacity(
          deltaX: x - Lanes(repeating: shape.meanX), deltaY: y - Lanes(repeating: shape.meanY),
          gaussian: shape, limits: limits))
      at &+= Lanes.scalarCount
    }
    let (red, green) = (planes[Own.gradRed, offset], planes[Own.gradGreen, offset])
    let blue = planes[Own.gradBlue, offset]
    var rest = Compositing.Rest(stored: planes[Own.transmittance, offset])
    var behind = planes[Own.behind, offset]
    left = hits
    at = 0
    while left != 0 {
      let gaussian = batch[left.trailingZeroBitCount]
      left &= left &- 1
      let unlimited = alphas.lanes(at)
      let weight = rest.blend(limits.limited(unlimited), limits: limits)
      let shade = (Lanes(repeating: gaussian.red) * red)
        .addingProduct(Lanes(repeating: gaussian.green), green)
        .addingProduct(Lanes(repeating: gaussian.blue), blue)
      behind = behind.addingProduct(weight.negated, shade)
      let grad = Compositing.backward(
        weight: weight, unlimitedAlpha: unlimited, rest: rest, shade: shade, behind: behind,
        limits: limits)
      weights.setLanes(at, weight)
      gradAlphas.setLanes(at, grad)
      at &+= Lanes.scalarCount
    }
    planes[Own.transmittance, offset] = rest.stored(limits: limits)
    planes[Own.behind, offset] = behind
    left = hits
    at = 0
    while left != 0 {
      let place = left.trailingZeroBitCount
      let gaussian = batch[place]
      left &= left &- 1
      let deltaX = x - Lanes(repeating: gaussian.shape.meanX)
      let deltaY = y - Lanes(repeating: gaussian.shape.meanY)
      let weight = weights.lanes(at)
      let grad = gradAlphas.lanes(at)
      at &+= Lanes.scalarCount
      let (gradX, gradY) = (grad * deltaX, grad * deltaY)
      let start = place &* Self.momentsSize
      @inline(__always) func add(_ moment: Int, _ value: Lanes) {
        let at = start &+ moment * Lanes.scalarCount
        moments.setLanes(at, moments.lanes(at) + value)
      }
      @inline(__always) func add(_ moment: Int, _ value: Lanes, _ factor: Lanes) {
        let at = start &+ moment * Lanes.scalarCount
        moments.setLanes(at, moments.lanes(at).addingProduct(value, factor))
      }
      add(Moment.red, weight, red)
      add(Moment.green, weight, green)
      add(Moment.blue, weight, blue)
      add(Moment.sum, grad)
      add(Moment.x, gradX)
      add(Moment.y, gradY)
      add(Moment.xx, gradX, deltaX)
      add(Moment.xy, gradX, deltaY)
      add(Moment.yy, gradY, deltaY)
      if includesAbsolute {
        let slopeX = (Lanes(repeating: gaussian.conicXX) * gradX)
          .addingProduct(Lanes(repeating: gaussian.conicXY), gradY)
        let slopeY = (Lanes(repeating: gaussian.conicXY) * gradX)
          .addingProduct(Lanes(repeating: gaussian.conicYY), gradY)
        add(Moment.absoluteX, slopeX.magnitude)
        add(Moment.absoluteY, slopeY.magnitude)
      }
    }
  }

  /// Writes the gradients that follow from the moments: the exponent is
  /// -(a dx² + c dy²) / 2 - b dx dy, and dx falls as the mean moves right.
  @inline(never)
  func finish(place: Int, entry: Int) {
    let gaussian = batch[place]
    @inline(__always)
    func moment(_ index: Int) -> Lanes {
      moments.lanes(place * Self.momentsSize + index * Lanes.scalarCount)
    }
    let start = Int(slots[entry]) * ImageGradient.count
    let sums = Lanes.totals(
      moment(Moment.x), moment(Moment.y), moment(Moment.xx), moment(Moment.xy),
      moment(Moment.yy), moment(Moment.sum), moment(Moment.red), moment(Moment.green))
    gradients.setLanes(
      start,
      Lanes(
        gaussian.conicXX * sums[0] + gaussian.conicXY * sums[1],
        gaussian.conicXY * sums[0] + gaussian.conicYY * sums[1],
        -0.5 * sums[2], -sums[3], -0.5 * sums[4], sums[5] / gaussian.opacity, sums[6], sums[7]))
    let zero = Lanes(0)
    gradients.setFour(
      start + Lanes.scalarCount,
      Lanes.totals(
        moment(Moment.blue), moment(Moment.absoluteX), moment(Moment.absoluteY), zero, zero, zero,
        zero, zero
      ).lowHalf)
  }

  @inline(__always)
  func skip(entry: Int) {
    let start = Int(slots[entry]) * ImageGradient.count
    gradients.setLanes(start, Lanes(0))
    gradients.setFour(start + Lanes.scalarCount, SIMD4(repeating: 0))
  }
}
