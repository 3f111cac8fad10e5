import SplatCore

/// A picture to draw on, white at first.
struct Canvas {
  /// No dot is drawn farther away than this, and no line longer, in pixels; both would overflow.
  private static let farthestDot = 1e6
  private static let longestLine = 1e5

  private let width: Int
  private let height: Int
  private var colors: [SIMD3<Double>]

  init(width: Int, height: Int) {
    self.width = width
    self.height = height
    colors = [SIMD3<Double>](repeating: SIMD3(repeating: 255), count: width * height)
  }

  /// Blends a colour into a pixel with an opacity of 0...1.
  private mutating func blend(_ x: Int, _ y: Int, _ color: SIMD3<Double>, _ opacity: Double) {
    guard x >= 0, y >= 0, x < width, y < height else { return }
    let index = y * width + x
    colors[index] += (color - colors[index]) * opacity
  }

  /// Draws a dot of a pixel's size around `position`.
  mutating func dot(_ position: SIMD2<Double>, _ color: SIMD3<Double>, _ opacity: Double) {
    let corner = position - 0.5
    guard abs(corner.x) < Self.farthestDot, abs(corner.y) < Self.farthestDot else { return }
    let (x, y) = (Int(corner.x.rounded(.down)), Int(corner.y.rounded(.down)))
    let (right, below) = (corner.x - Double(x), corner.y - Double(y))
    blend(x, y, color, opacity * (1 - right) * (1 - below))
    blend(x + 1, y, color, opacity * right * (1 - below))
    blend(x, y + 1, color, opacity * (1 - right) * below)
    blend(x + 1, y + 1, color, opacity * right * below)
  }

  /// Draws a line of a pixel's width.
  mutating func line(
    _ from: SIMD2<Double>, _ to: SIMD2<Double>, _ color: SIMD3<Double>, _ opacity: Double
  ) {
    let delta = to - from
    let length = max(abs(delta.x), abs(delta.y))
    guard length < Self.longestLine else { return }
    let steps = max(1, Int(length.rounded(.up)))
    for step in 0...steps {
      dot(from + delta * (Double(step) / Double(steps)), color, opacity)
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
