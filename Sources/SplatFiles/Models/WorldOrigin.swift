/// What is taken away from coordinates that floats cannot hold well, such as those of maps.
package enum WorldOrigin {
  /// From this distance on floats are a thousandth of a unit apart, or more.
  private static let farthest = 10_000.0
  /// As many positions give the middle well enough.
  private static let mostSamples = 1001

  /// The middle of `count` positions in whole units if it lies far out, else zero.
  package static func of(count: Int, position: (Int) -> SIMD3<Double>) -> SIMD3<Double> {
    let step = max(1, count / mostSamples)
    let samples = stride(from: 0, to: count, by: step).map(position)
    var middle = SIMD3<Double>.zero
    for axis in 0..<3 {
      let sorted = samples.map { $0[axis] }.filter(\.isFinite).sorted()
      guard !sorted.isEmpty else { return .zero }
      middle[axis] = sorted[sorted.count / 2].rounded()
    }
    return isFar(middle) ? middle : .zero
  }

  /// Whether floats are too coarse for positions around `point`.
  package static func isFar(_ point: SIMD3<Double>) -> Bool {
    (0..<3).contains { abs(point[$0]) >= farthest }
  }
}
