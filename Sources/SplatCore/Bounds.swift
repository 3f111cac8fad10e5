/// A box along the axes.
package struct Bounds: BitwiseCopyable, Sendable {
  /// The least and the largest coordinates; the other way round while nothing is in the box.
  package var low: SIMD3<Float>, high: SIMD3<Float>

  package init(low: SIMD3<Float>, high: SIMD3<Float>) { (self.low, self.high) = (low, high) }

  /// A box with nothing in it.
  package init() {
    low = SIMD3(repeating: .infinity)
    high = -low
  }

  /// The box of `points`.
  package init(of points: [SIMD3<Float>]) {
    self.init()
    for point in points { widen(to: point) }
  }

  /// Makes the box reach `point`, as far as its coordinates are numbers.
  @inline(__always)
  package mutating func widen(to point: SIMD3<Float>) {
    low.replace(with: point, where: point .< low)
    high.replace(with: point, where: point .> high)
  }
}

extension ParameterBlocks {
  /// The box of the means, world units.
  package var meanBounds: Bounds {
    withReadOnlyView { view in
      var bounds = Bounds()
      for index in 0..<count { bounds.widen(to: view.vector(Plane.means, index)) }
      return bounds
    }
  }
}
