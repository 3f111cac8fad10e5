import SplatCore
import SplatRendering
import SplatTestSupport
import Testing

/// Each step's backward function against differences of its forward function, in double precision and
/// through the source that ships.
@Suite struct StepGradientTests {
  static let seeds = UInt64(0)..<20

  /// Numbers of the standard normal distribution.
  static func normals(_ count: Int, _ random: inout RandomSource) -> [Double] {
    (0..<count).map { _ in Double(random.normal()) }
  }

  private func expectAgreement(
    _ seed: UInt64, inputs: [Double], outputs: Int, _ random: inout RandomSource,
    sourceLocation: SourceLocation = #_sourceLocation, forward: ([Double]) -> [Double],
    backward: ([Double], [Double]) -> [Double]
  ) {
    let error = GradientCheck.worstError(
      inputs: inputs, weights: Self.normals(outputs, &random), forward: forward,
      backward: backward)
    #expect(
      error < GradientCheck.tolerance, "seed \(seed): relative error \(error)",
      sourceLocation: sourceLocation)
  }

  @Test(arguments: seeds) func logistic(seed: UInt64) {
    var random = RandomSource(seed: seed, purpose: .testing)
    expectAgreement(
      seed, inputs: Self.normals(1, &random).map { $0 * 3 }, outputs: 1, &random,
      forward: { [Logistic.forward($0[0])] },
      backward: { [Logistic.backward(value: Logistic.forward($0[0]), gradValue: $1[0])] })
  }

  @Test(arguments: seeds) func normalization(seed: UInt64) {
    var random = RandomSource(seed: seed, purpose: .testing)
    expectAgreement(
      seed, inputs: Self.normals(4, &random), outputs: 4, &random,
      forward: { Normalization.forward(Quaternion($0)).unit.parts },
      backward: { inputs, grad in
        let (unit, inverse) = Normalization.forward(Quaternion(inputs))
        return Normalization.backward(
          unit: unit, inverseLength: inverse, gradUnit: Quaternion(grad)
        ).parts
      })
  }

  @Test(arguments: seeds) func covariance3D(seed: UInt64) {
    var random = RandomSource(seed: seed, purpose: .testing)
    func axes(_ inputs: [Double]) -> (Quaternion<Double>, Vector3<Double>, Matrix3<Double>) {
      let q = Quaternion(Array(inputs[0..<4]))
      let scales = Vector3(Double.exp(inputs[4]), Double.exp(inputs[5]), Double.exp(inputs[6]))
      return (q, scales, Covariance3D.axes(unit: q, scales: scales))
    }
    // The matrix of a quaternion is a polynomial in its parts, so that it need not be of length 1 here.
    expectAgreement(
      seed, inputs: Self.normals(7, &random).map { $0 * 0.5 }, outputs: 6, &random,
      forward: { Covariance3D.forward(axes: axes($0).2).parts },
      backward: { inputs, grad in
        let (q, scales, m) = axes(inputs)
        let (gradUnit, gradLogScales) = Covariance3D.backward(
          unit: q, scales: scales, axes: m, gradCovariance: SymmetricMatrix3(grad))
        return gradUnit.parts + gradLogScales.parts
      })
  }

  @Test(arguments: seeds) func perspectiveProjection(seed: UInt64) {
    var random = RandomSource(seed: seed, purpose: .testing)
    let camera = Pinhole<Double>(EndToEndGradientTests.camera(seed))
    var mean = Self.normals(3, &random)
    mean[2] = 2 + abs(mean[2])
    expectAgreement(
      seed, inputs: mean, outputs: 2, &random,
      forward: {
        let (x, y) = PerspectiveProjection.forward(cameraMean: Vector3($0), camera)
        return [x, y]
      },
      backward: {
        PerspectiveProjection.backward(
          cameraMean: Vector3($0), gradX: $1[0], gradY: $1[1], camera
        ).parts
      })
  }

  /// Inputs: the covariance, the mean in the camera's frame, the camera's rotation.
  @Test(
    arguments: seeds, [SIMD2(0.1, -0.1), SIMD2(3, 0.1), SIMD2(-3, 2), SIMD2(0.2, -2.5)])
  func covariance2DInsideAndOutsideTheClamp(seed: UInt64, direction: SIMD2<Double>) {
    var random = RandomSource(seed: seed, purpose: .testing)
    let camera = EndToEndGradientTests.camera(seed)
    let z = 1 + abs(Self.normals(1, &random)[0])
    let rotation = camera.viewMatrix.rotation
    func pinhole(_ inputs: [Double]) -> Pinhole<Double> {
      var camera = camera
      camera.viewMatrix.rotation = Matrix3(Array(inputs[9..<18]))
      return Pinhole(camera)
    }
    expectAgreement(
      seed,
      inputs: Self.normals(6, &random) + [direction.x * z, direction.y * z, z]
        + rotation.row0.parts + rotation.row1.parts + rotation.row2.parts,
      outputs: 3, &random,
      forward: { inputs in
        let jacobian = Covariance2D.jacobian(
          cameraMean: Vector3(Array(inputs[6..<9])), pinhole(inputs))
        let covariance = SymmetricMatrix3(Array(inputs[0..<6]))
        return Covariance2D.forward(covariance: covariance, jacobian: jacobian).parts
      },
      backward: { inputs, grad in
        let camera = pinhole(inputs)
        let mean = Vector3(Array(inputs[6..<9]))
        let g = Covariance2D.backward(
          covariance: SymmetricMatrix3(Array(inputs[0..<6])),
          jacobian: Covariance2D.jacobian(cameraMean: mean, camera), cameraMean: mean,
          grad: SymmetricMatrix2(grad), camera)
        return g.covariance.parts + g.cameraMean.parts + g.rotation.row0.parts
          + g.rotation.row1.parts + g.rotation.row2.parts
      })
  }

  /// Outputs: the conic and the compensation.
  @Test(arguments: seeds) func conicWithCompensation(seed: UInt64) {
    var random = RandomSource(seed: seed, purpose: .testing)
    let n = Self.normals(4, &random)
    // A positive definite matrix: the product of a triangular one and its transpose.
    let (l, m, k) = (0.5 + abs(n[0]), n[1], 0.5 + abs(n[2]))
    expectAgreement(
      seed, inputs: [l * l, l * m, m * m + k * k], outputs: 4, &random,
      forward: {
        let filtered = Conic.forward(covariance: SymmetricMatrix2($0))
        return filtered.conic.parts + [filtered.compensation]
      },
      backward: { inputs, grad in
        let covariance = SymmetricMatrix2(inputs)
        return Conic.backward(
          covariance: covariance, filtered: Conic.forward(covariance: covariance),
          gradConic: SymmetricMatrix2(Array(grad[0..<3])), gradCompensation: grad[3]
        ).parts
      })
  }

  /// Inputs: the mean, then the coefficients; the gradient of the mean is through the direction.
  @Test(arguments: seeds, 0...4)
  func sphericalHarmonicsFromTheMeanOn(seed: UInt64, degree: Int) {
    var random = RandomSource(seed: seed, purpose: .testing)
    let center = Vector3(Self.normals(3, &random))
    let count = (degree + 1) * (degree + 1)
    let away = Self.normals(3, &random).map { $0 < 0 ? $0 - 1 : $0 + 1 }
    let mean = (center + Vector3(away)).parts
    func coefficient(_ inputs: [Double], _ index: Int) -> Vector3<Double> {
      Vector3(Array(inputs[3 + 3 * index..<6 + 3 * index]))
    }
    expectAgreement(
      seed, inputs: mean + Self.normals(3 * count, &random), outputs: 3, &random,
      forward: { inputs in
        let unit = SphericalHarmonics.direction(
          mean: Vector3(Array(inputs[0..<3])), center: center
        ).unit
        return SphericalHarmonics.forward(direction: unit, degree: degree) {
          coefficient(inputs, $0)
        }.parts
      },
      backward: { inputs, grad in
        let (unit, inverse) = SphericalHarmonics.direction(
          mean: Vector3(Array(inputs[0..<3])), center: center)
        var result = [Double](repeating: 0, count: inputs.count)
        let gradMean = SphericalHarmonics.backward(
          direction: unit, inverseDistance: inverse, degree: degree, gradColor: Vector3(grad),
          coefficient: { coefficient(inputs, $0) },
          store: { result.replaceSubrange(3 + 3 * $0..<6 + 3 * $0, with: $1.parts) })
        result.replaceSubrange(0..<3, with: gradMean.parts)
        return result
      })
  }
}
