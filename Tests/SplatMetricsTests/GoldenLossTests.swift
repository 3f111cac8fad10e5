import Foundation
import SplatCore
import SplatMetrics
import SplatTestSupport
import Testing

@Suite struct GoldenLossTests {
  static let cases = GoldenCase.all { $0.padding != nil }

  @Test(arguments: cases, [("same", 0), ("valid", 5)])
  func lossAndGradientAreWithinTolerance(_ golden: GoldenCase, _ border: (name: String, Int)) throws
  {
    let shape = try #require(golden.manifest.arrays.first { $0.name == "image_a" }).shape
    let (height, width) = (shape[0], shape[1])
    let result = evaluate(
      try golden.values("image_a"), try golden.values("image_b"), width: width, height: height,
      border: border.1)
    func expectScalar(_ name: String, _ value: Double) throws {
      let reference = try #require(golden.manifest.scalars?[name])
      print("golden losses \(name): \(abs(value - reference.value))")
      #expect(
        abs(value - reference.value) <= 10 * reference.measured_float32_abs_difference + 2e-7)
    }
    if border.1 == 0 {
      try expectScalar("l1", result.value.l1)
      try expectScalar("mse", result.value.squaredError)
      try expectScalar("psnr", -10 * log10(result.value.squaredError))
    }
    try expectScalar("ssim_\(border.name)", result.value.ssim)
    try expectScalar("combined_\(border.name)", result.value.loss)
    let name = "grad_combined_\(border.name)"
    let difference = Difference(result.gradient, try golden.values(name))
    print("golden losses \(name): \(difference)")
    #expect(difference.isWithin(try #require(golden.tolerance(name))))
  }

  @Test func maskedPixelsDoNotCountAndDoNotReachAnyWindow() {
    var random = RandomSource(seed: 7, purpose: .testing)
    let (width, height) = (37, 23)
    var a = (0..<width * height * 3).map { _ in random.uniform() }
    let b = (0..<width * height * 3).map { _ in random.uniform() }
    let mask = (0..<width * height).map { _ -> Float in random.uniform() < 0.7 ? 1 : 0 }
    let first = evaluate(a, b, width: width, height: height, mask: mask)
    for pixel in mask.indices where mask[pixel] == 0 {
      for channel in 0..<3 { a[pixel * 3 + channel] = random.uniform() }
    }
    let second = evaluate(a, b, width: width, height: height, mask: mask)
    #expect(first.value == second.value)
    #expect(first.gradient == second.gradient)
    for pixel in mask.indices where mask[pixel] == 0 {
      #expect(first.gradient[pixel * 3] == 0)
    }
  }

  @Test(arguments: [(1, 1), (5, 3), (8, 8), (19, 40)])
  func gradientAgreesWithFiniteDifferences(_ size: (Int, Int)) {
    var random = RandomSource(seed: 3, purpose: .testing)
    let (width, height) = size
    var a = (0..<width * height * 3).map { _ in random.uniform() }
    let b = (0..<width * height * 3).map { _ in random.uniform() }
    let gradient = evaluate(a, b, width: width, height: height).gradient
    for _ in 0..<12 {
      let index = random.index(below: a.count)
      let original = a[index]
      let step: Float = 1e-2
      // Away from the kink of |x - y|.
      guard abs(original - b[index]) > 2 * step else { continue }
      a[index] = original + step
      let above = evaluate(a, b, width: width, height: height).value.loss
      a[index] = original - step
      let below = evaluate(a, b, width: width, height: height).value.loss
      a[index] = original
      let slope = (above - below) / Double(2 * step)
      #expect(abs(slope - Double(gradient[index])) < 2e-2 * abs(slope) + 2e-5)
    }
  }

  private func evaluate(
    _ a: [Float], _ b: [Float], width: Int, height: Int, border: Int = 0, mask: [Float] = []
  ) -> (value: PhotometricLoss.Value, gradient: [Float]) {
    let loss = PhotometricLoss()
    let planes = loss.planes(width: width, height: height)
    for channel in 0..<3 {
      for y in 0..<height {
        for x in 0..<width {
          let pixel = y * width + x
          let keep: Float = mask.isEmpty ? 1 : mask[pixel]
          planes.render.values[planes.render.rowStart(channel: channel, y) + x] =
            a[pixel * 3 + channel] * keep
          planes.photo.values[planes.photo.rowStart(channel: channel, y) + x] =
            b[pixel * 3 + channel] * keep
        }
      }
    }
    let size = width * height
    var gradient = [Float](repeating: 0, count: 3 * size)
    let value = gradient.withView { gradient in
      mask.withReadOnlyView { mask in
        loss.evaluate(
          render: planes.render, photo: planes.photo, mask: mask, border: border,
          gradient: (0..<3).map { gradient.slice($0 * size..<($0 + 1) * size) },
          workers: Workers())
      }
    }
    let interleaved = (0..<size).flatMap { p in (0..<3).map { gradient[$0 * size + p] } }
    return (value, interleaved)
  }
}
