import SplatCore
import SplatMetrics

/// A render and a photo of interleaved colours, for the loss to compare.
struct LossImages {
  let width: Int, height: Int
  var render: [Float]
  var photo: [Float]
  /// As the loss takes it.
  var mask: [Float] = []

  /// The terms of training.
  static func terms(border: Int = 0) -> [WeightedTerm] {
    [WeightedTerm(0.8, L1()), WeightedTerm(0.2, DSSIM(border: border))]
  }

  /// Evaluates the loss; the gradient is interleaved too.
  func evaluate(
    terms: [WeightedTerm] = terms(), loss: PhotometricLoss = PhotometricLoss(),
    workers: Workers = Workers()
  ) -> (value: PhotometricLoss.Value, gradient: [Float]) {
    let size = width * height
    var gradient = [Float](repeating: .nan, count: 3 * size)
    let value = gradient.withView { gradient in
      withPair(workers) { images in
        loss.evaluate(
          images, terms: terms,
          gradient: (0..<3).map { gradient.slice($0 * size..<($0 + 1) * size) }, workers: workers)
      }
    }
    return (value, (0..<size).flatMap { p in (0..<3).map { gradient[$0 * size + p] } })
  }

  /// Compares the images without gradients.
  func compare(_ workers: Workers = Workers()) -> ImageComparison.Value {
    withPair(workers) { ImageComparison().compare($0, workers: workers) }
  }

  /// The mean squared error after the render's colours are fitted to the photo's.
  func correctedError(_ workers: Workers = Workers()) -> Double {
    withPair(workers) {
      ColorCorrection($0, workers: workers).squaredError($0, workers: workers)
    }
  }

  /// Lends the images in padded planes, cleared where the mask leaves pixels out.
  private func withPair<Result>(_ workers: Workers, _ body: (ImagePair) -> Result) -> Result {
    let (renderBuffer, photoBuffer) = (PaddedBuffer(), PaddedBuffer())
    return mask.withReadOnlyView { mask in
      let images = ImagePair(
        render: renderBuffer.planes(width: width, height: height),
        photo: photoBuffer.planes(width: width, height: height), mask: mask)
      for (planes, values) in [(images.render, render), (images.photo, photo)] {
        for index in values.indices {
          let (pixel, channel) = (index / 3, index % 3)
          let start = planes.rowStart(channel: channel, pixel / width)
          planes.values[start + pixel % width] = values[index]
        }
      }
      images.applyMask(workers: workers)
      return body(images)
    }
  }
}

extension LossImages {
  /// What the images look like.
  enum Kind: CaseIterable {
    /// Noise in both.
    case noise
    /// Smooth, so that variances are small beside the means that they are differences of.
    case smooth
  }

  /// Random images whose pixels differ by 0.02 at least: away from the kink of |x - y|.
  init(_ kind: Kind, width: Int, height: Int, seed: UInt64, keeps share: Float = 1) {
    var random = RandomSource(seed: seed, purpose: .testing)
    self.width = width
    self.height = height
    render = (0..<3 * width * height).map { index in
      switch kind {
      case .noise: random.uniform()
      case .smooth: 0.2 + 0.5 * Float(index) / Float(3 * width * height) + 0.02 * random.uniform()
      }
    }
    photo = render.map {
      $0 + (random.uniform() < 0.5 ? -1 : 1)
        * (0.02 + (kind == .noise ? 0.4 : 0.02) * random.uniform())
    }
    if share < 1 {
      mask = (0..<width * height).map { _ in random.uniform() < share ? 1 : 0 }
    }
  }
}
