import SplatCore
import SplatMetrics
import Testing

@Suite struct PhotometricLossTests {
  @Test func maskedPixelsDoNotCountAndDoNotReachAnyWindow() {
    var random = RandomSource(seed: 7, purpose: .testing)
    var images = LossImages(.noise, width: 37, height: 23, seed: 7, keeps: 0.7)
    let first = images.evaluate()
    for pixel in images.mask.indices where images.mask[pixel] == 0 {
      for channel in 0..<3 { images.render[pixel * 3 + channel] = random.uniform() }
    }
    let second = images.evaluate()
    #expect(first.value == second.value)
    #expect(first.gradient == second.gradient)
    for pixel in images.mask.indices where images.mask[pixel] == 0 {
      #expect(first.gradient[pixel * 3] == 0)
    }
  }

  @Test func imagesWithoutAPixelThatCountsHaveNoLoss() {
    var images = LossImages(.noise, width: 9, height: 7, seed: 1)
    images.mask = [Float](repeating: 0, count: 63)
    let result = images.evaluate()
    #expect(result.value.loss == 0)
    #expect(result.value.terms == [0, 0])
    #expect(result.value.squaredError == 0)
    #expect(result.gradient.allSatisfy { $0 == 0 })
    #expect(images.compare().squaredError == 0)
    #expect(images.compare().ssim == 1)
  }

  @Test func threadsAndEarlierImagesDoNotMatter() {
    let loss = PhotometricLoss()
    let images = LossImages(.noise, width: 41, height: 150, seed: 2, keeps: 0.9)
    let expected = images.evaluate(workers: Workers(threads: 1))
    for threads in [1, 2, 5] {
      let other = LossImages(.noise, width: 30 + threads, height: 70, seed: 4)
      _ = other.evaluate(loss: loss, workers: Workers(threads: threads))
      let found = images.evaluate(loss: loss, workers: Workers(threads: threads))
      #expect(found.value == expected.value)
      #expect(found.gradient == expected.gradient)
    }
  }

  @Test(arguments: [Float(1), 0.7])
  func comparisonWithoutGradientsMeasuresTheSame(share: Float) {
    let images = LossImages(.noise, width: 41, height: 150, seed: 6, keeps: share)
    let (measured, loss) = (images.compare(), images.evaluate().value)
    #expect(measured.squaredError == loss.squaredError)
    // Each term is rounded once more in 1 - SSIM.
    #expect(abs(measured.ssim - (1 - loss.terms[1])) < Double(Float.ulpOfOne))
  }

  @Test func ratioOfEqualImagesIsFinite() {
    #expect(PSNR.decibels(squaredError: 0) == 100)
    #expect(abs(PSNR.decibels(squaredError: 0.01) - 20) < 1e-12)
  }
}

/// A term of a kind that training does not have: the mean of a fourth channel, squared.
private struct MeanSquareOfFourthChannel: ImageTerm {
  let channels = 3..<4

  func addGradient(ofRow row: Int, in band: TermBand, to gradient: BufferView<Float>) {
    let render = band.images.render
    let start = render.rowStart(channel: band.channel, row)
    var sum = Lanes(0)
    for x in stride(from: 0, to: render.width, by: Lanes.scalarCount) {
      let value = render.values.lanes(start + x)
      sum += value * value
      gradient.setLanes(x, gradient.lanes(x) + value * Lanes(repeating: 2 * band.scale))
    }
    band.setSum(ofRow: row, sum)
  }
}

@Suite struct ImageTermTests {
  @Test func termsMayLookAtOtherChannels() {
    let (width, height) = (13, 70)
    let size = width * height
    let (renderBuffer, photoBuffer) = (PaddedBuffer(), PaddedBuffer())
    let render = renderBuffer.planes(channels: 4, width: width, height: height)
    for row in 0..<height {
      for x in 0..<width { render.values[render.rowStart(channel: 3, row) + x] = 0.5 }
    }
    var gradient = [Float](repeating: .nan, count: 4 * size)
    let value = gradient.withView { gradient in
      PhotometricLoss().evaluate(
        ImagePair(
          render: render, photo: photoBuffer.planes(width: width, height: height),
          mask: gradient.slice(0..<0)),
        terms: LossImages.terms() + [WeightedTerm(0.25, MeanSquareOfFourthChannel())],
        gradient: (0..<4).map { gradient.slice($0 * size..<($0 + 1) * size) }, workers: Workers())
    }
    #expect(value.terms == [0, 0, 0.25])
    #expect(value.loss == 0.0625)
    #expect(gradient[..<(3 * size)].allSatisfy { $0 == 0 })
    #expect(gradient[(3 * size)...].allSatisfy { $0 == 0.25 / Float(size) })
  }
}
