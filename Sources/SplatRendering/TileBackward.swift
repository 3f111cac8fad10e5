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
  private enum Own {
    static let transmittance = TilePlanes.firstOwn
    static let behind = transmittance + 1
    static let gradRed = behind + 1, gradGreen = gradRed + 1, gradBlue = gradGreen + 1
  }
  static let planeCount = Own.gradBlue + 1

  private let planes: TilePlanes
  private let gradients: BufferView<Float>
  private let includesAbsolute: Bool
  private let limits: Compositing.Limits
  private let originX: Float, originY: Float
  var transmittance: BufferView<Float> { planes.plane(Own.transmittance) }

  private var gaussian = Compositing.Gaussian(.none)
  private var meanX = PixelLanes.zero, meanY = PixelLanes.zero
  private var splatRed = PixelLanes.zero, splatGreen = PixelLanes.zero
  private var splatBlue = PixelLanes.zero
  private var conicXX = PixelLanes.zero, conicXY = PixelLanes.zero
  private var conicYY = PixelLanes.zero
  private var moments = Moments()

  /// Sums over pixels.
  private struct Moments {
    var red = PixelLanes.zero, green = PixelLanes.zero, blue = PixelLanes.zero
    /// Of the gradient with respect to the logarithm of the opacity, times powers of the place.
    var sum = PixelLanes.zero, x = PixelLanes.zero, y = PixelLanes.zero
    var xx = PixelLanes.zero, xy = PixelLanes.zero, yy = PixelLanes.zero
    var absoluteX = PixelLanes.zero, absoluteY = PixelLanes.zero
  }

  /// `gradients` has ``ImageGradient/count`` floats for each entry.
  init(
    scratch: BufferView<Float>, settings: RenderSettings, blocks: TileBlocks,
    image: ImagePlanes, gradImage: ImageGradients, gradients: BufferView<Float>,
    includesAbsolute: Bool
  ) {
    planes = TilePlanes(values: scratch)
    self.gradients = gradients
    self.includesAbsolute = includesAbsolute
    limits = Compositing.Limits(settings)
    (originX, originY) = (Float(blocks.originX), Float(blocks.originY))
    planes.fillPlaces()
    for plane in TilePlanes.firstOwn..<Self.planeCount {
      planes[plane, TileBlocks.count * Lanes.scalarCount] = Lanes(0)
    }
    planes[Own.transmittance, TileBlocks.count * Lanes.scalarCount] = Lanes(-1)
    for block in 0..<TileBlocks.count {
      let at = blocks.imageBlock(block)
      let offset = block * Lanes.scalarCount
      func grad(_ plane: BufferView<Float>) -> Lanes {
        at.lanes(of: plane, rowStride: gradImage.rowStride)
      }
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
  mutating func begin(_ splat: ProjectedSplat) {
    gaussian = Compositing.Gaussian(splat)
    meanX = PixelLanes(repeating: splat.meanX - originX)
    meanY = PixelLanes(repeating: splat.meanY - originY)
    splatRed = PixelLanes(repeating: splat.red)
    splatGreen = PixelLanes(repeating: splat.green)
    splatBlue = PixelLanes(repeating: splat.blue)
    conicXX = PixelLanes(repeating: splat.conicXX)
    conicXY = PixelLanes(repeating: splat.conicXY)
    conicYY = PixelLanes(repeating: splat.conicYY)
    moments = Moments()
  }

  @inline(__always)
  mutating func blend(_ pair: BlockPair) {
    let deltaX = planes[0, pair] - meanX
    let deltaY = planes[1, pair] - meanY
    let blend = Compositing.forward(
      deltaX: deltaX, deltaY: deltaY, gaussian: gaussian,
      transmittance: planes[Own.transmittance, pair], limits: limits)
    planes[Own.transmittance, pair] = blend.transmittance

    let red = planes[Own.gradRed, pair]
    let green = planes[Own.gradGreen, pair]
    let blue = planes[Own.gradBlue, pair]
    let shade = (splatRed * red).addingProduct(splatGreen, green).addingProduct(splatBlue, blue)
    let behind = planes[Own.behind, pair].addingProduct(PixelLanes.zero - blend.weight, shade)
    planes[Own.behind, pair] = behind
    moments.red = moments.red.addingProduct(blend.weight, red)
    moments.green = moments.green.addingProduct(blend.weight, green)
    moments.blue = moments.blue.addingProduct(blend.weight, blue)

    let grad = Compositing.backward(blend: blend, shade: shade, behind: behind, limits: limits)
    let (gradX, gradY) = (grad * deltaX, grad * deltaY)
    moments.sum += grad
    moments.x += gradX
    moments.y += gradY
    moments.xx = moments.xx.addingProduct(gradX, deltaX)
    moments.xy = moments.xy.addingProduct(gradX, deltaY)
    moments.yy = moments.yy.addingProduct(gradY, deltaY)
    if includesAbsolute {
      moments.absoluteX += (conicXX * gradX).addingProduct(conicXY, gradY).magnitude
      moments.absoluteY += (conicXY * gradX).addingProduct(conicYY, gradY).magnitude
    }
  }

  @inline(__always)
  func end(_ splat: ProjectedSplat, entry: Int) {
    Self.write(moments, of: splat, to: gradients, start: entry * ImageGradient.count)
  }

  /// Writes the gradients that follow from the moments: the exponent is
  /// -(a dx² + c dy²) / 2 - b dx dy, and dx falls as the mean moves right.
  ///
  /// A function of its own, because the compiler takes the loop before it apart to suit the sums here.
  @inline(never)
  private static func write(
    _ m: Moments, of splat: ProjectedSplat, to gradients: BufferView<Float>, start: Int
  ) {
    let sums = Lanes.totals(
      m.x.halves, m.y.halves, m.xx.halves, m.xy.halves, m.yy.halves, m.sum.halves, m.red.halves,
      m.green.halves)
    gradients.setLanes(
      start,
      Lanes(
        splat.conicXX * sums[0] + splat.conicXY * sums[1],
        splat.conicXY * sums[0] + splat.conicYY * sums[1],
        -0.5 * sums[2], -sums[3], -0.5 * sums[4], sums[5] / splat.opacity, sums[6], sums[7]))
    let zero = Lanes(0)
    gradients.setFour(
      start + Lanes.scalarCount,
      Lanes.totals(
        m.blue.halves, m.absoluteX.halves, m.absoluteY.halves, zero, zero, zero, zero, zero
      ).lowHalf)
  }

  @inline(__always)
  func skip(entry: Int) {
    let start = entry * ImageGradient.count
    gradients.setLanes(start, Lanes(0))
    gradients.setFour(start + Lanes.scalarCount, SIMD4(repeating: 0))
  }
}
