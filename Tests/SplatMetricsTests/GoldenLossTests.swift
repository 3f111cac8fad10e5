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
    let images = LossImages(
      width: width, height: height, render: try golden.values("image_a"),
      photo: try golden.values("image_b"))
    let result = images.evaluate(terms: LossImages.terms(border: border.1))
    func expectScalar(_ name: String, _ value: Double) throws {
      let reference = try #require(golden.manifest.scalars?[name])
      print("golden losses \(name): \(abs(value - reference.value))")
      #expect(
        abs(value - reference.value) <= 10 * reference.measured_float32_abs_difference + 2e-7)
    }
    if border.1 == 0 {
      try expectScalar("l1", result.value.terms[0])
      try expectScalar("mse", result.value.squaredError)
      try expectScalar("psnr", PSNR.decibels(squaredError: result.value.squaredError))
    }
    try expectScalar("ssim_\(border.name)", 1 - result.value.terms[1])
    try expectScalar("combined_\(border.name)", result.value.loss)
    let name = "grad_combined_\(border.name)"
    let difference = Difference(result.gradient, try golden.values(name))
    print("golden losses \(name): \(difference)")
    #expect(difference.isWithin(try #require(golden.tolerance(name))))
  }
}
