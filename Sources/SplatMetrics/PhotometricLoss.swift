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

  private let bandScratch = Buffer<Float>()
  private let rowSums = Buffer<Float>()
  private let rendered = Buffer<Float>()
  private let target = Buffer<Float>()
  private var size = (width: 0, height: 0)
  private var isScratchClear = false

  package init() {}

  /// Room for the padded planes of the render and of the photo; the margins are zero. The pixels are
  /// what the last call with the same size left there.
  package func planes(width: Int, height: Int) -> (render: Planes, photo: Planes) {
    let planeSize = Planes.planeSize(width: width, height: height)
    if size != (width, height) {
      size = (width, height)
      isScratchClear = false
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
    let kept = Self.keptPixels(mask, of: width * height)
    let counted = Counted(width: width, height: height, border: border, mask: mask)
    let keptForSSIM = border > 0 ? counted.count : kept
    guard kept > 0, keptForSSIM > 0 else {
      gradient.forEach { $0.fill(0) }
      return .none
    }
    let rowSums = rowSums.view(count: 3 * 3 * height * Lanes.scalarCount)
    let terms = Terms(
      render: render, photo: photo, counted: counted, mask: mask,
      ssimScale: -dssimWeight / Float(keptForSSIM * 3),
      l1Scale: (1 - dssimWeight) / Float(kept * 3))
    /// The place of a part's sum over a row of a channel, lane by lane.
    @Sendable func sum(_ part: Int, _ channel: Int, _ row: Int) -> Int {
      ((part * 3 + channel) * height + row) * Lanes.scalarCount
    }
    let bandSize = Band.scratchCount(stride: render.stride)
    let scratch = bandScratch.view(count: workers.threads * bandSize)
    if !isScratchClear { scratch.fill(0) }  // The side margins stay as they are from here on.
    isScratchClear = true
    let bands = (height + Band.rows - 1) / Band.rows
    workers.forEach(3 * bands) { piece, worker in
      let channel = piece / bands
      let first = piece % bands * Band.rows
      let band = Band(
        rows: first..<min(height, first + Band.rows), stride: render.stride,
        scratch: scratch.slice(worker * bandSize..<(worker + 1) * bandSize))
      for row in band.rowsWithMargin {
        guard row >= 0, row < height else {
          for part in 0..<3 { band.partials(part, row).fill(0) }
          continue
        }
        let similarity = Self.forwardRow(terms, channel: channel, row: row, band: band)
        if band.rows.contains(row) { rowSums.setLanes(sum(0, channel, row), similarity) }
      }
      for row in band.rows {
        let errors = Self.backwardRow(
          terms, channel: channel, row: row, band: band,
          gradient: gradient[channel].slice(row * width..<(row + 1) * width))
        rowSums.setLanes(sum(1, channel, row), errors.absolute)
        rowSums.setLanes(sum(2, channel, row), errors.squared)
      }
    }
    func total(_ part: Int) -> Double {
      (0..<3 * height).reduce(0) { $0 + Double(rowSums.lanes(sum(part, 0, $1)).total) }
    }
    let ssim = total(0) / Double(keptForSSIM * 3)
    let l1 = total(1) / Double(kept * 3)
    return Value(
      loss: Double(1 - dssimWeight) * l1 + Double(dssimWeight) * (1 - ssim), l1: l1,
      squaredError: total(2) / Double(kept * 3), ssim: ssim)
  }

  /// How many of `count` pixels a mask, as ``evaluate(render:photo:mask:border:dssimWeight:gradient:workers:)`` takes it,
  /// lets count.
  package static func keptPixels(_ mask: BufferView<Float>, of count: Int) -> Int {
    mask.count > 0 ? (0..<mask.count).reduce(0) { $0 + Int(mask[$1]) } : count
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
      return weightsOneByOne(x, y)
    }

    // Kept apart, as all that looks at single lanes is: in a loop over lanes it makes the compiler take
    // the whole loop apart.
    @inline(never)
    private func weightsOneByOne(_ x: Int, _ y: Int) -> Lanes {
      var result = Lanes(0)
      for lane in 0..<min(Lanes.scalarCount, width - x) { result[lane] = weight(x + lane, y) }
      return result
    }
  }

  /// What the terms of the loss are computed from.
  private struct Terms: Sendable {
    let render: Planes, photo: Planes
    let counted: Counted
    let mask: BufferView<Float>
    /// The gradient of the loss with respect to a pixel's SSIM and to its |x - y|.
    let ssimScale: Float, l1Scale: Float
  }

  /// Some rows of a channel, whose partial derivatives stay in a cache until they are used. Its scratch
  /// memory begins with four rows for intermediate results.
  private struct Band {
    /// A band's rows need those of a margin on both sides, which the next band computes again.
    static let rows = 64
    let rows: Range<Int>
    let stride: Int
    let scratch: BufferView<Float>

    static func scratchCount(stride: Int) -> Int {
      (4 + 3 * (rows + 2 * Planes.margin)) * stride
    }

    var rowsWithMargin: Range<Int> {
      rows.lowerBound - Planes.margin..<rows.upperBound + Planes.margin
    }

    /// Where a row of one of the three partial derivatives begins, side margin included.
    @inline(__always)
    func partialStart(_ part: Int, _ row: Int) -> Int {
      let place = row - rows.lowerBound + Planes.margin
      return (4 + part * (Self.rows + 2 * Planes.margin) + place) * stride
    }

    func partials(_ part: Int, _ row: Int) -> BufferView<Float> {
      let start = partialStart(part, row)
      return scratch.slice(start..<start + stride)
    }
  }

  /// Blurs one row of the four moments and writes the partial derivatives of SSIM, times the gradient
  /// of the loss with respect to it. Returns the row's sums of SSIM, lane by lane.
  private static func forwardRow(_ terms: Terms, channel: Int, row: Int, band: Band) -> Lanes {
    let (render, photo, stride, scratch) = (terms.render, terms.photo, band.stride, band.scratch)
    let first = render.rowStart(channel: channel, row) - Planes.sideMargin
    blurColumns(render.values, photo.values, start: first, stride: stride, into: scratch)

    let scale = Lanes(repeating: terms.ssimScale)
    let (toMean, toSquare, toProduct) = (
      band.partialStart(0, row), band.partialStart(1, row), band.partialStart(2, row)
    )
    let (lc1, lc2) = (Lanes(repeating: c1), Lanes(repeating: c2))
    let two = Lanes(2)
    var sum = Lanes(0)
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
      let weight = terms.counted.weights(x, row)
      let scaled = weight * scale
      // Derivatives with E[x²] and E[xy] as variables of their own.
      let gradMean =
        two * meanY * (d - c) * inverse - two * meanX * similarity * (b - a) * inverse
      let gradSquare = (Lanes(0) - similarity) / b
      let gradProduct = two * c * inverse
      scratch.setLanes(toMean + at, gradMean * scaled)
      scratch.setLanes(toSquare + at, gradSquare * scaled)
      scratch.setLanes(toProduct + at, gradProduct * scaled)
      sum = sum.addingProduct(similarity, weight)
    }
    return sum
  }

  /// Blurs x, y, x² + y² and xy along the columns, for a whole row with its side margins.
  @inline(__always)
  private static func blurColumns(
    _ x: BufferView<Float>, _ y: BufferView<Float>, start: Int, stride: Int,
    into scratch: BufferView<Float>
  ) {
    for column in Swift.stride(from: 0, to: stride, by: Lanes.scalarCount) {
      scratch.setLanes(column, GaussianWindow.blurred(x, at: start + column, step: stride))
      scratch.setLanes(stride + column, GaussianWindow.blurred(y, at: start + column, step: stride))
    }
    let weights = GaussianWindow.weights
    for column in Swift.stride(from: 0, to: stride, by: Lanes.scalarCount) {
      let at = start + column
      let (a, b) = (x.lanes(at), y.lanes(at))
      var squares = (a * a).addingProduct(b, b) * Lanes(repeating: weights.0)
      var product = a * b * Lanes(repeating: weights.0)
      @inline(__always) func add(_ distance: Int, _ weight: Float) {
        let (a, b) = (x.lanes(at - distance * stride), y.lanes(at - distance * stride))
        let (c, d) = (x.lanes(at + distance * stride), y.lanes(at + distance * stride))
        let four = (a * a).addingProduct(b, b).addingProduct(c, c).addingProduct(d, d)
        squares = squares.addingProduct(four, Lanes(repeating: weight))
        product = product.addingProduct((a * b).addingProduct(c, d), Lanes(repeating: weight))
      }
      add(1, weights.1)
      add(2, weights.2)
      add(3, weights.3)
      add(4, weights.4)
      add(5, weights.5)
      scratch.setLanes(2 * stride + column, squares)
      scratch.setLanes(3 * stride + column, product)
    }
  }

  /// Blurs the partial derivatives, which is what the window's adjoint does, and writes the gradient of
  /// a row. Returns the row's sums of |x - y| and of (x - y)², lane by lane.
  private static func backwardRow(
    _ terms: Terms, channel: Int, row: Int, band: Band, gradient: BufferView<Float>
  ) -> (absolute: Lanes, squared: Lanes) {
    let (render, photo, mask) = (terms.render, terms.photo, terms.mask)
    let (stride, scratch) = (band.stride, band.scratch)
    let start = render.rowStart(channel: channel, row)
    for part in 0..<3 {
      let from = band.partialStart(part, row)
      for column in Swift.stride(from: 0, to: stride, by: Lanes.scalarCount) {
        scratch.setLanes(
          part * stride + column, GaussianWindow.blurred(scratch, at: from + column, step: stride))
      }
    }
    var (absolute, squared) = (Lanes(0), Lanes(0))
    let two = Lanes(2)
    let zero = Lanes(0)
    let slope = Lanes(repeating: terms.l1Scale)
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
      scratch.setLanes(3 * stride + column, grad)
      // Past the end of the row both images are 0.
      absolute += difference.magnitude
      squared = squared.addingProduct(held, held)
    }
    gradient.copy(scratch.slice(3 * stride..<3 * stride + render.width))
    for column in 0..<(mask.count > 0 ? render.width : 0) {
      gradient[column] *= mask[row * render.width + column]
    }
    return (absolute, squared)
  }
}
