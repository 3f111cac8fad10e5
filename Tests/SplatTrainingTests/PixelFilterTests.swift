import SplatCore
import SplatTraining
import Testing

@Suite struct PixelFilterTests {
  private func camera(_ width: Int, _ height: Int, focal: Double) -> Camera {
    Camera(width: width, height: height, focalLength: SIMD2(focal, focal))
  }

  @Test func photosOfOneSizeHaveTheFilterOfTheRelease() {
    let filter = PixelFilter(cameras: [
      camera(60, 40, focal: 50), camera(40, 60, focal: 50), camera(60, 40, focal: 25),
      camera(30, 40, focal: 50),
    ])
    // Turned, of a wider lens, and cut.
    for index in 0..<4 { #expect(filter[index] == 0.3) }
  }

  @Test func largerPixelsAddTheirBoxes() {
    let filter = PixelFilter(cameras: [
      camera(60, 40, focal: 50), camera(30, 20, focal: 25), camera(20, 13, focal: 50.0 / 3),
    ])
    #expect(filter[0] == 0.3)
    // The mean of two pixels side by side has a variance of a quarter of a square pixel.
    #expect(abs(filter[1] - (0.3 + 0.25) / 4) < 1e-6)
    #expect(abs(filter[2] - (0.3 + 8.0 / 12) / 9) < 1e-3)
  }
}
