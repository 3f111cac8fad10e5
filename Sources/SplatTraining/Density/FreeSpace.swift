package import SplatCore

/// The empty space around the cameras: photos are taken from some distance.
///
/// Few photos see what is close to a camera. A Gaussian there can stand for anything on which the
/// photos do not agree, such as visitors or the exposure, and it covers the view from nearby
/// positions. So no Gaussian is kept nearer to a camera than a share of the distance from the
/// camera to its nearest points.
package struct FreeSpace: Sendable {
  private let balls: BallTree

  /// No free space, for scenes of which nothing is known.
  package static let none = FreeSpace(cameras: [], points: [], share: 0, neighbor: 1)

  /// Finds the free space of a scene; there is none without `neighbor` points.
  ///
  /// - Parameters:
  ///   - points: The points that the photos show, in world units; all finite.
  ///   - share: The radius of a camera's ball, in distances to its nearest points.
  ///   - neighbor: Which of its nearest points counts; above 1, a few wrong points make no
  ///     difference.
  package init(cameras: [Camera], points: [SIMD3<Float>], share: Float, neighbor: Int) {
    guard share > 0, points.count >= neighbor else {
      balls = BallTree([])
      return
    }
    let tree = NearestNeighbors(points)
    balls = BallTree(
      cameras.map { camera in
        let center = SIMD3<Float>(camera.center)
        let radius = share * tree.distance(from: center, toNeighbor: neighbor)
        return SIMD4(center, radius * radius)
      })
  }

  /// Whether there is no free space.
  package var isEmpty: Bool { balls.isEmpty }

  /// Whether a position is in free space.
  package func contains(_ position: SIMD3<Float>) -> Bool { balls.contains(position) }
}
