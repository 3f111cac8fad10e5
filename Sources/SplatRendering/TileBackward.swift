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
/// the Gaussian is done.
struct TileBackward: TileKernel {
  static let planeCount = 5

  let transmittance: BufferView<Float>
  private let behind: BufferView<Float>
  private let gradRed: BufferView<Float>, gradGreen: BufferView<Float>
  private let gradBlue: BufferView<Float>
  private let gradients: BufferView<Float>
  private let includesAbsolute: Bool
  private let limits: Compositing.Limits

  private var gaussian = Compositing.Gaussian(.none)
  private var row = Compositing.Gaussian(.none).row(deltaY: 0)
  private var splatRed = Lanes(0), splatGreen = Lanes(0), splatBlue = Lanes(0)
  private var conicXX = Lanes(0), conicXY = Lanes(0)
  private var rowX = Lanes(0), rowY = Lanes(0)

  private var rowSum = Lanes(0), rowSumX = Lanes(0), rowSumXX = Lanes(0)
  private var sum = Lanes(0), sumX = Lanes(0), sumY = Lanes(0)
  private var sumXX = Lanes(0), sumXY = Lanes(0), sumYY = Lanes(0)
  private var sumRed = Lanes(0), sumGreen = Lanes(0), sumBlue = Lanes(0)
  private var absoluteX = Lanes(0), absoluteY = Lanes(0)

  /// `gradients` has ``ImageGradient/count`` floats for each slot.
  init(
    scratch: BufferView<Float>, settings: RenderSettings, walk: TileWalk,
    image: ImagePlanes, gradImage: ImageGradients, gradients: BufferView<Float>,
    includesAbsolute: Bool
  ) {
    func plane(_ index: Int) -> BufferView<Float> {
      scratch.slice(index * TileWalk.planeSize..<(index + 1) * TileWalk.planeSize)
    }
    scratch.slice(0..<Self.planeCount * TileWalk.planeSize).fill(0)
    transmittance = plane(0)
    behind = plane(1)
    gradRed = plane(2)
    gradGreen = plane(3)
    gradBlue = plane(4)
    self.gradients = gradients
    self.includesAbsolute = includesAbsolute
    limits = Compositing.Limits(settings)
    walk.fillInside(transmittance, 1)
    for y in 0..<walk.height {
      for x in 0..<walk.width {
        let to = y * TileWalk.stride + x
        let (row, column) = (walk.originY + y, walk.originX + x)
        let at = row * image.rowStride + column
        let from = row * gradImage.rowStride + column
        let (red, green, blue) = (
          gradImage.red[from], gradImage.green[from], gradImage.blue[from]
        )
        gradRed[to] = red
        gradGreen[to] = green
        gradBlue[to] = blue
        var total = image.red[at] * red + image.green[at] * green + image.blue[at] * blue
        // alpha = 1 - T, and T is proportional to 1 - α of every Gaussian, as the background is.
        if gradImage.alpha.count > 0 { total -= image.transmittance[at] * gradImage.alpha[from] }
        behind[to] = total
      }
    }
  }

  @inline(__always)
  mutating func begin(_ splat: ProjectedSplat) {
    gaussian = Compositing.Gaussian(splat)
    splatRed = Lanes(repeating: splat.red)
    splatGreen = Lanes(repeating: splat.green)
    splatBlue = Lanes(repeating: splat.blue)
    conicXX = Lanes(repeating: splat.conicXX)
    conicXY = Lanes(repeating: splat.conicXY)
    rowX = Lanes(0)
    rowY = Lanes(0)
    sum = Lanes(0)
    sumX = Lanes(0)
    sumY = Lanes(0)
    sumXX = Lanes(0)
    sumXY = Lanes(0)
    sumYY = Lanes(0)
    sumRed = Lanes(0)
    sumGreen = Lanes(0)
    sumBlue = Lanes(0)
    absoluteX = Lanes(0)
    absoluteY = Lanes(0)
    conicYY = splat.conicYY
  }

  private var conicYY: Float = 0

  @inline(__always)
  mutating func beginRow(deltaY: Float) {
    row = gaussian.row(deltaY: deltaY)
    rowSum = Lanes(0)
    rowSumX = Lanes(0)
    rowSumXX = Lanes(0)
    let h = Lanes(repeating: deltaY)
    rowX = conicXY * h
    rowY = Lanes(repeating: conicYY) * h
  }

  @inline(__always)
  mutating func blend(offset: Int, deltaX: Lanes) {
    let blend = Compositing.forward(
      deltaX: deltaX, gaussian: gaussian, row: row, transmittance: transmittance.lanes(offset),
      limits: limits)
    transmittance.setLanes(offset, blend.transmittance)

    let (red, green, blue) = (
      gradRed.lanes(offset), gradGreen.lanes(offset), gradBlue.lanes(offset)
    )
    let shade = (splatRed * red).addingProduct(splatGreen, green).addingProduct(splatBlue, blue)
    let rest = behind.lanes(offset).addingProduct(Lanes(0) - blend.weight, shade)
    behind.setLanes(offset, rest)
    sumRed = sumRed.addingProduct(blend.weight, red)
    sumGreen = sumGreen.addingProduct(blend.weight, green)
    sumBlue = sumBlue.addingProduct(blend.weight, blue)

    let grad = Compositing.backward(blend: blend, shade: shade, behind: rest, limits: limits)
    let gradX = grad * deltaX
    rowSum += grad
    rowSumX += gradX
    rowSumXX = rowSumXX.addingProduct(gradX, deltaX)
    if includesAbsolute {
      absoluteX += (grad * rowX.addingProduct(conicXX, deltaX)).magnitude
      absoluteY += (grad * rowY.addingProduct(conicXY, deltaX)).magnitude
    }
  }

  @inline(__always)
  mutating func endRow(deltaY: Float) {
    let h = Lanes(repeating: deltaY)
    let sumH = rowSum * h
    sum += rowSum
    sumX += rowSumX
    sumXX += rowSumXX
    sumY += sumH
    sumXY = sumXY.addingProduct(rowSumX, h)
    sumYY = sumYY.addingProduct(sumH, h)
  }

  /// Writes the gradients that follow from the moments: the exponent is
  /// -(a dx² + c dy²) / 2 - b dx dy, and dx falls as the mean moves right.
  @inline(__always)
  mutating func end(_ splat: ProjectedSplat, slot: Int) {
    let (momentX, momentY) = (sumX.total, sumY.total)
    let start = slot * ImageGradient.count
    gradients.setLanes(
      start,
      Lanes(
        splat.conicXX * momentX + splat.conicXY * momentY,
        splat.conicXY * momentX + splat.conicYY * momentY,
        -0.5 * sumXX.total, -sumXY.total, -0.5 * sumYY.total, sum.total / splat.opacity,
        sumRed.total, sumGreen.total))
    gradients[start + ImageGradient.blue] = sumBlue.total
    gradients[start + ImageGradient.absoluteX] = absoluteX.total
    gradients[start + ImageGradient.absoluteY] = absoluteY.total
  }
}
