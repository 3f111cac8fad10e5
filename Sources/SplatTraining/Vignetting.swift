package import SplatCore

/// The light that a lens loses towards the corners of its photos.
///
/// The logarithm of what is left is a polynomial in the squared distance from the principal point.
/// Its mean over a square image is 0, so that it has no part in how bright photos are as a whole:
/// that is the exposures' and the model's. (The polynomial of Goldman, "Vignette and Exposure
/// Calibration and Compensation", 2010, is of the factor itself, which then may become negative.)
package struct Vignetting: BitwiseCopyable, Sendable {
  /// The polynomial's coefficients, from the lowest power on; 1 is half of the image's diagonal.
  private let coefficients: SIMD3<Float>
  /// The principal point, in pixels.
  private let center: SIMD2<Float>
  /// Half of the image's diagonal, in pixels, to the power of -2.
  private let inverseSquare: Float

  /// The vignetting of a camera's photos.
  package init(coefficients: SIMD3<Float>, camera: Camera) {
    self.coefficients = coefficients
    center = SIMD2(camera.principalPoint)
    let (width, height) = (Float(camera.width), Float(camera.height))
    inverseSquare = 4 / (width * width + height * height)
  }

  // MARK: The step

  /// The powers of the squared radius less their means over a square image.
  @inline(__always)
  private static func powers<Scalar: Real>(
    _ square: Scalar
  ) -> (first: Scalar, second: Scalar, third: Scalar) {
    let second = square * square
    return (
      square - Scalar(1.0 / 3), second - Scalar(7.0 / 45), second * square - Scalar(3.0 / 35)
    )
  }

  /// Returns the logarithm of the gain at a pixel.
  @inline(__always)
  package static func forward<Scalar: Real>(
    squaredRadius: Scalar, _ a: Scalar, _ b: Scalar, _ c: Scalar
  ) -> Scalar {
    let powers = powers(squaredRadius)
    return a * powers.first + b * powers.second + c * powers.third
  }

  /// Returns the gradients of the coefficients.
  @inline(__always)
  package static func backward<Scalar: Real>(
    squaredRadius: Scalar, grad: Scalar
  ) -> (a: Scalar, b: Scalar, c: Scalar) {
    let powers = powers(squaredRadius)
    return (grad * powers.first, grad * powers.second, grad * powers.third)
  }

  // MARK: Images

  /// The squared distances of eight pixels of a row from the principal point; 1 is half of the
  /// image's diagonal.
  @inline(__always)
  func squaredRadius(x: Int, row: Int) -> Lanes {
    let dx = Lanes(repeating: Float(x) - center.x) + Self.pixelCenters
    let dy = Float(row) + 0.5 - center.y
    return Lanes(repeating: dy * dy).addingProduct(dx, dx) * Lanes(repeating: inverseSquare)
  }

  /// The gains at such pixels.
  @inline(__always)
  func gains(squaredRadius: Lanes) -> Lanes {
    Lanes.exp(
      Self.forward(
        squaredRadius: squaredRadius, Lanes(repeating: coefficients.x),
        Lanes(repeating: coefficients.y), Lanes(repeating: coefficients.z)))
  }

  private static let pixelCenters = Lanes(0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5)
}
