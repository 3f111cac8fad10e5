package import SplatCore

/// Which of a scene's points a camera sees.
package enum PointVisibility {
  /// About so many of the points in an image share a cell.
  private static let pointsPerCell = 4
  /// A point is hidden if it is further away than this many times the nearest one around it.
  private static let largestRatio = 1.2

  /// A point that a camera sees.
  package struct SeenPoint: BitwiseCopyable, Sendable {
    /// The index of the point.
    package let index: Int
    /// Where the image shows it, in pixels.
    package let pixel: SIMD2<Double>
    /// Its camera z, in world units.
    package let depth: Double
  }

  /// The points in the image of `camera` that no others hide, in order.
  ///
  /// Points have gaps between them, through which those of what lies behind would be seen: a point
  /// counts as hidden if there are much nearer ones in its cell of the image or in those beside it.
  package static func seen(_ points: [SIMD3<Float>], from camera: Camera) -> [SeenPoint] {
    let inside = points.indices.compactMap { place(of: points[$0], index: $0, in: camera) }
    guard !inside.isEmpty else { return [] }
    // The nearest depth in each cell.
    let area = Double(camera.width * camera.height)
    let side = max(1, (area * Double(pointsPerCell) / Double(inside.count)).squareRoot())
    let columns = Int(Double(camera.width) / side) + 1
    let rows = Int(Double(camera.height) / side) + 1
    func cell(_ point: SeenPoint) -> (column: Int, row: Int) {
      (Int(point.pixel.x / side), Int(point.pixel.y / side))
    }
    var nearest = [Double](repeating: .infinity, count: columns * rows)
    for point in inside {
      let (column, row) = cell(point)
      nearest[row * columns + column] = min(nearest[row * columns + column], point.depth)
    }
    // The points that are not much further away than the nearest ones around them.
    return inside.filter { point in
      let (column, row) = cell(point)
      var least = Double.infinity
      for y in max(0, row - 1)...min(rows - 1, row + 1) {
        for x in max(0, column - 1)...min(columns - 1, column + 1) {
          least = min(least, nearest[y * columns + x])
        }
      }
      return point.depth <= largestRatio * least
    }
  }

  /// Where `camera` sees a point, if it lies before the camera and in its image.
  package static func place(of point: SIMD3<Float>, index: Int, in camera: Camera) -> SeenPoint? {
    let seen = camera.viewMatrix(SIMD3<Double>(point))
    guard seen.z > 0 else { return nil }
    let pixel = SIMD2(seen.x, seen.y) / seen.z * camera.focalLength + camera.principalPoint
    guard pixel.x >= 0, pixel.y >= 0, pixel.x < Double(camera.width),
      pixel.y < Double(camera.height)
    else { return nil }
    return SeenPoint(index: index, pixel: pixel, depth: seen.z)
  }
}
