import SplatMetrics

/// The loss of training in double precision, one pixel after the other. The window is written out
/// plainly; what happens at a pixel is the source that ships.
struct ReferenceLoss {
  let width: Int, height: Int
  /// 1 for pixels that count, 0 for others.
  private let mask: [Double]
  private let photo: [Double]
  private let border: Int
  private let dssimWeight = Double(Float(0.2))

  init(_ images: LossImages, border: Int = 0) {
    (width, height) = (images.width, images.height)
    mask =
      images.mask.isEmpty
      ? [Double](repeating: 1, count: width * height) : images.mask.map(Double.init)
    self.border = border
    photo = images.photo.enumerated().map { [mask] in Double($1) * mask[$0 / 3] }
  }

  /// The loss of a render, interleaved.
  func value(_ render: [Double]) -> Double {
    var (l1, ssim) = (0.0, 0.0)
    for channel in 0..<3 {
      let (x, y) = planes(render, channel)
      let moments = moments(x, y)
      for pixel in x.indices {
        l1 += L1.forward(x[pixel], y[pixel])
        ssim += weight(pixel) * SSIM.forward(moments[pixel])
      }
    }
    return (1 - dssimWeight) * l1 / count(border: 0)
      + dssimWeight * (1 - ssim / count(border: border))
  }

  /// The gradient of the loss, interleaved.
  func gradient(_ render: [Double]) -> [Double] {
    var result = render
    for channel in 0..<3 {
      let (x, y) = planes(render, channel)
      let gradients = zip(moments(x, y), x.indices).map { moments, pixel in
        SSIM.backward(moments, grad: -dssimWeight * weight(pixel) / count(border: border))
      }
      let gradX = blurred(gradients.map(\.x))
      let gradSquares = blurred(gradients.map(\.squares))
      let gradProduct = blurred(gradients.map(\.product))
      for pixel in x.indices {
        let grad = SSIM.Moments(
          x: gradX[pixel], y: 0, squares: gradSquares[pixel], product: gradProduct[pixel])
        result[pixel * 3 + channel] =
          mask[pixel]
          * (SSIM.pixelBackward(x[pixel], y[pixel], grad: grad)
            + L1.backward(x[pixel], y[pixel], grad: (1 - dssimWeight) / count(border: 0)))
      }
    }
    return result
  }

  /// By how much the division by variances enlarges the rounding of means, at most: variances are
  /// differences of such means.
  func conditionNumber(_ render: [Double]) -> Double {
    (0..<3).reduce(0) { worst, channel in
      let (x, y) = planes(render, channel)
      return moments(x, y).reduce(worst) { worst, m in
        max(worst, m.squares / (m.squares - m.x * m.x - m.y * m.y + 0.03 * 0.03))
      }
    }
  }

  private func planes(_ render: [Double], _ channel: Int) -> (x: [Double], y: [Double]) {
    let pixels = 0..<width * height
    return (
      pixels.map { render[$0 * 3 + channel] * mask[$0] }, pixels.map { photo[$0 * 3 + channel] }
    )
  }

  private func moments(_ x: [Double], _ y: [Double]) -> [SSIM.Moments<Double>] {
    let pixels = zip(x, y).map { SSIM.pixelForward($0, $1) }
    let (meansX, meansY) = (blurred(pixels.map(\.x)), blurred(pixels.map(\.y)))
    let (squares, products) = (blurred(pixels.map(\.squares)), blurred(pixels.map(\.product)))
    return x.indices.map {
      SSIM.Moments(x: meansX[$0], y: meansY[$0], squares: squares[$0], product: products[$0])
    }
  }

  /// The weighted sum of what the window sees around each pixel; there is nothing past the edges.
  func blurred(_ plane: [Double]) -> [Double] {
    let rows = blurred(plane, length: width, step: 1)
    return blurred(rows, length: height, step: width)
  }

  private func blurred(_ plane: [Double], length: Int, step: Int) -> [Double] {
    let weights = Self.weights
    let radius = GaussianWindow.radius
    return plane.indices.map { pixel in
      let place = pixel / step % length
      var sum = 0.0
      for offset in max(-radius, -place)...min(radius, length - 1 - place) {
        sum += weights[abs(offset)] * plane[pixel + offset * step]
      }
      return sum
    }
  }

  /// The weights that ship, from the middle outwards.
  static var weights: [Double] {
    let w = GaussianWindow.weights
    return [w.0, w.1, w.2, w.3, w.4, w.5].map(Double.init)
  }

  /// 1 for pixels that count for SSIM.
  private func weight(_ pixel: Int) -> Double {
    let (x, y) = (pixel % width, pixel / width)
    let isInside = x >= border && y >= border && x < width - border && y < height - border
    return isInside ? mask[pixel] : 0
  }

  /// The number of values that a mean is over.
  private func count(border: Int) -> Double {
    var count = 0.0
    for y in stride(from: border, to: height - border, by: 1) {
      for x in stride(from: border, to: width - border, by: 1) { count += mask[y * width + x] }
    }
    return 3 * count
  }
}
