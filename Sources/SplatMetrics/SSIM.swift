package import SplatCore

/// The structural similarity of two images at a pixel, from their moments in a window.
///
/// (2 μx μy + C1) (2 σxy + C2) / ((μx² + μy² + C1) (σx² + σy² + C2)), with variances taken as E[x²]
/// - E[x]² (Wang et al., "Image Quality Assessment", 2004, equation 13). Similarity depends only on
/// the sum of the variances, so four moments suffice.
package enum SSIM {
  // With K1 = 0.01 and K2 = 0.03 for values of 0...1, as in the paper.
  private static var c1: Double { 0.01 * 0.01 }
  private static var c2: Double { 0.03 * 0.03 }

  /// The four quantities of a pixel that a window averages, their averages, or gradients of these.
  package struct Moments<Scalar: Real>: Sendable {
    package var x: Scalar
    package var y: Scalar
    /// x² + y².
    package var squares: Scalar
    /// x y.
    package var product: Scalar

    @inline(__always)
    package init(x: Scalar, y: Scalar, squares: Scalar, product: Scalar) {
      self.x = x
      self.y = y
      self.squares = squares
      self.product = product
    }
  }

  /// Returns what a pixel with values x and y contributes to a window.
  @_transparent
  package static func pixelForward<Scalar: Real>(_ x: Scalar, _ y: Scalar) -> Moments<Scalar> {
    Moments(x: x, y: y, squares: x * x + y * y, product: x * y)  // (1)
  }

  /// Returns the gradient of x at a pixel from the gradient of its contribution to windows.
  ///
  /// Numbers in the margin name the line of forward being differentiated.
  @_transparent
  package static func pixelBackward<Scalar: Real>(
    _ x: Scalar, _ y: Scalar, grad: Moments<Scalar>
  ) -> Scalar {
    grad.x + Scalar(2) * x * grad.squares + y * grad.product  // (1)
  }

  /// Returns the similarity, at most 1.
  @_transparent
  package static func forward<Scalar: Real>(_ m: Moments<Scalar>) -> Scalar {
    let (two, c1, c2) = (Scalar(2), Scalar(c1), Scalar(c2))
    let meanSquares = m.x * m.x + m.y * m.y  // (2)
    let a = meanSquares + c1  // (3)
    // Variances are not negative, but their difference in single precision can be.
    let b = Scalar.maximum(m.squares - meanSquares + c2, c2)  // (4)
    let c = two * m.x * m.y + c1  // (5)
    let d = two * (m.product - m.x * m.y) + c2  // (6)
    let inverse = Scalar(1) / (a * b)
    return c * d * inverse  // (7)
  }

  /// Returns the gradient of the moments; that of y is 0, since the photo is fixed.
  ///
  /// Numbers in the margin name the line of forward being differentiated.
  @_transparent
  package static func backward<Scalar: Real>(_ m: Moments<Scalar>, grad: Scalar) -> Moments<Scalar>
  {
    let (zero, two, c1, c2) = (Scalar(0), Scalar(2), Scalar(c1), Scalar(c2))
    let meanSquares = m.x * m.x + m.y * m.y
    let a = meanSquares + c1
    let b = Scalar.maximum(m.squares - meanSquares + c2, c2)
    let c = two * m.x * m.y + c1
    let d = two * (m.product - m.x * m.y) + c2
    let inverse = Scalar(1) / (a * b)
    let similarity = c * d * inverse
    // The four gradients are -S/a, -S/b, d/(ab) and c/(ab).
    let viaCD = two * m.y * (d - c) * inverse  // (7) (6) (5)
    let viaAB = two * m.x * similarity * (b - a) * inverse  // (7) (4) (3) (2)
    let gradX = viaCD - viaAB
    let gradSquares = (zero - similarity) / b  // (7) (4)
    let gradProduct = two * c * inverse  // (7) (6)
    return Moments(
      x: gradX * grad, y: zero, squares: gradSquares * grad, product: gradProduct * grad)
  }
}
