import SplatCore
import SplatRendering

/// A projected Gaussian, in double precision and by the published formulas.
struct ReferenceGaussian {
  var mean: SIMD2<Double>
  var depth: Double
  /// The inverse of the filtered covariance: a dx² + 2 b dx dy + c dy².
  var a: Double, b: Double, c: Double
  var opacity: Double
  var color: SIMD3<Double>
  var rounding: Rounding

  /// Error bounds of the same quantities in single precision.
  struct Rounding {
    /// Of the mean, in pixels.
    var mean: Double
    /// Of the conic, relative.
    var shape: Double
    /// Of the opacity, relative.
    var opacity: Double
    /// Of the depth, in world units.
    var depth: Double
    /// Whether single precision may cull the Gaussian.
    var isDoubtful: Bool
  }

  /// A few roundings to single precision.
  static let roundoff = 4 * 0x1p-24

  /// Projects the Gaussian with `parameters`, in the order of `Plane`; nil if it is not between the
  /// near and the far plane.
  init?(_ parameters: [Double], shDegree: Int, camera: Camera, settings: RenderSettings) {
    let view = camera.viewMatrix
    let mean = SIMD3(parameters[0], parameters[1], parameters[2])
    let point = view(mean)
    let z = point.z
    let (near, far) = (Double(settings.nearPlane), Double(settings.farPlane))
    let size = length(mean) + length(view.translation)
    let depthError = Self.roundoff * size
    guard z > near, z < far else { return nil }
    let focal = camera.focalLength
    self.mean = SIMD2(point.x, point.y) / z * focal + camera.principalPoint
    depth = z

    // The rows of J times the view's rotation times the rotation times the standard deviations: the
    // covariance is the product of this 2 x 3 matrix and its transpose.
    let image = SIMD2(Double(camera.width), Double(camera.height))
    let low = -(camera.principalPoint + 0.15 * image) / focal
    let high = (image - camera.principalPoint + 0.15 * image) / focal
    let direction = (SIMD2(point.x, point.y) / z).clamped(lowerBound: low, upperBound: high)
    let axes = Self.axes(parameters).map { view.rotated($0) }
    let rowX = axes.map { focal.x / z * ($0.x - direction.x * $0.z) }
    let rowY = axes.map { focal.y / z * ($0.y - direction.y * $0.z) }
    func product(_ left: [Double], _ right: [Double]) -> Double {
      zip(left, right).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let (xx, xy, yy) = (product(rowX, rowX), product(rowX, rowY), product(rowY, rowY))
    let filter = Double(settings.filterVariance)
    let determinant = (xx + filter) * (yy + filter) - xy * xy
    a = (yy + filter) / determinant
    b = -xy / determinant
    c = (xx + filter) / determinant
    let compensation = max(0, (xx * yy - xy * xy) / determinant).squareRoot()
    opacity = 1 / (1 + Double.exp(-parameters[10]))
    if settings.isAntialiased { opacity *= compensation }

    let offset = mean - camera.center
    let basis = ReferenceHarmonics.basis(
      offset / length(offset), degree: min(shDegree, settings.maximumSHDegree))
    var color = SIMD3(repeating: 0.5)
    for (k, value) in basis.enumerated() {
      let first = 11 + 3 * k
      color += value * SIMD3(parameters[first], parameters[first + 1], parameters[first + 2])
    }
    self.color = color.clamped(lowerBound: .zero, upperBound: SIMD3(repeating: .infinity))

    // The determinant of a thin ellipse is a small difference of large products, and the mean in
    // front of the camera a small difference of large coordinates.
    let thinness = (xx + yy + 2 * filter) * (xx + yy + 2 * filter) / determinant
    let shape = Self.roundoff * (1 + size / z) * thinness
    let share = compensation * compensation
    rounding = Rounding(
      mean: Self.roundoff * (length(self.mean) + size / z * length(focal)), shape: shape,
      opacity: settings.isAntialiased
        ? Self.roundoff + min((shape / (share + 1e-30)).squareRoot(), shape / (2 * share + 1e-30))
        : Self.roundoff,
      depth: depthError,
      isDoubtful: z - near < depthError || far - z < depthError || shape > 0.5)
  }

  /// The Gaussian's axes in the world, with lengths equal to the standard deviations.
  private static func axes(_ parameters: [Double]) -> [SIMD3<Double>] {
    let raw = SIMD4(parameters[7], parameters[8], parameters[9], parameters[6])
    let q = raw / (raw * raw).sum().squareRoot()
    let imaginary = SIMD3(q.x, q.y, q.z)
    return (0..<3).map { axis in
      var unit = SIMD3<Double>.zero
      unit[axis] = 1
      // v + 2 w (i x v) + 2 i x (i x v)
      let turned = cross(imaginary, unit)
      let rotated = unit + 2 * q.w * turned + 2 * cross(imaginary, turned)
      return rotated * Double.exp(parameters[3 + axis])
    }
  }
}

private func length(_ v: SIMD3<Double>) -> Double { (v * v).sum().squareRoot() }
private func length(_ v: SIMD2<Double>) -> Double { (v * v).sum().squareRoot() }

private func cross(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
  SIMD3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
}
