import SplatCore
import SplatMetrics
import SplatTestSupport
import Testing

/// The gradients of the loss: those of its steps and of a reference in double precision against
/// central differences, and those of training against the reference.
@Suite struct LossGradientTests {
  static let seeds = UInt64(0)..<20

  @Test(arguments: seeds) func similarity(seed: UInt64) {
    var random = RandomSource(seed: seed, purpose: .testing)
    let uniform = (0..<5).map { _ in Double(random.uniform()) }
    // Moments that images can have: a covariance below the variances. Central differences of 1/B
    // err by (step / B)² of it, so that the sum of the variances is 0.05 at least.
    let squares = uniform[0] * uniform[0] + uniform[1] * uniform[1] + 0.1 * uniform[2] + 0.05
    let product = uniform[0] * uniform[1] + 0.05 * (uniform[3] * 2 - 1) * uniform[2]
    func moments(_ inputs: [Double]) -> SSIM.Moments<Double> {
      SSIM.Moments(x: inputs[0], y: uniform[1], squares: inputs[1], product: inputs[2])
    }
    let error = GradientCheck.worstError(
      inputs: [uniform[0], squares, product], weights: [Double(random.normal())],
      forward: { [SSIM.forward(moments($0))] },
      backward: { inputs, grad in
        let gradient = SSIM.backward(moments(inputs), grad: grad[0])
        return [gradient.x, gradient.squares, gradient.product]
      })
    #expect(error < GradientCheck.tolerance, "seed \(seed): relative error \(error)")
  }

  @Test(arguments: seeds) func pixel(seed: UInt64) {
    var random = RandomSource(seed: seed, purpose: .testing)
    let (x, y) = (Double(random.uniform()), Double(random.uniform()))
    let error = GradientCheck.worstError(
      inputs: [x], weights: (0..<4).map { $0 == 1 ? 0 : Double(random.normal()) },
      forward: { inputs in
        let moments = SSIM.pixelForward(inputs[0], y)
        return [moments.x, moments.y, moments.squares, moments.product]
      },
      backward: { inputs, grad in
        [
          SSIM.pixelBackward(
            inputs[0], y,
            grad: SSIM.Moments(x: grad[0], y: grad[1], squares: grad[2], product: grad[3]))
        ]
      })
    #expect(error < GradientCheck.tolerance, "seed \(seed): relative error \(error)")
  }

  @Test(arguments: [(0.3, 0.7), (0.7, 0.3), (-0.2, 0.4)])
  func absoluteDifference(_ pair: (Double, Double)) {
    let error = GradientCheck.worstError(
      inputs: [pair.0], weights: [1.7], forward: { [L1.forward($0[0], pair.1)] },
      backward: { [L1.backward($0[0], pair.1, grad: $1[0])] })
    #expect(error < GradientCheck.tolerance)
    #expect(L1.backward(pair.0, pair.0, grad: 1) == 0)
  }

  /// A pixel's step reaches a window's means with a weight of 0.07 at most. Central differences err
  /// by the square of that over the sum of variances and C2, 1e-3 in smooth images: by 2e-7.
  @Test(arguments: [(1, 1), (5, 3), (8, 8), (13, 17)], LossImages.Kind.allCases)
  func referenceAgreesWithCentralDifferences(_ size: (Int, Int), _ kind: LossImages.Kind) {
    for (share, border) in Self.maskedShares(of: size, border: 2) {
      let images = LossImages(kind, width: size.0, height: size.1, seed: 3, keeps: share)
      let reference = ReferenceLoss(images, border: border)
      let render = images.render.map(Double.init)
      // The gradient of the sum instead of the mean has entries of about 1.
      let count = Double(render.count)
      let expected = GradientCheck.differences(render) { count * reference.value($0) }
      let found = reference.gradient(render).map { count * $0 }
      let error = Self.relativeError(found, expected)
      print("reference loss \(size) \(kind), \(share) kept, border \(border): \(error)")
      #expect(error < 1e-6)
    }
  }

  /// A product goes through at most 16 roundings on its way to a window's mean, ten along columns
  /// and six along rows. The reference says by how much the division by variances enlarges them.
  @Test(arguments: [(1, 1), (5, 3), (19, 40), (70, 150)], LossImages.Kind.allCases)
  func trainingAgreesWithTheReference(_ size: (Int, Int), _ kind: LossImages.Kind) {
    for (share, border) in Self.maskedShares(of: size, border: 5) {
      let images = LossImages(kind, width: size.0, height: size.1, seed: 5, keeps: share)
      let reference = ReferenceLoss(images, border: border)
      let render = images.render.map(Double.init)
      let result = images.evaluate(terms: LossImages.terms(border: border))
      let rounding = 16 * Double(Float.ulpOfOne / 2)
      let tolerance = rounding * reference.conditionNumber(render)
      let error = Self.relativeError(
        result.gradient.map(Double.init), reference.gradient(render))
      let valueError = abs(result.value.loss - reference.value(render))
      print(
        """
        loss \(size) \(kind), \(share) kept, border \(border): gradient \(error) of \(tolerance), \
        value \(valueError)
        """)
      #expect(error < tolerance)
      #expect(valueError < tolerance)
    }
  }

  /// The shares of pixels that a mask keeps, and borders, that leave pixels of an image to count.
  private static func maskedShares(of size: (Int, Int), border: Int) -> [(Float, Int)] {
    let shorter = min(size.0, size.1)
    var result: [(Float, Int)] = [(1, 0)]
    if shorter > 1 { result.append((0.7, 0)) }
    if shorter > 2 * border { result.append((1, border)) }
    return result
  }

  /// The largest error, relative to the largest entry that is expected.
  private static func relativeError(_ found: [Double], _ expected: [Double]) -> Double {
    let scale = expected.reduce(0) { max($0, abs($1)) }
    return zip(found, expected).reduce(0) { worst, pair in
      let error = abs(pair.0 - pair.1)
      return error.isNaN ? .infinity : max(worst, error / scale)
    }
  }
}
