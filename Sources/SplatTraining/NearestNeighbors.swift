import SplatCore

/// A k-d tree over points (Bentley, 1975), for the distances to nearest neighbours.
package struct NearestNeighbors: Sendable {
  private let points: [SIMD3<Float>]
  /// The points' order in the tree: the middle of a stretch is its root, split along its widest axis.
  private let order: [Int32]
  private let axes: [UInt8]

  package init(_ points: [SIMD3<Float>]) {
    self.points = points
    var order = (0..<Int32(points.count)).map { $0 }
    var axes = [UInt8](repeating: 0, count: points.count)
    var pending = [0..<points.count]
    while let range = pending.popLast() {
      guard range.count > 1 else { continue }
      var (low, high) = (points[Int(order[range.lowerBound])], points[Int(order[range.lowerBound])])
      for place in range {
        let point = points[Int(order[place])]
        low = low.replacing(with: point, where: point .< low)
        high = high.replacing(with: point, where: point .> high)
      }
      let size = high - low
      let axis = size.x >= size.y ? (size.x >= size.z ? 0 : 2) : (size.y >= size.z ? 1 : 2)
      let middle = (range.lowerBound + range.upperBound) / 2
      // Ties are broken by index, so that the tree is one and the same for the same points.
      order[range].sort {
        let (a, b) = (points[Int($0)][axis], points[Int($1)][axis])
        return a != b ? a < b : $0 < $1
      }
      axes[middle] = UInt8(axis)
      pending.append(range.lowerBound..<middle)
      pending.append(middle + 1..<range.upperBound)
    }
    self.order = order
    self.axes = axes
  }

  /// The mean distance from the point `index` to its three nearest others, or to as many as there are.
  package func meanDistance(of index: Int) -> Float {
    var nearest = (Float.infinity, Float.infinity, Float.infinity)
    search(0..<points.count, around: points[index], except: Int32(index), &nearest)
    let found = [nearest.0, nearest.1, nearest.2].filter { $0.isFinite }
    guard !found.isEmpty else { return 0 }
    return found.reduce(0) { $0 + $1.squareRoot() } / Float(found.count)
  }

  private func search(
    _ range: Range<Int>, around point: SIMD3<Float>, except index: Int32,
    _ nearest: inout (Float, Float, Float)
  ) {
    guard !range.isEmpty else { return }
    let middle = (range.lowerBound + range.upperBound) / 2
    let other = points[Int(order[middle])]
    if order[middle] != index {
      let offset = other - point
      let distance = (offset * offset).sum()
      if distance < nearest.0 {
        nearest = (distance, nearest.0, nearest.1)
      } else if distance < nearest.1 {
        nearest = (nearest.0, distance, nearest.1)
      } else if distance < nearest.2 {
        nearest.2 = distance
      }
    }
    let axis = Int(axes[middle])
    let side = point[axis] - other[axis]
    let (near, far) =
      side < 0
      ? (range.lowerBound..<middle, middle + 1..<range.upperBound)
      : (middle + 1..<range.upperBound, range.lowerBound..<middle)
    search(near, around: point, except: index, &nearest)
    if side * side < nearest.2 { search(far, around: point, except: index, &nearest) }
  }
}
