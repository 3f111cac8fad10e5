/// Why a model, a camera or a photo cannot be made of the values that were given.
public enum InvalidValue: Error, Sendable, Equatable, CustomStringConvertible {
  /// A degree of spherical harmonics that is not one of 0...4.
  case shDegree(Int)
  /// A number of coefficients that is not that of the degree.
  case coefficientCount(found: Int, expected: Int)
  /// A negative number of Gaussians.
  case splatCount(Int)
  /// A width or a height that is negative, or too many pixels.
  case size(width: Int, height: Int)
  /// A number of channels that is neither 3 nor 4.
  case channels(Int)
  /// A number of bytes or samples that does not fit the size.
  case sampleCount(found: Int, expected: Int)
  /// Focal lengths that are not positive, in pixels.
  case focalLength(SIMD2<Double>)
  /// A number that is infinite or not a number; the text names it.
  case notFinite(String)

  /// What was found and what was expected.
  public var description: String {
    switch self {
    case .shDegree(let degree): "the SH degree is \(degree); 0...4 is expected"
    case .coefficientCount(let found, let expected):
      "a Gaussian has \(found) SH coefficients; \(expected) are expected"
    case .splatCount(let count): "the number of Gaussians is \(count); 0 or more is expected"
    case .size(let width, let height):
      "the size is \(width) x \(height); 0 or more is expected, and fewer than 2^31 pixels"
    case .channels(let count): "the number of channels is \(count); 3 or 4 is expected"
    case .sampleCount(let found, let expected):
      "there are \(found) samples; \(expected) are expected"
    case .focalLength(let value):
      "the focal lengths are \(value.x) and \(value.y) pixels; positive ones are expected"
    case .notFinite(let name): "\(name) is not finite"
    }
  }

  /// Checks the size of an image.
  static func check(width: Int, height: Int) throws(InvalidValue) {
    let (pixels, overflows) = width.multipliedReportingOverflow(by: height)
    guard width >= 0, height >= 0, !overflows, pixels < 1 << 31 else {
      throw .size(width: width, height: height)
    }
  }
}

extension Splats {
  /// Creates `count` Gaussians whose parameters are all zero; invalid values throw.
  public init(validating count: Int, shDegree: Int) throws(InvalidValue) {
    guard (0...4).contains(shDegree) else { throw .shDegree(shDegree) }
    guard count >= 0 else { throw .splatCount(count) }
    self.init(count: count, shDegree: shDegree)
  }

  /// Creates a model of `gaussians`; a number of coefficients that is not that of `shDegree`, and
  /// parameters that are not finite, throw.
  public init(validating gaussians: [Splat], shDegree: Int) throws(InvalidValue) {
    guard (0...4).contains(shDegree) else { throw .shDegree(shDegree) }
    let expected = (shDegree + 1) * (shDegree + 1)
    for (index, gaussian) in gaussians.enumerated() {
      let coefficients = gaussian.shCoefficients
      guard coefficients.count == expected else {
        throw .coefficientCount(found: coefficients.count, expected: expected)
      }
      guard gaussian.isFinite else { throw .notFinite("Gaussian \(index)") }
    }
    self.init(gaussians, shDegree: shDegree)
  }
}

extension Splat {
  /// Whether all parameters are finite.
  fileprivate var isFinite: Bool {
    let vectors = [mean, logScale] + shCoefficients
    let numbers = [rotation.w, rotation.x, rotation.y, rotation.z, opacityLogit]
    return vectors.allSatisfy { $0.x.isFinite && $0.y.isFinite && $0.z.isFinite }
      && numbers.allSatisfy(\.isFinite)
  }
}

extension Camera {
  /// Creates a camera as ``init(width:height:focalLength:principalPoint:viewMatrix:)`` does;
  /// invalid values throw.
  public init(
    validatingWidth width: Int, height: Int, focalLength: SIMD2<Double>,
    principalPoint: SIMD2<Double>? = nil, viewMatrix: RigidTransform = .identity
  ) throws(InvalidValue) {
    try InvalidValue.check(width: width, height: height)
    guard focalLength.x.isFinite, focalLength.y.isFinite else { throw .notFinite("focalLength") }
    guard focalLength.x > 0, focalLength.y > 0 else { throw .focalLength(focalLength) }
    if let point = principalPoint, !(point.x.isFinite && point.y.isFinite) {
      throw .notFinite("principalPoint")
    }
    let origin = viewMatrix.translation
    let axes = [SIMD3(1.0, 0, 0), SIMD3(0.0, 1, 0), SIMD3(0.0, 0, 1)].map { viewMatrix($0) }
    guard ([origin] + axes).allSatisfy({ $0.x.isFinite && $0.y.isFinite && $0.z.isFinite }) else {
      throw .notFinite("viewMatrix")
    }
    self.init(
      width: width, height: height, focalLength: focalLength, principalPoint: principalPoint,
      viewMatrix: viewMatrix)
  }
}

extension Photo {
  /// Creates a photo from its bytes; invalid values throw.
  public init(validatingWidth width: Int, height: Int, channels: Int, bytes: [UInt8])
    throws(InvalidValue)
  {
    try InvalidValue.check(width: width, height: height)
    guard channels == 3 || channels == 4 else { throw .channels(channels) }
    let expected = width * height * channels
    guard bytes.count == expected else {
      throw .sampleCount(found: bytes.count, expected: expected)
    }
    self.init(width: width, height: height, channels: channels, bytes: bytes)
  }
}
