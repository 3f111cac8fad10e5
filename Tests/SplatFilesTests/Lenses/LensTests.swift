import Foundation
import SplatCore
import SplatFiles
import Testing

@Suite struct LensTests {
  private func distance(_ a: SIMD2<Double>, _ b: SIMD2<Double>) -> Double {
    ((a - b) * (a - b)).sum().squareRoot()
  }

  @Test(arguments: LensFixtures.all)
  func pixelsComeBackFromTheirRays(entry: COLMAPModel.CameraEntry) throws {
    let lens = try entry.photoLens(path: "c")
    var worst = 0.0
    for y in stride(from: 0.0, through: Double(lens.height), by: 10) {
      for x in stride(from: 0.0, through: Double(lens.width), by: 10) {
        let pixel = SIMD2(x, y)
        let point = try #require(lens.point(of: pixel), "\(entry.lens.name) at \(pixel)")
        worst = max(worst, distance(try #require(lens.pixel(of: point)), pixel))
      }
    }
    #expect(worst < 1e-3, "\(entry.lens.name): \(worst) px")
    // What bisection and Newton's method leave is far less than what anyone would see.
    #expect(worst < 1e-8, "\(entry.lens.name): \(worst) px")
  }

  /// A ray at a known place, by the models' formulas written out one by one.
  @Test func everyModelFollowsItsFormula() throws {
    let (x, y) = (0.31, -0.42)
    let square = x * x + y * y
    let radius = square.squareRoot()
    let angle = atan(radius)
    let (u, v) = (x * angle / radius, y * angle / radius)
    let bent = angle * angle
    func power(_ base: Double, _ exponent: Int) -> Double { pow(base, Double(exponent)) }
    for entry in LensFixtures.all {
      let isSingle = entry.parameters[2] == 242.7
      let k = Array(entry.parameters.dropFirst(isSingle ? 3 : 4))
      let expected: SIMD2<Double>
      switch entry.lens {
      case .simpleRadial: expected = SIMD2(x, y) * (1 + k[0] * square)
      case .radial: expected = SIMD2(x, y) * (1 + k[0] * square + k[1] * power(square, 2))
      case .openCV:
        let factor = 1 + k[0] * square + k[1] * power(square, 2)
        expected = SIMD2(
          x * factor + 2 * k[2] * x * y + k[3] * (square + 2 * x * x),
          y * factor + 2 * k[3] * x * y + k[2] * (square + 2 * y * y))
      case .fullOpenCV:
        let above = 1 + k[0] * square + k[1] * power(square, 2) + k[4] * power(square, 3)
        let below = 1 + k[5] * square + k[6] * power(square, 2) + k[7] * power(square, 3)
        expected = SIMD2(
          x * above / below + 2 * k[2] * x * y + k[3] * (square + 2 * x * x),
          y * above / below + 2 * k[3] * x * y + k[2] * (square + 2 * y * y))
      case .fov: expected = SIMD2(x, y) * (atan(2 * radius * tan(k[0] / 2)) / (k[0] * radius))
      case .simpleRadialFisheye: expected = SIMD2(u, v) * (1 + k[0] * bent)
      case .radialFisheye: expected = SIMD2(u, v) * (1 + k[0] * bent + k[1] * power(bent, 2))
      case .openCVFisheye:
        expected =
          SIMD2(u, v)
          * (1 + k[0] * bent + k[1] * power(bent, 2) + k[2] * power(bent, 3) + k[3]
            * power(bent, 4))
      case .thinPrismFisheye:
        let factor =
          1 + k[0] * bent + k[1] * power(bent, 2) + k[4] * power(bent, 3) + k[5] * power(bent, 4)
        expected = SIMD2(
          u * factor + 2 * k[2] * u * v + k[3] * (bent + 2 * u * u) + k[6] * bent,
          v * factor + 2 * k[3] * u * v + k[2] * (bent + 2 * v * v) + k[7] * bent)
      case .simpleFisheye, .fisheye: expected = SIMD2(u, v)
      case .simplePinhole, .pinhole, .equirectangular: continue
      }
      let lens = try entry.photoLens(path: "c")
      let pixel = try #require(lens.pixel(of: SIMD2(x, y)))
      let known = expected * lens.focalLength + lens.principalPoint
      #expect(distance(pixel, known) < 1e-10, "\(entry.lens.name)")
    }
  }

  @Test func straightLensesChangeNothing() throws {
    for entry in [
      COLMAPModel.CameraEntry(
        id: 1, lens: .simplePinhole, width: 12, height: 8, parameters: [9, 5.5, 4.5]),
      COLMAPModel.CameraEntry(
        id: 1, lens: .openCV, width: 12, height: 8, parameters: [9, 9, 5.5, 4.5, 0, 0, 0, 0]),
    ] {
      let camera = try entry.photoLens(path: "c").pinhole(area: .crop, viewMatrix: .identity)
      #expect(camera.width == 12 && camera.height == 8)
      #expect(camera.focalLength == SIMD2(9, 9) && camera.principalPoint == SIMD2(5.5, 4.5))
    }
  }

  @Test(arguments: LensFixtures.all)
  func croppedPhotosAreFullAndKeptOnesShowAll(entry: COLMAPModel.CameraEntry) throws {
    let lens = try entry.photoLens(path: "c")
    let crop = lens.pinhole(area: .crop, viewMatrix: .identity)
    let keep = lens.pinhole(area: .keep, viewMatrix: .identity)
    #expect(crop.width <= keep.width && crop.height <= keep.height)
    func point(_ camera: Camera, _ pixel: SIMD2<Double>) -> SIMD2<Double> {
      (pixel - camera.principalPoint) / camera.focalLength
    }
    // Whole sizes move the outermost pixels by less than one.
    for y in 1..<crop.height - 1 {
      for x in [1, crop.width - 2] {
        let pixel = lens.pixel(of: point(crop, SIMD2(Double(x) + 0.5, Double(y) + 0.5)))
        let place = try #require(pixel)
        #expect(place.x >= 0 && place.x <= Double(lens.width))
        #expect(place.y >= 0 && place.y <= Double(lens.height))
      }
    }
    for corner in [SIMD2(0.5, 0.5), SIMD2(268.5, 0.5), SIMD2(0.5, 479.5), SIMD2(268.5, 479.5)] {
      let seen = try #require(lens.point(of: corner)) * keep.focalLength + keep.principalPoint
      #expect(seen.x > -1.5 && seen.x < Double(keep.width) + 1.5, "\(entry.lens.name) \(seen)")
      #expect(seen.y > -1.5 && seen.y < Double(keep.height) + 1.5, "\(entry.lens.name) \(seen)")
    }
  }

  @Test func raysThatTheFormulaFoldsBackHaveNoPixel() {
    // r (1 - r²) grows up to r = 1/√3.
    let distortion = LensDistortion(radial: SIMD4(-1, 0, 0, 0))
    #expect(distortion.distorted(SIMD2(0.57, 0)) != nil)
    #expect(distortion.distorted(SIMD2(0.59, 0)) == nil)
    #expect(distortion.undistorted(SIMD2(0.39, 0)) == nil)
    let fisheye = LensDistortion(projection: .equidistant)
    #expect(fisheye.undistorted(SIMD2(1.6, 0)) == nil)
    #expect(fisheye.distorted(SIMD2(.nan, 0)) == nil)
  }

  @Test(arguments: [
    (COLMAPLens.simpleRadial, [20.0, 12, 8, -9]), (.simpleRadial, [0.0, 12, 8, 0.1]),
    (.simpleRadial, [-5.0, 12, 8, 0.1]), (.simpleRadial, [20.0, -1, 8, 0.1]),
    (.fov, [20.0, 20, 12, 8, 3.14]), (.openCV, [20.0, 20, 12, 80, 0.1, 0, 0, 0]),
    (.fullOpenCV, [20.0, 20, 12, 8, 0, 0, 0, 0, 0, -1e300, 0, 0]),
    (.openCV, [20.0, 20, 12, 8, 0.1, 0, 1e200, 0]), (.simpleRadial, [1e-300, 12, 8, 0.1]),
  ])
  func coefficientsThatCannotBeMeantAreNamed(lens: COLMAPLens, parameters: [Double]) {
    let entry = COLMAPModel.CameraEntry(
      id: 3, lens: lens, width: 24, height: 16, parameters: parameters)
    let error = fileError { () throws(FileError) in _ = try entry.photoLens(path: "c.bin") }
    #expect(error?.exitCode == 65 && error?.place == "camera 3", "\(lens) \(parameters)")
  }
}
