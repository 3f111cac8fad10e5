package import SplatCore

/// The space around the cameras in which nothing is: whoever takes a photo stands away from things.
///
/// Few photos see what is close to a camera. A Gaussian there can stand for anything on which the
/// photos do not agree, such as visitors or the exposure, and it covers the view from a place
/// nearby. So none is kept nearer to a camera than a share of the distance from there to the
/// nearest points.
package struct FreeSpace: Sendable {
  /// The centre of each ball, in world units, and the square of its radius.
  private let balls: [SIMD4<Float>]

  /// No free space, where nothing is known of a scene.
  package static let none = FreeSpace(cameras: [], points: [], share: 0, neighbor: 1)

  /// Finds the free space of a scene; there is none without `neighbor` points.
  ///
  /// - Parameters:
  ///   - points: The points that the photos show, in world units; none of them infinite.
  ///   - share: The radius of a camera's ball, in distances to its nearest points.
  ///   - neighbor: Which of its nearest points counts, so that a few wrong ones do not.
  package init(cameras: [Camera], points: [SIMD3<Float>], share: Float, neighbor: Int) {
    guard share > 0, points.count >= neighbor else {
      balls = []
      return
    }
    let tree = NearestNeighbors(points)
    balls = cameras.map { camera in
      let center = SIMD3<Float>(camera.center)
      let radius = share * tree.distance(from: center, toNeighbor: neighbor)
      return SIMD4(center, radius * radius)
    }
  }

  /// Whether no place is in it.
  package var isEmpty: Bool { balls.isEmpty }

  /// Whether a place is closer to a camera than anything is.
  package func contains(_ place: SIMD3<Float>) -> Bool {
    balls.contains { ball in
      let offset = place - SIMD3(ball.x, ball.y, ball.z)
      return (offset * offset).sum() < ball.w
    }
  }
}
