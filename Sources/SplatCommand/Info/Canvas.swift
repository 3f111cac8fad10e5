import SplatCore

/// A white picture that is drawn on.
struct Canvas {
  private let width: Int
  private let height: Int
  private var colors: [SIMD3<Double>]

  init(width: Int, height: Int) {
    self.width = width
    self.height = height
    colors = [SIMD3<Double>](repeating: SIMD3(repeating: 255), count: width * height)
  }

  /// Covers a pixel by a share of 0...1.
  private mutating func cover(_ x: Int, _ y: Int, _ color: SIMD3<Double>, _ share: Double) {
    guard x >= 0, y >= 0, x < width, y < height else { return }
    let at = y * width + x
    colors[at] += (color - colors[at]) * share
  }

  /// Draws a dot of a pixel's size around `place`.
  mutating func dot(_ place: SIMD2<Double>, _ color: SIMD3<Double>, _ opacity: Double) {
    let corner = place - 0.5
    guard abs(corner.x) < 1e6, abs(corner.y) < 1e6 else { return }
    let (x, y) = (Int(corner.x.rounded(.down)), Int(corner.y.rounded(.down)))
    let (right, below) = (corner.x - Double(x), corner.y - Double(y))
    cover(x, y, color, opacity * (1 - right) * (1 - below))
    cover(x + 1, y, color, opacity * right * (1 - below))
    cover(x, y + 1, color, opacity * (1 - right) * below)
    cover(x + 1, y + 1, color, opacity * right * below)
  }

  /// Draws a line of a pixel's width.
  mutating func line(
    _ from: SIMD2<Double>, _ to: SIMD2<Double>, _ color: SIMD3<Double>, _ opacity: Double
  ) {
    let way = to - from
    let length = max(abs(way.x), abs(way.y))
    guard length < 1e5 else { return }
    let steps = max(1, Int(length.rounded(.up)))
    for step in 0...steps {
      dot(from + way * (Double(step) / Double(steps)), color, opacity)
    }
  }

  /// The picture.
  var photo: Photo {
    Photo(
      width: width, height: height, channels: 3,
      bytes: colors.flatMap { color in
        (0..<3).map { UInt8(min(max(color[$0], 0), 255).rounded()) }
      })
  }
}
