/// Balls in space, for the question whether any of them holds a point.
///
/// Neighbours are in boxes of eight, these in boxes of eight more, and so on, so that most balls are
/// never looked at.
package struct BallTree: Sendable {
  /// The centre of each ball, in world units, and the square of its radius; in Morton order.
  private let balls: [SIMD4<Float>]
  /// The boxes of each level: around eight balls each, around eight of these, and so on.
  private let levels: [[Bounds]]

  private static let width = 8

  /// - Parameter balls: The centre of each, and the square of its radius.
  package init(_ balls: [SIMD4<Float>]) {
    let order = MortonOrder.of(balls.map { SIMD3($0.x, $0.y, $0.z) })
    let sorted = order.map { balls[Int($0)] }
    self.balls = sorted
    var levels: [[Bounds]] = []
    var boxes = sorted.map(Self.box)
    while boxes.count > 1 {
      boxes = stride(from: 0, to: boxes.count, by: Self.width).map { first in
        boxes[first..<min(boxes.count, first + Self.width)].reduce(into: Bounds()) {
          $0.widen(to: $1)
        }
      }
      levels.append(boxes)
    }
    self.levels = levels
  }

  /// Whether there are no balls.
  package var isEmpty: Bool { balls.isEmpty }

  /// Whether any ball holds `point`, which is nearer to its centre than its radius.
  package func contains(_ point: SIMD3<Float>) -> Bool {
    guard let last = levels.indices.last else {
      return balls.contains { Self.holds($0, point) }
    }
    return levels[last].indices.contains { contains(point, level: last, box: $0) }
  }

  private func contains(_ point: SIMD3<Float>, level: Int, box: Int) -> Bool {
    let bounds = levels[level][box]
    guard all(point .>= bounds.low), all(point .<= bounds.high) else { return false }
    let first = box * Self.width
    guard level > 0 else {
      return balls[first..<min(balls.count, first + Self.width)].contains {
        Self.holds($0, point)
      }
    }
    return (first..<min(levels[level - 1].count, first + Self.width)).contains {
      contains(point, level: level - 1, box: $0)
    }
  }

  private static func holds(_ ball: SIMD4<Float>, _ point: SIMD3<Float>) -> Bool {
    let offset = point - SIMD3(ball.x, ball.y, ball.z)
    return (offset * offset).sum() < ball.w
  }

  /// A box around a ball, a little larger than rounding may make the ball.
  private static func box(_ ball: SIMD4<Float>) -> Bounds {
    let center = SIMD3(ball.x, ball.y, ball.z)
    let radius = ball.w.squareRoot()
    let largest = max(abs(center.x), abs(center.y), abs(center.z), radius)
    let reach = SIMD3(repeating: radius + 8 * Float.ulpOfOne * largest)
    return Bounds(low: center - reach, high: center + reach)
  }
}
