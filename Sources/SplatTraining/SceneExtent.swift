package import SplatCore

/// The size of a scene, the unit of learning rates and size thresholds.
package enum SceneExtent {
  /// 1.1 times the largest distance of a camera from the mean of all (Kerbl et al. 2023, released
  /// code).
  ///
  /// Cameras that lie far from all others do not count. If all cameras coincide, the median
  /// distance to the points is used instead.
  package static func of(cameras: [Camera], points: [SIMD3<Float>]) -> Float {
    let all = cameras.map(\.center)
    guard !all.isEmpty else { return 1 }
    let outliers = Set(CameraSpread(centers: all, points: points).outliers)
    let centers = all.indices.filter { !outliers.contains($0) }.map { all[$0] }
    let mean = centers.reduce(SIMD3<Double>.zero, +) / Double(centers.count)
    func distance(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> Double {
      ((a - b) * (a - b)).sum().squareRoot()
    }
    let radius = 1.1 * (centers.map { distance($0, mean) }.max() ?? 0)
    let distances = points.map { distance(SIMD3<Double>($0), mean) }.filter(\.isFinite).sorted()
    let typical = distances.isEmpty ? 1 : distances[distances.count / 2]
    let extent = Float(radius > 1e-6 * typical ? radius : typical)
    return extent.isNormal ? extent : 1
  }
}
