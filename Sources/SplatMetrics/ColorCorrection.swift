package import SplatCore

/// The affine map of colours that brings a render closest to its photo: a correction of exposure
/// and white balance, for scores that do not depend on either (gsplat's `cc_psnr`).
///
/// It is the least-squares fit of a 3 x 3 matrix and an offset over the pixels that count.
package struct ColorCorrection: BitwiseCopyable, Sendable {
  /// What a unit of each of the render's channels adds to the corrected colour.
  private let red: SIMD3<Double>, green: SIMD3<Double>, blue: SIMD3<Double>
  private let offset: SIMD3<Double>

  /// The weight of the matrix's squared distance from identity, per pixel. It decides where a
  /// render does not: a grey image says nothing about single channels.
  private static let weightOfIdentity = 1e-10

  /// Fits the colours of a render, which has values in 0...1, to its photo.
  package init(_ images: ImagePair, workers: Workers) {
    let sums = workers.gathering(images.render.height) { Sums(ofRow: $0, of: images) }
      .reduce(into: Sums()) { $0 += $1 }
    let share = 1 / max(1, sums.count)
    let (render, photo) = (sums.render * share, sums.photo * share)
    // Around the means: (C + w I) M = D + w I with C of the render alone and D of both images.
    var spread: [SIMD3<Double>] = []
    var shared: [SIMD3<Double>] = []
    for channel in 0..<3 {
      var unit = SIMD3<Double>.zero
      unit[channel] = Self.weightOfIdentity
      spread.append(sums.squares[channel] * share - render * render[channel] + unit)
      shared.append(sums.products[channel] * share - photo * render[channel] + unit)
    }
    let matrix = Self.solution(of: spread, for: shared)
    (red, green, blue) = (matrix[0], matrix[1], matrix[2])
    offset = photo - red * render.x - green * render.y - blue * render.z
  }

  /// The colour after correction, clamped to 0...1.
  private func callAsFunction(_ color: SIMD3<Double>) -> SIMD3<Double> {
    (offset + red * color.x + green * color.y + blue * color.z)
      .clamped(lowerBound: .zero, upperBound: .one)
  }

  /// The mean over pixels and channels of (x - y)², with x corrected; 0 if no pixel counts.
  package func squaredError(_ images: ImagePair, workers: Workers) -> Double {
    let rows = workers.gathering(images.render.height) { row in
      var sum = SIMD3<Double>.zero
      images.forEachCounted(inRow: row) { render, photo in
        let error = self(render) - photo
        sum += error * error
      }
      return sum
    }
    let count = CountedPixels(images).count * ImagePair.colors.count
    return rows.reduce(.zero, +).sum() / Double(max(1, count))
  }

  /// Solves `matrix` X = `right` by elimination, which needs no pivots where `matrix` is symmetric
  /// and positive definite. All are given by rows.
  private static func solution(of matrix: [SIMD3<Double>], for right: [SIMD3<Double>])
    -> [SIMD3<Double>]
  {
    var (matrix, right) = (matrix, right)
    for pivot in 0..<3 {
      for row in pivot + 1..<3 {
        let factor = matrix[row][pivot] / matrix[pivot][pivot]
        matrix[row] -= matrix[pivot] * factor
        right[row] -= right[pivot] * factor
      }
    }
    for row in (0..<3).reversed() {
      for known in row + 1..<3 { right[row] -= right[known] * matrix[row][known] }
      right[row] /= matrix[row][row]
    }
    return right
  }
}

/// Sums over the pixels that count.
private struct Sums: BitwiseCopyable, Sendable {
  private(set) var count = 0.0
  private(set) var render = SIMD3<Double>.zero
  private(set) var photo = SIMD3<Double>.zero
  /// Of the render's colour times its red, its green and its blue.
  private(set) var squares = Rows()
  /// Of the photo's colour times the render's red, its green and its blue.
  private(set) var products = Rows()

  /// A vector for each channel of the render.
  struct Rows: BitwiseCopyable, Sendable {
    private var red = SIMD3<Double>.zero, green = SIMD3<Double>.zero, blue = SIMD3<Double>.zero

    subscript(channel: Int) -> SIMD3<Double> {
      channel == 0 ? red : channel == 1 ? green : blue
    }

    mutating func add(_ color: SIMD3<Double>, times render: SIMD3<Double>) {
      red += color * render.x
      green += color * render.y
      blue += color * render.z
    }

    static func += (left: inout Self, right: Self) {
      left.red += right.red
      left.green += right.green
      left.blue += right.blue
    }
  }

  init() {}

  init(ofRow row: Int, of images: ImagePair) {
    var sums = Sums()
    images.forEachCounted(inRow: row) { render, photo in
      sums.count += 1
      sums.render += render
      sums.photo += photo
      sums.squares.add(render, times: render)
      sums.products.add(photo, times: render)
    }
    self = sums
  }

  static func += (left: inout Self, right: Self) {
    left.count += right.count
    left.render += right.render
    left.photo += right.photo
    left.squares += right.squares
    left.products += right.products
  }
}

extension ImagePair {
  /// Calls `body` with the colours of each pixel of a row that counts.
  @inline(__always)
  fileprivate func forEachCounted(
    inRow row: Int, _ body: (_ render: SIMD3<Double>, _ photo: SIMD3<Double>) -> Void
  ) {
    func color(_ planes: PaddedPlanes, _ x: Int) -> SIMD3<Double> {
      func value(_ channel: Int) -> Double {
        Double(planes.values[planes.rowStart(channel: channel, row) + x])
      }
      return SIMD3(value(0), value(1), value(2))
    }
    for x in 0..<render.width where mask.count == 0 || mask[row * render.width + x] > 0 {
      body(color(render, x), color(photo, x))
    }
  }
}
