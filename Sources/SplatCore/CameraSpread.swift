/// How far apart the cameras lie, robust against a few that lie far from all others.
///
/// Structure from motion sometimes places a photo far away from where it was taken.
package struct CameraSpread: Sendable {
  /// The indices of the cameras that lie far from all others.
  package let outliers: [Int]
  /// The median of the cameras' centres, axis by axis.
  package let middle: SIMD3<Double>
  /// The largest distance from the middle among cameras that are not outliers.
  package let radius: Double

  /// With fewer cameras than this, none counts as an outlier.
  private static let fewestCameras = 5
  /// An outlier is farther from the middle than this many times the distance of the trusted cameras
  /// and the median distance of the points.
  private static let outlierFactor = 5.0
  /// The share of the cameras, nearest to the middle first, that is trusted.
  private static let trustedShare = 0.9

  /// Measures cameras at `centers` that look at `points`, which may be empty.
  package init(centers: [SIMD3<Double>], points: [SIMD3<Float>] = []) {
    middle = SIMD3(
      Self.median(centers.map(\.x)), Self.median(centers.map(\.y)), Self.median(centers.map(\.z)))
    let middle = middle
    func distance(_ position: SIMD3<Double>) -> Double {
      ((position - middle) * (position - middle)).sum().squareRoot()
    }
    let distances = centers.map(distance)
    let sorted = distances.sorted()
    guard sorted.count >= Self.fewestCameras else {
      (outliers, radius) = ([], sorted.last ?? 0)
      return
    }
    // Most of the cameras and half of the points determine how large the scene is.
    let trusted = sorted[Int(Double(sorted.count - 1) * Self.trustedShare)]
    var limit = Self.outlierFactor * trusted
    if let farthest = sorted.last, farthest > limit {
      let depth = Self.median(points.map { distance(SIMD3<Double>($0)) }.filter(\.isFinite))
      limit = max(limit, Self.outlierFactor * depth)
    }
    outliers = trusted > 0 ? distances.indices.filter { distances[$0] > limit } : []
    radius = sorted.last { $0 <= limit } ?? 0
  }

  private static func median(_ values: [Double]) -> Double {
    values.isEmpty ? 0 : values.sorted()[values.count / 2]
  }
}
