/// An axis-aligned box.
package struct Bounds: BitwiseCopyable, Sendable {
  /// The smallest and largest coordinates; `low` exceeds `high` while the box is empty.
  package var low: SIMD3<Float>, high: SIMD3<Float>

  package init(low: SIMD3<Float>, high: SIMD3<Float>) { (self.low, self.high) = (low, high) }

  /// An empty box.
  package init() {
    low = SIMD3(repeating: .infinity)
    high = -low
  }

  /// The bounding box of `points`.
  package init(of points: [SIMD3<Float>]) {
    self.init()
    for point in points { widen(to: point) }
  }

  /// Extends the box to `point`; coordinates that are NaN are ignored.
  @inline(__always)
  package mutating func widen(to point: SIMD3<Float>) {
    low.replace(with: point, where: point .< low)
    high.replace(with: point, where: point .> high)
  }

  /// Extends the box to include `other`.
  package mutating func widen(to other: Bounds) {
    low.replace(with: other.low, where: other.low .< low)
    high.replace(with: other.high, where: other.high .> high)
  }
}

extension ParameterBlocks {
  /// The bounding box of the means, in world units.
  package var meanBounds: Bounds {
    withReadOnlyView { view in
      var bounds = Bounds()
      for index in 0..<count { bounds.widen(to: view.vector(Plane.means, index)) }
      return bounds
    }
  }
}
