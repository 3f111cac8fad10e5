import SplatCore
import SplatRendering
import SplatTestSupport
import Testing

/// Compares each step's backward function with differences of its forward function, in double
/// precision and with the same source as in production.
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
    // The matrix of a quaternion is a polynomial in its parts, so it need not have length 1 here.
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
        let filtered = Conic.forward(covariance: SymmetricMatrix2($0), filter: 0.3)
        return filtered.conic.parts + [filtered.compensation]
      },
      backward: { inputs, grad in
        let covariance = SymmetricMatrix2(inputs)
        return Conic.backward(
          covariance: covariance, filtered: Conic.forward(covariance: covariance, filter: 0.3),
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

  // MARK: Pixels

  /// A Gaussian in the image, as nine numbers: mean, conic, opacity and colour.
  private struct PixelGaussian {
    var mean: SIMD2<Double>
    var conic: SymmetricMatrix2<Double>
    var opacity: Double
    var color: Vector3<Double>
    static let count = 9

    init(_ parts: ArraySlice<Double>) {
      let p = Array(parts)
      mean = SIMD2(p[0], p[1])
      conic = SymmetricMatrix2(Array(p[2..<5]))
      opacity = p[5]
      color = Vector3(Array(p[6..<9]))
    }

    var exponent: PixelOpacity.Exponent<Double> {
      PixelOpacity.Exponent(
        meanX: mean.x, meanY: mean.y, conic: conic,
        logOpacity: Double.log(opacity) * Double.log2e)
    }

    /// A random one, a few pixels wide.
    static func parts(_ random: inout RandomSource) -> [Double] {
      let n = normals(6, &random)
      let (l, m, k) = (0.3 + abs(n[0]) * 0.3, n[1] * 0.2, 0.3 + abs(n[2]) * 0.3)
      return [n[3], n[4], l * l, l * m, m * m + k * k]
        + [0.2 + 0.75 * random.uniformDouble()] + normals(3, &random)
    }
  }

  /// The pixels at which Gaussians near the origin are evaluated.
  private static let pixels = [
    SIMD2(0.1, 0.2), SIMD2(-1.3, 0.4), SIMD2(0.7, -1.9), SIMD2(2.1, 1.2),
  ]

  /// Limits that never act.
  private static let unlimited: RenderSettings = {
    var settings = RenderSettings()
    settings.maximumAlpha = 2
    settings.alphaThreshold = 0
    settings.transmittanceThreshold = 0
    return settings
  }()

  /// Limits that each act on some Gaussian.
  private static let limited: RenderSettings = {
    var settings = RenderSettings()
    settings.maximumAlpha = 0.6
    settings.alphaThreshold = 0.05
    settings.transmittanceThreshold = 0.1
    return settings
  }()

  /// Outputs: the opacity at each pixel.
  @Test(arguments: seeds) func pixelOpacity(seed: UInt64) {
    var random = RandomSource(seed: seed, purpose: .testing)
    let limits = PixelLimits<Double>(Self.unlimited)
    func alpha(_ gaussian: PixelGaussian, _ delta: SIMD2<Double>) -> Double {
      PixelOpacity.forward(gaussian.exponent, deltaX: delta.x, deltaY: delta.y, limits: limits)
    }
    expectAgreement(
      seed, inputs: Array(PixelGaussian.parts(&random)[..<6]), outputs: Self.pixels.count, &random,
      forward: { inputs in
        let gaussian = PixelGaussian(inputs[...] + [0, 0, 0])
        return Self.pixels.map { alpha(gaussian, $0 - gaussian.mean) }
      },
      backward: { inputs, grad in
        let gaussian = PixelGaussian(inputs[...] + [0, 0, 0])
        var moments = PixelOpacity.Moments<Double>()
        for (pixel, grad) in zip(Self.pixels, grad) {
          let delta = pixel - gaussian.mean
          moments.add(
            grad * alpha(gaussian, delta), deltaX: delta.x, deltaY: delta.y)
        }
        let g = PixelOpacity.backward(
          moments, conic: gaussian.conic, opacity: gaussian.opacity)
        return [g.meanX, g.meanY] + g.conic.parts + [g.opacity]
      })
  }

  @Test(arguments: seeds) func theMagnitudesOfAPixelAreThoseOfItsGradient(seed: UInt64) {
    var random = RandomSource(seed: seed, purpose: .testing)
    let gaussian = PixelGaussian(PixelGaussian.parts(&random)[...])
    let grad = Self.normals(1, &random)[0]
    let delta = Self.pixels[0] - gaussian.mean
    var moments = PixelOpacity.Moments<Double>()
    moments.add(grad, deltaX: delta.x, deltaY: delta.y)
    let signed = PixelOpacity.backward(moments, conic: gaussian.conic, opacity: gaussian.opacity)
    let magnitudes = PixelOpacity.meanGradientMagnitudes(
      grad, deltaX: delta.x, deltaY: delta.y, conic: gaussian.conic)
    #expect(abs(magnitudes.x - abs(signed.meanX)) < 1e-12)
    #expect(abs(magnitudes.y - abs(signed.meanY)) < 1e-12)
  }

  @Test(arguments: seeds) func expectedDepth(seed: UInt64) {
    var random = RandomSource(seed: seed, purpose: .testing)
    let inputs = [3 + random.uniformDouble(), 0.1 + 0.8 * random.uniformDouble()]
    expectAgreement(
      seed, inputs: inputs, outputs: 1, &random,
      forward: { [ExpectedDepth.forward(accumulated: $0[0], alpha: $0[1])] },
      backward: {
        let grad = ExpectedDepth.backward(accumulated: $0[0], alpha: $0[1], gradExpected: $1[0])
        return [grad.accumulated, grad.alpha]
      })
    let none = ExpectedDepth.backward(accumulated: 0.0, alpha: 0, gradExpected: 1)
    #expect(ExpectedDepth.forward(accumulated: 0.0, alpha: 0) == 0)
    #expect(none.accumulated == 0 && none.alpha == 0)
  }

  /// Whole pixels: the outputs are each pixel's colour over a background, its transmittance, and
  /// its accumulated depth. The inputs end with the Gaussians' depths.
  @Test(arguments: seeds, [unlimited, limited])
  func blendingFromGaussiansToPixels(seed: UInt64, settings: RenderSettings) {
    var random = RandomSource(seed: seed, purpose: .testing)
    let limits = PixelLimits<Double>(settings)
    let background = Vector3(0.3, -0.2, 0.9)
    let count = 6
    let inputs =
      (0..<count).flatMap { _ in PixelGaussian.parts(&random) } + Self.normals(count, &random)
    func gaussians(_ inputs: [Double]) -> [PixelGaussian] {
      stride(from: 0, to: inputs.count - count, by: PixelGaussian.count).map {
        PixelGaussian(inputs[$0..<$0 + PixelGaussian.count])
      }
    }
    func alpha(_ gaussian: PixelGaussian, _ pixel: SIMD2<Double>) -> Double {
      let delta = pixel - gaussian.mean
      return PixelOpacity.forward(
        gaussian.exponent, deltaX: delta.x, deltaY: delta.y, limits: limits)
    }
    func blended(_ inputs: [Double], _ pixel: SIMD2<Double>) -> [Double] {
      var transmittance = Blending.Transmittance(stored: 1.0)
      var color = Vector3<Double>.zero
      var depth = 0.0
      for (gaussian, ownDepth) in zip(gaussians(inputs), inputs.suffix(count)) {
        let weight = Blending.forward(
          alpha: PixelOpacity.limited(alpha(gaussian, pixel), limits: limits),
          transmittance: &transmittance, limits: limits)
        color = Blending.blended(color, weight: weight, color: gaussian.color)
        depth += weight * ownDepth
      }
      let left = abs(transmittance.stored(limits: limits))
      return Blending.blended(color, weight: left, color: background).parts + [left, depth]
    }
    expectAgreement(
      seed, inputs: inputs, outputs: Self.pixels.count * 5, &random,
      forward: { inputs in Self.pixels.flatMap { blended(inputs, $0) } },
      backward: { inputs, grad in
        let (gaussians, depths) = (gaussians(inputs), Array(inputs.suffix(count)))
        var gradDepths = [Double](repeating: 0, count: count)
        var moments = gaussians.map { _ in PixelOpacity.Moments<Double>() }
        var gradColors = gaussians.map { _ in Vector3<Double>.zero }
        for (index, pixel) in Self.pixels.enumerated() {
          let gradPixel = Array(grad[index * 5..<index * 5 + 5])
          let gradColor = Vector3(Array(gradPixel[..<3]))
          var suffix = zip(blended(inputs, pixel), gradPixel).reduce(0) { $0 + $1.0 * $1.1 }
          var transmittance = Blending.Transmittance(stored: 1.0)
          for (number, gaussian) in gaussians.enumerated() {
            let alpha = alpha(gaussian, pixel)
            let weight = Blending.forward(
              alpha: PixelOpacity.limited(alpha, limits: limits), transmittance: &transmittance,
              limits: limits)
            gradColors[number] = Blending.blended(
              gradColors[number], weight: weight, color: gradColor)
            gradDepths[number] += weight * gradPixel[4]
            let gradWeight =
              Blending.gradWeight(color: gaussian.color, gradColor: gradColor)
              + depths[number] * gradPixel[4]
            let grad = Blending.backward(
              weight: weight, transmittance: transmittance, gradWeight: gradWeight,
              suffix: &suffix)
            let delta = pixel - gaussian.mean
            moments[number].add(
              PixelOpacity.limitedBackward(grad, alpha: alpha, limits: limits), deltaX: delta.x,
              deltaY: delta.y)
          }
        }
        return gaussians.indices.flatMap { number -> [Double] in
          let g = PixelOpacity.backward(
            moments[number], conic: gaussians[number].conic, opacity: gaussians[number].opacity)
          return [g.meanX, g.meanY] + g.conic.parts + [g.opacity] + gradColors[number].parts
        } + gradDepths
      })
  }

  /// The limits above must be reached, or the test of whole pixels would not test them.
  @Test func everyLimitActsOnSomePixels() {
    let limits = PixelLimits<Double>(Self.limited)
    var (faint, held, stopped) = (0, 0, 0)
    for seed in Self.seeds {
      var random = RandomSource(seed: seed, purpose: .testing)
      let gaussians = (0..<6).map { _ in PixelGaussian(PixelGaussian.parts(&random)[...]) }
      for pixel in Self.pixels {
        var transmittance = Blending.Transmittance(stored: 1.0)
        for gaussian in gaussians {
          let delta = pixel - gaussian.mean
          let alpha = PixelOpacity.forward(
            gaussian.exponent, deltaX: delta.x, deltaY: delta.y, limits: limits)
          faint += alpha == 0 ? 1 : 0
          held += PixelOpacity.limited(alpha, limits: limits) < alpha ? 1 : 0
          _ = Blending.forward(
            alpha: PixelOpacity.limited(alpha, limits: limits), transmittance: &transmittance,
            limits: limits)
        }
        stopped += transmittance.stored(limits: limits) < 0 ? 1 : 0
      }
    }
    #expect(faint > 20 && held > 20 && stopped > 10, "\(faint), \(held), \(stopped)")
  }
}
