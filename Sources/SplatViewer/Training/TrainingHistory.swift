package import SplatTraining

/// The history of a training in a bounded number of samples: means over equally many steps.
package struct TrainingHistory: Sendable {
  /// Means over some steps.
  package struct Sample: Sendable, Equatable, Encodable {
    /// The last of the iterations.
    package var iteration: Int
    package var loss: Double
    /// In decibels.
    package var psnr: Double
    package var splats: Double
    /// The time of an iteration.
    package var milliseconds: Double

    static let zero = Sample(iteration: 0, loss: 0, psnr: 0, splats: 0, milliseconds: 0)
  }

  /// The samples so far, oldest first.
  package private(set) var samples: [Sample] = []
  private var stepsPerSample = 1
  private var sum = Sample.zero
  private var count = 0
  private var lastSeconds: Double?

  /// At this number of samples, pairs of them are merged.
  package static let maximumSamples = 1000

  package init() {}

  /// Adds a step; returns a sample when one is complete.
  package mutating func add(_ progress: TrainingProgress) -> Sample? {
    sum.iteration = progress.iteration
    sum.loss += progress.loss
    sum.psnr += progress.psnr
    sum.splats += Double(progress.splats)
    sum.milliseconds +=
      (progress.seconds - (lastSeconds ?? progress.seconds)) * 1000 / Double(progress.photos)
    lastSeconds = progress.seconds
    count += 1
    guard count >= stepsPerSample else { return nil }
    let sample = sum.divided(by: Double(count))
    sum = .zero
    count = 0
    samples.append(sample)
    if samples.count >= Self.maximumSamples { mergePairs() }
    return sample
  }

  private mutating func mergePairs() {
    samples = stride(from: 0, to: samples.count - 1, by: 2).map { index in
      let (a, b) = (samples[index], samples[index + 1])
      return Sample(
        iteration: b.iteration, loss: a.loss + b.loss, psnr: a.psnr + b.psnr,
        splats: a.splats + b.splats, milliseconds: a.milliseconds + b.milliseconds
      ).divided(by: 2)
    }
    stepsPerSample *= 2
  }
}

extension TrainingHistory.Sample {
  fileprivate func divided(by count: Double) -> Self {
    Self(
      iteration: iteration, loss: loss / count, psnr: psnr / count, splats: splats / count,
      milliseconds: milliseconds / count)
  }
}
