import Foundation
package import SplatCore
package import SplatRendering

/// A scene with a camera and settings, generated from a seed: every kind of Gaussian and of
/// picture.
package struct RandomScene: Sendable, CustomStringConvertible {
  package let seed: UInt64
  package var splats: Splats
  package var camera: Camera
  package var settings = RenderSettings()

  package var description: String {
    "seed \(seed): \(splats.count) Gaussians of degree \(splats.shDegree), "
      + "\(camera.width)x\(camera.height)"
  }

  /// What is special about a Gaussian.
  private enum Kind: CaseIterable {
    case ordinary, huge, tiny, needle, near, behind, saturated, faint, outside, disk
  }

  package init(seed: UInt64) {
    self.seed = seed
    var random = RandomSource(seed: seed, purpose: .testing)
    camera = Self.camera(&random, isPoint: seed % 16 == 0)
    settings.isAntialiased = seed % 2 == 1
    settings.includesDepth = true
    settings.maximumAlpha = seed % 4 < 2 ? 0.99 : 0.999
    settings.nearPlane = seed % 3 == 0 ? 0.2 : 0.01
    settings.background = SIMD3(random.uniform(), random.uniform(), random.uniform())
    splats = Splats(count: random.index(below: 60), shDegree: Int(seed % 5))
    for index in 0..<splats.count {
      let kind = random.index(below: 2) == 0 ? .ordinary : random.shuffled(Kind.allCases)[0]
      splats[index] = splat(kind, &random)
    }
  }

  private static func camera(_ random: inout RandomSource, isPoint: Bool) -> Camera {
    let width = isPoint ? 1 : 1 + random.index(below: 70)
    let height = isPoint ? 1 : 1 + random.index(below: 70)
    let size = SIMD2(Double(width), Double(height))
    let focal = size.max() * (0.5 + 1.5 * random.uniformDouble())
    let shift = SIMD2(Double(random.normal()), Double(random.normal())) * 0.2 * size
    // The renderer stores cameras in single precision; values representable there are compared
    // exactly.
    func rounded(_ value: Double) -> Double { Double(Float(value)) }
    let turn = randomRotation(&random)
    func rounded(_ v: Vector3<Double>) -> Vector3<Double> {
      Vector3(rounded(v.x), rounded(v.y), rounded(v.z))
    }
    return Camera(
      width: width, height: height,
      focalLength: SIMD2(rounded(focal), rounded(focal * (0.9 + 0.2 * random.uniformDouble()))),
      principalPoint: SIMD2(rounded(size.x / 2 + shift.x), rounded(size.y / 2 + shift.y)),
      viewMatrix: RigidTransform(
        rotation: Matrix3(rounded(turn.row0), rounded(turn.row1), rounded(turn.row2)),
        translation: SIMD3(
          Double(random.normal()), Double(random.normal()), Double(random.normal()))))
  }

  /// A uniformly distributed rotation.
  package static func randomRotation(_ random: inout RandomSource) -> Matrix3<Double> {
    let raw = Quaternion(
      w: Double(random.normal()), x: Double(random.normal()), y: Double(random.normal()),
      z: Double(random.normal()))
    return (raw * (1 / raw.squaredNorm.squareRoot())).rotationMatrix
  }

  private func splat(_ kind: Kind, _ random: inout RandomSource) -> Splat {
    func between(_ low: Double, _ high: Double) -> Double {
      low + (high - low) * random.uniformDouble()
    }
    var z = between(1, 6)
    if kind == .near { z = Double(settings.nearPlane) * exp(between(-0.5, 3)) }
    if kind == .behind { z = -between(0, 4) }
    let spread = kind == .outside ? between(1, 4) : 1.0
    let size = SIMD2(Double(camera.width), Double(camera.height))
    let pixel = SIMD2(between(-0.6, 1.6), between(-0.6, 1.6)) * size * spread
    let ray = (pixel - camera.principalPoint) / camera.focalLength
    let mean = camera.viewMatrix.inverse(SIMD3(ray.x * z, ray.y * z, z))

    // Standard deviations in pixels, on a logarithmic scale.
    var deviations = SIMD3(between(-1, 2), between(-1, 2), between(-1, 2))
    switch kind {
    case .huge: deviations += 3.5
    case .tiny: deviations -= 5
    case .needle: deviations = SIMD3(between(2, 4), between(-5, -2), between(-5, -2))
    case .disk: deviations = SIMD3(between(1, 3), between(1, 3), -12)
    default: break
    }
    let logScale = deviations + log(max(abs(z), 1e-3) / camera.focalLength.x)
    var logit = between(-3, 3)
    if kind == .saturated { logit = between(5, 14) }
    if kind == .faint { logit = between(-6.5, -4) }
    let stretch = Float(exp(between(-2, 2)))
    func normal3() -> SIMD3<Float> { SIMD3(random.normal(), random.normal(), random.normal()) }
    return Splat(
      mean: SIMD3<Float>(mean), logScale: SIMD3<Float>(logScale),
      rotation: Quaternion(
        w: random.normal() * stretch, x: random.normal() * stretch, y: random.normal() * stretch,
        z: random.normal() * stretch),
      opacityLogit: Float(logit),
      shCoefficients: (0..<splats.coefficientCount).map { normal3() * ($0 == 0 ? 0.8 : 0.25) })
  }
}
