import SplatCore
import SplatFiles

/// The points that the page draws over the picture.
enum OverlayPoints {
  /// The most points; the page draws them one by one.
  private static let maximumCount = 20_000

  /// An evenly spaced selection of `points` or, if there are none, of the means of `splats`.
  static func sample(of points: [SIMD3<Float>], or splats: Splats) -> [SIMD3<Float>] {
    let points = points.isEmpty ? splats.means : points
    let count = min(points.count, maximumCount)
    return (0..<count).map { points[$0 * points.count / count] }
  }

  /// x, y and z of each point, as 32-bit floats, little-endian.
  static func bytes(_ points: [SIMD3<Float>]) -> [UInt8] {
    var out = LittleEndianBytes()
    out.bytes.reserveCapacity(points.count * 12)
    for point in points {
      for axis in 0..<3 { out.append(point[axis].bitPattern) }
    }
    return out.bytes
  }
}
