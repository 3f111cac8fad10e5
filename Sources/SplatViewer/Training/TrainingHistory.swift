package import SplatTraining

/// The course of a training in few numbers: means over equally many iterations each.
package struct TrainingHistory: Sendable {
  /// Means over some iterations.
  package struct Sample: Sendable, Equatable, Encodable {
    /// The last of the iterations.
    package var iteration: Int
    package var loss: Double
    /// In decibels.
    package var psnr: Double
    package var splats: Double
    /// The time of an iteration.
    package var milliseconds: Double
  }

  /// The samples so far, oldest first.
  package private(set) var samples: [Sample] = []
  private var iterationsEach = 1
  private var sum = Sample(iteration: 0, loss: 0, psnr: 0, splats: 0, milliseconds: 0)
  private var count = 0
  private var lastSeconds: Double?

  /// With this many samples, pairs of them become one.
  package static let mostSamples = 1000

  package init() {}

  /// Adds an iteration; returns a sample if one is full.
  package mutating func add(_ progress: TrainingProgress) -> Sample? {
    sum.iteration = progress.iteration
    sum.loss += progress.loss
    sum.psnr += progress.psnr
    sum.splats += Double(progress.splats)
    sum.milliseconds += (progress.seconds - (lastSeconds ?? progress.seconds)) * 1000
    lastSeconds = progress.seconds
    count += 1
    guard count >= iterationsEach else { return nil }
    let sample = sum.divided(by: Double(count))
    sum = Sample(iteration: 0, loss: 0, psnr: 0, splats: 0, milliseconds: 0)
    count = 0
    samples.append(sample)
    if samples.count >= Self.mostSamples { halve() }
    return sample
  }

  private mutating func halve() {
    samples = stride(from: 0, to: samples.count - 1, by: 2).map { place in
      let (a, b) = (samples[place], samples[place + 1])
      return Sample(
        iteration: b.iteration, loss: a.loss + b.loss, psnr: a.psnr + b.psnr,
        splats: a.splats + b.splats, milliseconds: a.milliseconds + b.milliseconds
      ).divided(by: 2)
    }
    iterationsEach *= 2
  }
}

extension TrainingHistory.Sample {
  fileprivate func divided(by count: Double) -> Self {
    Self(
      iteration: iteration, loss: loss / count, psnr: psnr / count, splats: splats / count,
      milliseconds: milliseconds / count)
  }
}
