package import SplatCore

/// The loss of a rendered image against a photo, and its gradient.
///
/// (1 - λ) mean |x - y| + λ (1 - mean SSIM), over pixels and channels (Kerbl et al. 2023, equation 7).
/// SSIM looks through ``GaussianWindow`` with zeros around the image, C1 = 0.01², C2 = 0.03², and takes
/// variances as E[x²] - E[x]². Pixels that a mask leaves out are taken as 0 in both images, so that
/// nothing in them reaches a window, and count in neither mean.
package final class PhotometricLoss {
  /// What is measured along with the loss.
  package struct Value: Sendable, Equatable {
    /// The loss itself.
    package var loss: Double
    /// mean |x - y|.
    package var l1: Double
    /// mean (x - y)², of x held to 0...1.
    package var squaredError: Double
    /// mean SSIM.
    package var ssim: Double

    /// The value of a perfect render, or of no pixels at all.
    package static let none = Value(loss: 0, l1: 0, squaredError: 0, ssim: 1)
  }

  /// The planes of an image with a margin of zeros, so that windows need no bounds.
  package struct Planes: Sendable {
    /// Three planes, one after the other, each with a margin.
    package let values: BufferView<Float>
    package let width: Int, height: Int

    /// How many floats separate a pixel from the one below.
    package var stride: Int { Self.stride(width: width) }
    package var planeSize: Int { Self.planeSize(width: width, height: height) }

    package static let margin = GaussianWindow.radius
    /// The margin at the left and right, wide enough for lanes that stick out.
    static let sideMargin = 8

    package static func stride(width: Int) -> Int {
      (width + Lanes.scalarCount - 1) / Lanes.scalarCount * Lanes.scalarCount + 2 * sideMargin
    }
    package static func planeSize(width: Int, height: Int) -> Int {
      (height + 2 * margin) * stride(width: width)
    }

    package init(values: BufferView<Float>, width: Int, height: Int) {
      self.values = values
      self.width = width
      self.height = height
    }

    /// The place of the first pixel of a row.
    @inline(__always)
    package func rowStart(channel: Int, _ row: Int) -> Int {
      channel * planeSize + (row + Self.margin) * stride + Self.sideMargin
    }
  }

  private static let c1: Float = 0.01 * 0.01
  private static let c2: Float = 0.03 * 0.03

  private let partials = Buffer<Float>()
  private let rowScratch = Buffer<Float>()
  private let rendered = Buffer<Float>()
  private let target = Buffer<Float>()
  private var size = (width: 0, height: 0)

  package init() {}

  /// Room for the padded planes of the render and of the photo; the margins are zero. The pixels are
  /// what the last call with the same size left there.
  package func planes(width: Int, height: Int) -> (render: Planes, photo: Planes) {
    let planeSize = Planes.planeSize(width: width, height: height)
    if size != (width, height) {
      size = (width, height)
      partials.view(count: 9 * planeSize).fill(0)
      rendered.view(count: 3 * planeSize).fill(0)
      target.view(count: 3 * planeSize).fill(0)
    }
    func make(_ buffer: Buffer<Float>) -> Planes {
      Planes(values: buffer.view(count: 3 * planeSize), width: width, height: height)
    }
    return (make(rendered), make(target))
  }

  /// Returns the loss and writes its gradient with respect to the render.
  ///
  /// - Parameters:
  ///   - render: The rendered image, in planes of ``planes(width:height:)``; pixels that are left out
  ///     are 0.
  ///   - photo: The photo, likewise.
  ///   - mask: height x width, 1 for pixels that count and 0 for others; empty if all count.
  ///   - border: How many pixels along the edges do not count for SSIM.
  ///   - dssimWeight: λ.
  ///   - gradient: Three planes, height x width each.
  /// - Returns: The loss and its parts.
  package func evaluate(
    render: Planes, photo: Planes, mask: BufferView<Float>, border: Int = 0,
    dssimWeight: Float = 0.2, gradient: [BufferView<Float>], workers: Workers
  ) -> Value {
    let (width, height) = (render.width, render.height)
    let kept = mask.count > 0 ? (0..<mask.count).reduce(0) { $0 + Int(mask[$1]) } : width * height
    let counted = Counted(width: width, height: height, border: border, mask: mask)
    let keptForSSIM = border > 0 ? counted.count : kept
    guard kept > 0, keptForSSIM > 0 else {
      gradient.forEach { $0.fill(0) }
      return .none
    }
    let planeSize = render.planeSize
    let partials = partials.view(count: 9 * planeSize)
    let stride = render.stride
    let rows = rowScratch.view(count: workers.threads * 4 * stride)
    var rowSums = [Double](repeating: 0, count: 3 * height * 3)
    let ssimScale = -dssimWeight / Float(keptForSSIM * 3)
    let l1Scale = (1 - dssimWeight) / Float(kept * 3)

    rowSums.withView { sums in
      workers.forEach(3 * height) { piece, worker in
        let (channel, row) = (piece / height, piece % height)
        sums[piece] = Self.forwardRow(
          render: render, photo: photo, channel: channel, row: row,
          scratch: rows.slice(worker * 4 * stride..<(worker + 1) * 4 * stride),
          partials: partials, scale: ssimScale, counted: counted)
      }
      workers.forEach(3 * height) { piece, worker in
        let (channel, row) = (piece / height, piece % height)
        let errors = Self.backwardRow(
          render: render, photo: photo, channel: channel, row: row,
          scratch: rows.slice(worker * 4 * stride..<(worker + 1) * 4 * stride),
          partials: partials, l1Scale: l1Scale, mask: mask,
          gradient: gradient[channel].slice(row * width..<(row + 1) * width))
        sums[3 * height + piece] = errors.absolute
        sums[6 * height + piece] = errors.squared
      }
    }
    func total(_ part: Int) -> Double {
      rowSums[part * 3 * height..<(part + 1) * 3 * height].reduce(0, +)
    }
    let ssim = total(0) / Double(keptForSSIM * 3)
    let l1 = total(1) / Double(kept * 3)
    return Value(
      loss: Double(1 - dssimWeight) * l1 + Double(dssimWeight) * (1 - ssim), l1: l1,
      squaredError: total(2) / Double(kept * 3), ssim: ssim)
  }

  /// Which pixels count for the mean of SSIM.
  struct Counted: Sendable {
    let width: Int, height: Int, border: Int
    let mask: BufferView<Float>

    var count: Int {
      max(0, width - 2 * border) * max(0, height - 2 * border)
    }

    @inline(__always)
    func weight(_ x: Int, _ y: Int) -> Float {
      if border > 0, x < border || y < border || x >= width - border || y >= height - border {
        return 0
      }
      return mask.count > 0 ? mask[y * width + x] : 1
    }

    /// The weights of eight neighbours, 0 past the end of the row.
    @inline(__always)
    func weights(_ x: Int, _ y: Int) -> Lanes {
      if border == 0, mask.count == 0, x + Lanes.scalarCount <= width { return Lanes(1) }
      var result = Lanes(0)
      for lane in 0..<min(Lanes.scalarCount, width - x) { result[lane] = weight(x + lane, y) }
      return result
    }
  }

  /// Blurs one row of the four moments and writes the partial derivatives of SSIM, times the gradient
  /// of the loss with respect to it. Returns the row's sum of SSIM.
  private static func forwardRow(
    render: Planes, photo: Planes, channel: Int, row: Int, scratch: BufferView<Float>,
    partials: BufferView<Float>, scale: Float, counted: Counted
  ) -> Double {
    let stride = render.stride
    let start = render.rowStart(channel: channel, row)
    let first = start - Planes.sideMargin
    blurColumns(render.values, photo.values, start: first, stride: stride, into: scratch)

    let planeSize = render.planeSize
    let (lc1, lc2) = (Lanes(repeating: c1), Lanes(repeating: c2))
    let two = Lanes(2)
    var sum = 0.0
    for x in Swift.stride(from: 0, to: render.width, by: Lanes.scalarCount) {
      let at = Planes.sideMargin + x
      let meanX = GaussianWindow.blurred(scratch, at: at, step: 1)
      let meanY = GaussianWindow.blurred(scratch, at: stride + at, step: 1)
      let squares = GaussianWindow.blurred(scratch, at: 2 * stride + at, step: 1)
      let product = GaussianWindow.blurred(scratch, at: 3 * stride + at, step: 1)
      let meanSquares = meanX * meanX + meanY * meanY
      let a = meanSquares + lc1
      let b = Lanes.maximum(squares - meanSquares + lc2, lc2)
      let c = two * meanX * meanY + lc1
      let d = two * (product - meanX * meanY) + lc2
      let inverse = Lanes(1) / (a * b)
      let similarity = c * d * inverse
      let weight = counted.weights(x, row)
      let scaled = weight * Lanes(repeating: scale)
      // Derivatives with E[x²] and E[xy] as variables of their own.
      let gradMean =
        two * meanY * (d - c) * inverse - two * meanX * similarity * (b - a) * inverse
      let gradSquare = (Lanes(0) - similarity) / b
      let gradProduct = two * c * inverse
      let to = start - channel * planeSize + x
      partials.setLanes((channel * 3) * planeSize + to, gradMean * scaled)
      partials.setLanes((channel * 3 + 1) * planeSize + to, gradSquare * scaled)
      partials.setLanes((channel * 3 + 2) * planeSize + to, gradProduct * scaled)
      sum += Double((similarity * weight).total)
    }
    return sum
  }

  /// Blurs x, y, x² + y² and xy along the columns, for a whole row with its side margins.
  @inline(__always)
  private static func blurColumns(
    _ x: BufferView<Float>, _ y: BufferView<Float>, start: Int, stride: Int,
    into scratch: BufferView<Float>
  ) {
    let weights = GaussianWindow.weights
    for column in Swift.stride(from: 0, to: stride, by: Lanes.scalarCount) {
      var (sumX, sumY, sumSquares, sumProduct) = (Lanes(0), Lanes(0), Lanes(0), Lanes(0))
      @inline(__always) func add(_ offset: Int, _ weight: Float) {
        let (a, b) = (x.lanes(start + column + offset), y.lanes(start + column + offset))
        let weightedA = a * Lanes(repeating: weight)
        let weightedB = b * Lanes(repeating: weight)
        sumX += weightedA
        sumY += weightedB
        sumSquares = sumSquares.addingProduct(weightedA, a).addingProduct(weightedB, b)
        sumProduct = sumProduct.addingProduct(weightedA, b)
      }
      add(0, weights.0)
      add(-stride, weights.1)
      add(stride, weights.1)
      add(-2 * stride, weights.2)
      add(2 * stride, weights.2)
      add(-3 * stride, weights.3)
      add(3 * stride, weights.3)
      add(-4 * stride, weights.4)
      add(4 * stride, weights.4)
      add(-5 * stride, weights.5)
      add(5 * stride, weights.5)
      scratch.setLanes(column, sumX)
      scratch.setLanes(stride + column, sumY)
      scratch.setLanes(2 * stride + column, sumSquares)
      scratch.setLanes(3 * stride + column, sumProduct)
    }
  }

  /// Blurs the partial derivatives, which is what the window's adjoint does, and writes the gradient of
  /// a row. Returns the row's sums of |x - y| and of (x - y)².
  private static func backwardRow(
    render: Planes, photo: Planes, channel: Int, row: Int, scratch: BufferView<Float>,
    partials: BufferView<Float>, l1Scale: Float, mask: BufferView<Float>,
    gradient: BufferView<Float>
  ) -> (absolute: Double, squared: Double) {
    let stride = render.stride
    let planeSize = render.planeSize
    let start = render.rowStart(channel: channel, row)
    let inPlane = start - channel * planeSize - Planes.sideMargin
    for part in 0..<3 {
      for column in Swift.stride(from: 0, to: stride, by: Lanes.scalarCount) {
        let at = (channel * 3 + part) * planeSize + inPlane + column
        scratch.setLanes(
          part * stride + column, GaussianWindow.blurred(partials, at: at, step: stride))
      }
    }
    var (absolute, squared) = (0.0, 0.0)
    let two = Lanes(2)
    let zero = Lanes(0)
    let slope = Lanes(repeating: l1Scale)
    for column in Swift.stride(from: 0, to: render.width, by: Lanes.scalarCount) {
      let at = Planes.sideMargin + column
      let (x, y) = (render.values.lanes(start + column), photo.values.lanes(start + column))
      let gradMean = GaussianWindow.blurred(scratch, at: at, step: 1)
      let gradSquare = GaussianWindow.blurred(scratch, at: stride + at, step: 1)
      let gradProduct = GaussianWindow.blurred(scratch, at: 2 * stride + at, step: 1)
      let difference = x - y
      var grad = gradMean + two * x * gradSquare + y * gradProduct
      grad += zero.replaced(by: slope, where: difference .> zero)
        .replaced(by: zero - slope, where: difference .< zero)
      let held = x.clamped(from: zero, to: Lanes(1)) - y
      let count = min(Lanes.scalarCount, render.width - column)
      if count == Lanes.scalarCount, mask.count == 0 {
        gradient.setLanes(column, grad)
      } else {
        for lane in 0..<count {
          gradient[column + lane] =
            grad[lane] * (mask.count > 0 ? mask[row * render.width + column + lane] : 1)
        }
      }
      // Past the end of the row both images are 0.
      absolute += Double(difference.magnitude.total)
      squared += Double((held * held).total)
    }
    return (absolute, squared)
  }
}
