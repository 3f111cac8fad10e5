package import SplatCore

/// Estimates how many seconds the rest of a run takes.
///
/// The time of an iteration is modelled as proportional to its `IterationWork`. The iterations so
/// far give the time for a unit of work; the schedule of image sizes and the growth of the model
/// give the work that is left.
public struct RemainingTime: Sendable {
  private let settings: TrainingSettings
  private let resolution: ResolutionSchedule
  private let control: any DensityControl
  /// The number of Gaussians at the start of the run, and the largest number allowed.
  private let firstSplats: Int
  private let maximumSplats: Int
  private let iterationWork: IterationWork
  /// Sums of the time and the work of the iterations so far, weighted towards recent ones.
  private var time = 0.0
  private var work = 0.0
  /// The state after the last iteration.
  private var iteration: Int
  private var splats: Int
  private var elapsed: Double

  /// The weight of a step relative to the next one.
  private static let memory = 0.99
  /// The number of points at which the work that is left is sampled.
  private static let samples = 200

  /// Estimates the time of a run from where `trainer` is now.
  public init(of trainer: Trainer) {
    self.init(
      settings: trainer.settings, cameras: trainer.photos.cameras,
      firstSplats: trainer.firstSplats, maximumSplats: trainer.maximumSplats)
    iteration = trainer.iteration
    splats = trainer.splats.count
    elapsed = trainer.seconds
  }

  /// Estimates the time of a run from its start.
  package init(
    settings: TrainingSettings, cameras: [Camera], firstSplats: Int, maximumSplats: Int
  ) {
    self.settings = settings
    control = settings.densityControl
    self.firstSplats = firstSplats
    self.maximumSplats = maximumSplats
    resolution = ResolutionSchedule(
      kind: settings.schedule, settings: settings.resolution, cameras: cameras)
    iterationWork = IterationWork(cameras: cameras)
    iteration = 0
    splats = firstSplats
    elapsed = 0
  }

  /// Adds a step.
  public mutating func add(_ progress: TrainingProgress) {
    time = Self.memory * time + progress.seconds - elapsed
    work =
      Self.memory * work
      + Double(progress.photos) * work(splats: progress.splats, factor: progress.downscale)
    (iteration, splats, elapsed) = (progress.iteration, progress.splats, progress.seconds)
  }

  /// The estimate; nil before the first iteration.
  ///
  /// It is never longer than what is left of a time limit.
  public var seconds: Double? {
    guard work > 0 else { return nil }
    let count = Double(max(0, settings.iterations - iteration))
    let mean =
      (0..<Self.samples).reduce(0.0) { sum, sample in
        let share = (Double(sample) + 0.5) / Double(Self.samples)
        return sum + work(after: Double(iteration) + share * count)
      } / Double(Self.samples)
    let estimate = mean * count * time / work
    return settings.timeLimit.map { max(0, min(estimate, $0 - elapsed)) } ?? estimate
  }

  private func work(splats: Int, factor: Int) -> Double {
    iterationWork.pixels(splats: splats, factor: factor)
  }

  /// The expected work of the iteration after `later` iterations.
  private func work(after later: Double) -> Double {
    let progress = later / Double(max(1, settings.iterations))
    return work(splats: splats(after: later), factor: resolution.factor(at: progress))
  }

  /// The expected number of Gaussians after `later` iterations.
  private func splats(after later: Double) -> Int {
    // The model changes its size only while it is densified.
    let (start, end) = control.period(length: settings.iterations)
    let last = min(later, end * Double(settings.iterations))
    let begin = Double(max(start, iteration))
    guard last > begin else { return splats }

    // It keeps growing at its past rate, up to the limit of the schedule.
    let limit = resolution.splatLimit(
      at: last / Double(settings.iterations), first: firstSplats, last: maximumSplats)
    let expected: Double
    if let growth = control.growthPerIteration(length: settings.iterations) {
      expected = Double(splats) * Double.exp(Double.log(growth) * (last - begin))
    } else {
      let grown = splats - firstSplats
      // Before there is any growth to extrapolate, the limit is the best guess.
      guard iteration > start, grown > 0 else { return max(splats, limit) }
      let perIteration = Double(grown) / Double(iteration - start)
      expected = Double(splats) + perIteration * (last - begin)
    }
    return max(splats, Int(min(expected, Double(limit))))
  }
}
