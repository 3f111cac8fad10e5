package import SplatCore
import Synchronization

/// How densely photos have seen a scene from all directions.
package enum ViewDensity {
  /// Photos see a point from nearly the same direction if these are no further apart, in degrees.
  private static let angle = 20.0
  /// The number of points that are looked at, those that are counted, and the most photos of each
  /// that others are counted for.
  private static let mostPoints = 2000, mostCounted = 500, mostPhotos = 16

  /// The mean number of photos that see what a photo sees from nearly the same direction, with
  /// this photo; nil if no photo sees any of the points.
  package static func photos(
    _ cameras: [Camera], points: [SIMD3<Float>], workers: Workers
  ) -> Double? {
    // Find the directions that each point is seen from.
    let points = points.thinned(to: mostPoints)
    let seen = Mutex([[Int]](repeating: [], count: cameras.count))
    workers.forEach(cameras.count) { index, _ in
      let found = PointVisibility.seen(points, from: cameras[index]).map(\.index)
      seen.withLock { $0[index] = found }
    }
    var directions = [[SIMD3<Double>]](repeating: [], count: points.count)
    for (camera, found) in zip(cameras, seen.withLock { $0 }) {
      for index in found {
        let offset = SIMD3<Double>(points[index]) - camera.center
        directions[index].append(offset / (offset * offset).sum().squareRoot())
      }
    }
    // Count those that are near each other.
    let least = Double.cos(angle * .pi / 180)
    var (count, pairs) = (0, 0)
    for all in directions.filter({ !$0.isEmpty }).thinned(to: mostCounted) {
      let chosen = all.thinned(to: mostPhotos)
      count += chosen.count
      for direction in chosen { pairs += all.count { ($0 * direction).sum() >= least } }
    }
    return count > 0 ? Double(pairs) / Double(count) : nil
  }
}
