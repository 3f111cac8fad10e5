import SplatCore
import SplatMetrics
import Testing

@Suite struct ColorCorrectionTests {
  /// The images with other colours in the render: a matrix and an offset that keep it within 0...1.
  private func recolored(_ images: LossImages) -> LossImages {
    let rows: [SIMD3<Float>] = [
      SIMD3(0.5, 0.1, 0.05), SIMD3(0.02, 0.4, 0.2), SIMD3(0.1, -0.1, 0.6),
    ]
    let offset = SIMD3<Float>(0.1, 0.05, 0.2)
    var result = images
    for pixel in 0..<images.width * images.height {
      let color = SIMD3(
        images.render[3 * pixel], images.render[3 * pixel + 1], images.render[3 * pixel + 2])
      for channel in 0..<3 {
        result.render[3 * pixel + channel] = (rows[channel] * color).sum() + offset[channel]
      }
    }
    return result
  }

  @Test func affineChangesOfColorAreUndone() {
    let noise = LossImages(.noise, width: 37, height: 70, seed: 3, keeps: 0.8)
    var images = recolored(noise)
    images.photo = noise.render
    #expect(images.compare().squaredError > 0.01)
    #expect(images.correctedError() < 1e-12)
  }

  @Test(arguments: LossImages.Kind.allCases)
  func affineChangesOfColorDoNotMatter(_ kind: LossImages.Kind) {
    let images = LossImages(kind, width: 37, height: 70, seed: 4)
    let (plain, changed) = (images.correctedError(), recolored(images).correctedError())
    #expect(abs(plain - changed) < 1e-3 * plain, "\(plain) \(changed)")
  }

  @Test(arguments: LossImages.Kind.allCases)
  func correctionNeverMakesTheErrorLarger(_ kind: LossImages.Kind) {
    for seed in 0..<20 {
      var images = LossImages(
        kind, width: 5 + seed % 3, height: 1 + seed, seed: UInt64(seed), keeps: 0.5)
      images.photo = images.photo.map { min(max($0, 0), 1) }
      let (plain, corrected) = (images.compare().squaredError, images.correctedError())
      #expect(corrected <= plain * (1 + 1e-6) + 1e-12, "\(seed): \(corrected), \(plain)")
    }
  }

  @Test func greyRendersAndSinglePixelsHaveACorrection() {
    var images = LossImages(.noise, width: 20, height: 20, seed: 5)
    for pixel in 0..<400 {
      let grey = images.photo[3 * pixel]
      images.render.replaceSubrange(3 * pixel..<3 * pixel + 3, with: [grey, grey, grey])
    }
    let (plain, corrected) = (images.compare().squaredError, images.correctedError())
    #expect(corrected <= plain)
    images.mask = [Float](repeating: 0, count: 400)
    #expect(images.correctedError() == 0)
    images.mask[7] = 1
    images.photo.replaceSubrange(21..<24, with: [0.2, 0.9, 0.5])
    #expect(images.correctedError() < 1e-12)
  }

  @Test func pixelsThatDoNotCountAndThreadsDoNotMatter() {
    var images = LossImages(.noise, width: 41, height: 150, seed: 6, keeps: 0.7)
    let expected = images.correctedError(Workers(threads: 1))
    for pixel in images.mask.indices where images.mask[pixel] == 0 {
      images.photo[3 * pixel] = 0.123
      images.render[3 * pixel + 1] = 0.9
    }
    for threads in [1, 2, 5] {
      #expect(images.correctedError(Workers(threads: threads)) == expected)
    }
  }
}
