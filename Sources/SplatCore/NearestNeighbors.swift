/// A k-d tree over points (Bentley, 1975), for the distances to nearest neighbours.
package struct NearestNeighbors: Sendable {
  private let points: [SIMD3<Float>]
  /// The points in tree order: the middle of a range is its root, and a range is split along its
  /// widest axis.
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
      for index in range {
        let point = points[Int(order[index])]
        low = low.replacing(with: point, where: point .< low)
        high = high.replacing(with: point, where: point .> high)
      }
      let size = high - low
      let axis = size.x >= size.y ? (size.x >= size.z ? 0 : 2) : (size.y >= size.z ? 1 : 2)
      let middle = (range.lowerBound + range.upperBound) / 2
      Self.select(middle, of: range, in: &order) { points[Int($0)][axis] }
      axes[middle] = UInt8(axis)
      pending.append(range.lowerBound..<middle)
      pending.append(middle + 1..<range.upperBound)
    }
    self.order = order
    self.axes = axes
  }

  /// Moves the element that belongs at `index` of the sorted range there, and smaller ones before
  /// it (Hoare, 1961).
  private static func select(
    _ index: Int, of range: Range<Int>, in order: inout [Int32], by key: (Int32) -> Float
  ) {
    // Ties are broken by index, so that the same points always give the same tree.
    func isLess(_ left: Int32, _ right: Int32) -> Bool {
      let (a, b) = (key(left), key(right))
      return a != b ? a < b : left < right
    }
    var (low, high) = (range.lowerBound, range.upperBound - 1)
    while low < high {
      let pivot = order[(low + high) / 2]
      var (left, right) = (low, high)
      while left <= right {
        while isLess(order[left], pivot) { left += 1 }
        while isLess(pivot, order[right]) { right -= 1 }
        guard left <= right else { break }
        order.swapAt(left, right)
        left += 1
        right -= 1
      }
      if index <= right { high = right } else if index >= left { low = left } else { return }
    }
  }

  /// The mean distance from the point `index` to its `neighbors` nearest others, or to as many as
  /// there are.
  package func meanDistance(of index: Int, neighbors: Int = 3) -> Float {
    var nearest = NearestDistances(count: neighbors)
    search(0..<points.count, around: points[index], except: Int32(index), &nearest)
    let found = nearest.squares.prefix { $0.isFinite }
    guard !found.isEmpty else { return 0 }
    return found.reduce(0) { $0 + $1.squareRoot() } / Float(found.count)
  }

  /// The distance from `position` to its nearest point for a `neighbor` of 1, to the second nearest
  /// for 2, and so on; infinite if there are fewer points.
  package func distance(from position: SIMD3<Float>, toNeighbor neighbor: Int) -> Float {
    var nearest = NearestDistances(count: neighbor)
    search(0..<points.count, around: position, except: nil, &nearest)
    return nearest.largest.squareRoot()
  }

  private func search(
    _ range: Range<Int>, around point: SIMD3<Float>, except index: Int32?,
    _ nearest: inout NearestDistances
  ) {
    guard !range.isEmpty else { return }
    let middle = (range.lowerBound + range.upperBound) / 2
    let other = points[Int(order[middle])]
    if order[middle] != index {
      let offset = other - point
      nearest.add((offset * offset).sum())
    }
    let axis = Int(axes[middle])
    let side = point[axis] - other[axis]
    let (near, far) =
      side < 0
      ? (range.lowerBound..<middle, middle + 1..<range.upperBound)
      : (middle + 1..<range.upperBound, range.lowerBound..<middle)
    search(near, around: point, except: index, &nearest)
    if side * side < nearest.largest { search(far, around: point, except: index, &nearest) }
  }
}

/// The smallest squared distances seen so far, in ascending order; infinite where there are fewer.
private struct NearestDistances {
  private(set) var squares: [Float]

  init(count: Int) { squares = [Float](repeating: .infinity, count: count) }

  /// The largest squared distance that is kept.
  var largest: Float { squares[squares.count - 1] }

  mutating func add(_ square: Float) {
    guard square < largest else { return }
    var index = squares.count - 1
    while index > 0, square < squares[index - 1] {
      squares[index] = squares[index - 1]
      index -= 1
    }
    squares[index] = square
  }
}
