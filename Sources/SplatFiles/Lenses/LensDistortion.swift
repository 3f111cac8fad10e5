public import SplatCore
import SplatPlatform

/// How a lens bends straight lines: a map from the plane at distance 1 in front of the camera to
/// the plane that is scaled to pixels.
///
/// All lens models of COLMAP and OpenCV but one are cases of a single formula. With r² = x² + y²:
///
/// - radial: (1 + k1 r² + k2 r⁴ + k3 r⁶ + k4 r⁸) / (1 + d1 r² + d2 r⁴ + d3 r⁶) times (x, y),
/// - tangential: 2 p1 x y + p2 (r² + 2 x²) and p1 (r² + 2 y²) + 2 p2 x y are added,
/// - thin prism: s1 r² and s2 r² are added,
///
/// where (x, y) is the point on the plane, or for fisheye lenses the point whose distance from the
/// centre is the ray's angle (Kannala and Brandt, 2006). The other one is the field-of-view model
/// (Devernay and Faugeras, 2001), whose radial factor is atan(2 r tan(ω/2)) / (r ω).
///
/// A panorama is bent by no formula: its columns are longitudes and its rows are latitudes.
public struct LensDistortion: Sendable, Equatable {
  /// What the formula is applied to.
  public enum Projection: Sendable, Equatable {
    /// The point on the plane.
    case perspective
    /// The point at the ray's angle, in radians, in the same direction.
    case equidistant
    /// The longitude and latitude of the ray, in radians, growing to the right and downwards from
    /// the middle of the photo. The matrix takes rays from the frame of the plane to the photo's.
    case equirectangular(Matrix3<Double>)
  }

  /// What the formula is applied to.
  public let projection: Projection
  /// k1 to k4.
  public let radial: SIMD4<Double>
  /// d1 to d3.
  public let divisor: SIMD3<Double>
  /// p1 and p2.
  public let tangential: SIMD2<Double>
  /// s1 and s2.
  public let prism: SIMD2<Double>
  /// ω of the field-of-view model, which excludes all others; 0 if it is none.
  public let fieldOfView: Double
  /// Up to which r the radial part grows; beyond, the formula folds the image back onto itself.
  let limit: Double

  /// Rays further from the axis than this, in radians, have no place in a flat image.
  private static let largestAngle = 89 * Double.pi / 180
  /// Nearer to the axis, a ray's angle and tangent are the same number.
  private static let smallestAngle = 1e-8

  // Newton's method: the step of differences, how often it is repeated, the squared errors at which
  // it ends and at which a point counts as found, and the least determinant that it divides by.
  private static let step = 1e-6
  private static let mostSteps = 50
  private static let exactSquare = 1e-26
  private static let foundSquare = 1e-20
  private static let smallestDeterminant = 1e-9

  /// Creates a distortion from its coefficients; those that are left out are zero.
  public init(
    projection: Projection = .perspective, radial: SIMD4<Double> = .zero,
    divisor: SIMD3<Double> = .zero, tangential: SIMD2<Double> = .zero, prism: SIMD2<Double> = .zero,
    fieldOfView: Double = 0
  ) {
    self.projection = projection
    self.radial = radial
    self.divisor = divisor
    self.tangential = tangential
    self.prism = prism
    self.fieldOfView = abs(fieldOfView)
    let formula = RadialFormula(
      radial: radial, divisor: divisor, fieldOfView: abs(fieldOfView))
    switch projection {
    case .perspective: limit = formula.limit { tan($0 * Self.largestAngle) }
    case .equidistant: limit = formula.limit { $0 * Self.largestAngle }
    case .equirectangular: limit = .infinity
    }
  }

  /// Whether nothing is bent.
  public var isNone: Bool {
    projection == .perspective && isPurelyRadial && radial == .zero && divisor == .zero
      && fieldOfView == 0
  }

  /// Whether the photo shows all directions.
  public var isPanorama: Bool {
    if case .equirectangular = projection { true } else { false }
  }

  private var isPurelyRadial: Bool { tangential == .zero && prism == .zero }

  private var formula: RadialFormula {
    RadialFormula(radial: radial, divisor: divisor, fieldOfView: fieldOfView)
  }

  /// Where the lens puts the ray through `point` on the plane at distance 1; nothing if it is
  /// beyond what the formula describes.
  public func distorted(_ point: SIMD2<Double>) -> SIMD2<Double>? {
    if case .equirectangular(let turn) = projection {
      let ray = turn * Vector3(point.x, point.y, 1)
      let level = (ray.x * ray.x + ray.z * ray.z).squareRoot()
      return SIMD2(atan2(ray.x, ray.z), atan2(ray.y, level))
    }
    let bent = projected(point)
    guard (bent * bent).sum() <= limit * limit else { return nil }
    return applied(bent)
  }

  /// The point on the plane at distance 1 that the lens puts at `point`, if there is one.
  public func undistorted(_ point: SIMD2<Double>) -> SIMD2<Double>? {
    if case .equirectangular(let turn) = projection {
      let ray = turn.transposedTimes(
        Vector3(sin(point.x) * cos(point.y), sin(point.y), cos(point.x) * cos(point.y)))
      return ray.z > 0 ? SIMD2(ray.x, ray.y) / ray.z : nil
    }
    let length = (point * point).sum().squareRoot()
    guard length > 0, let radius = formula.inverse(of: length, limit: limit) else {
      return length == 0 && isPurelyRadial ? .zero : refined(.zero, to: point).map(unprojected)
    }
    let start = point * (radius / length)
    return (isPurelyRadial ? start : refined(start, to: point)).map(unprojected)
  }

  private func projected(_ point: SIMD2<Double>) -> SIMD2<Double> {
    guard projection == .equidistant else { return point }
    let radius = (point * point).sum().squareRoot()
    return radius > Self.smallestAngle ? point * (atan(radius) / radius) : point
  }

  private func unprojected(_ point: SIMD2<Double>) -> SIMD2<Double> {
    guard projection == .equidistant else { return point }
    let angle = (point * point).sum().squareRoot()
    return angle > Self.smallestAngle ? point * (tan(angle) / angle) : point
  }

  private func applied(_ p: SIMD2<Double>) -> SIMD2<Double> {
    let square = (p * p).sum()
    let bent = p * formula.factor(square)
    guard !isPurelyRadial else { return bent }
    let xy = 2 * p.x * p.y
    return SIMD2(
      bent.x + tangential.x * xy + tangential.y * (square + 2 * p.x * p.x) + prism.x * square,
      bent.y + tangential.x * (square + 2 * p.y * p.y) + tangential.y * xy + prism.y * square)
  }

  /// Newton's method from `start` to the point that the formula takes to `target`.
  private func refined(_ start: SIMD2<Double>, to target: SIMD2<Double>) -> SIMD2<Double>? {
    let step = Self.step
    var point = start
    for _ in 0..<Self.mostSteps {
      let error = applied(point) - target
      if (error * error).sum() < Self.exactSquare { break }
      let alongX = (applied(point + SIMD2(step, 0)) - applied(point - SIMD2(step, 0))) / (2 * step)
      let alongY = (applied(point + SIMD2(0, step)) - applied(point - SIMD2(0, step))) / (2 * step)
      let determinant = alongX.x * alongY.y - alongX.y * alongY.x
      guard determinant > Self.smallestDeterminant else { return nil }
      point -=
        SIMD2(
          alongY.y * error.x - alongY.x * error.y, alongX.x * error.y - alongX.y * error.x)
        / determinant
    }
    let error = applied(point) - target
    let isFound = (error * error).sum() < Self.foundSquare && (point * point).sum() <= limit * limit
    return isFound ? point : nil
  }
}
