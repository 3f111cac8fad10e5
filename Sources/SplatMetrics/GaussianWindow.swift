package import SplatCore

/// The window of SSIM: an 11-tap Gaussian along rows and along columns, with a standard deviation
/// of 1.5 pixels, summing to 1 (Wang et al., "Image Quality Assessment", 2004).
package enum GaussianWindow {
  /// The reach of the window to each side, in pixels.
  package static let radius = 5

  /// The weights, from the middle outwards.
  package static let weights: (Float, Float, Float, Float, Float, Float) = (
    0.266_011_72, 0.213_005_54, 0.109_360_69, 0.036_000_773, 0.007_598_758, 0.001_028_380_1
  )

  /// The weighted sums around eight consecutive values from `index` on; the taps lie `step` apart.
  @inline(__always)
  package static func blurred(_ values: BufferView<Float>, at index: Int, step: Int) -> Lanes {
    @inline(__always) func pair(_ distance: Int) -> Lanes {
      values.lanes(index &- distance &* step) + values.lanes(index &+ distance &* step)
    }
    var sum = values.lanes(index) * Lanes(repeating: weights.0)
    sum = sum.addingProduct(pair(1), Lanes(repeating: weights.1))
    sum = sum.addingProduct(pair(2), Lanes(repeating: weights.2))
    sum = sum.addingProduct(pair(3), Lanes(repeating: weights.3))
    sum = sum.addingProduct(pair(4), Lanes(repeating: weights.4))
    return sum.addingProduct(pair(5), Lanes(repeating: weights.5))
  }

  /// The weighted sums of x² + y² and of x y around eight consecutive values, as in
  /// ``blurred(_:at:step:)``.
  @inline(__always)
  static func blurredProducts(
    _ x: BufferView<Float>, _ y: BufferView<Float>, at index: Int, step: Int
  ) -> (squares: Lanes, product: Lanes) {
    let (a, b) = (x.lanes(index), y.lanes(index))
    var squares = (a * a).addingProduct(b, b) * Lanes(repeating: weights.0)
    var product = a * b * Lanes(repeating: weights.0)
    @inline(__always) func add(_ distance: Int, _ weight: Float) {
      let (before, after) = (index &- distance &* step, index &+ distance &* step)
      let (a, b) = (x.lanes(before), y.lanes(before))
      let (c, d) = (x.lanes(after), y.lanes(after))
      let four = (a * a).addingProduct(b, b).addingProduct(c, c).addingProduct(d, d)
      squares = squares.addingProduct(four, Lanes(repeating: weight))
      product = product.addingProduct((a * b).addingProduct(c, d), Lanes(repeating: weight))
    }
    add(1, weights.1)
    add(2, weights.2)
    add(3, weights.3)
    add(4, weights.4)
    add(5, weights.5)
    return (squares, product)
  }
}
