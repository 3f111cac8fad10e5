import SplatCore
import SplatTestSupport
import SplatTraining
import Testing

/// Compares estimates of the remaining time with runs whose iterations follow a cost model.
@Suite struct RemainingTimeTests {
  /// A run from 10,000 to 100,000 Gaussians on photos of 480 x 270 pixels.
  private struct Run {
    /// The time of a Gaussian in units of the time of a pixel. The estimate assumes 3.
    var pixelsPerSplat = 3.0
    var settings = TrainingSettings()
    var first = 10_000
    var last = 100_000
    let cameras = SyntheticScene.cameras(count: 4, width: 480, height: 270)

    init(_ strategy: DensificationStrategy, _ schedule: ResolutionScheduleKind) {
      settings.iterations = 4000
      settings.strategy = strategy
      settings.schedule = schedule
    }

    /// The downscaling factor of the photos: 4 at the start, 1 from the middle of the run on.
    func factor(at iteration: Int) -> Int {
      guard settings.schedule == .progressive else { return 1 }
      let progress = Double(iteration) / Double(settings.iterations)
      return max(1, Int(Double.exp(Double.log(4) * max(0, 1 - 2 * progress)) + 1e-9))
    }

    /// The number of Gaussians: growing evenly from iteration 200 to the end of densification.
    func splats(at iteration: Int) -> Int {
      let end = settings.strategy == .adc ? settings.adc.end : settings.mcmc.end
      let span = end * Double(settings.iterations) - 200
      let share = min(1, max(0, Double(iteration - 200) / span))
      return first + Int(Double(last - first) * share)
    }
  }

  /// The estimate after `stop` iterations, the true remaining time, and the estimate from the
  /// current rate.
  private func estimates(_ run: Run, after stop: Int) throws -> (Double, truth: Double, Double) {
    var remaining = RemainingTime(
      settings: run.settings, cameras: run.cameras, firstSplats: run.first,
      maximumSplats: run.last)
    #expect(remaining.seconds == nil)
    var progress = try Trainer(
      views: TrainingScenes.views(), points: TrainingScenes.points(),
      settings: TrainingScenes.settings(.adc)
    ).step()
    var estimate: Double?
    var (elapsed, left, latest) = (0.0, 0.0, 0.0)
    for iteration in 0..<run.settings.iterations {
      let (factor, splats) = (run.factor(at: iteration), run.splats(at: iteration))
      let pixels = 480 * 270 / Double(factor * factor)
      let duration = 1e-7 * (pixels + run.pixelsPerSplat * Double(splats))
      guard iteration < stop else {
        left += duration
        continue
      }
      elapsed += duration
      latest = duration
      (progress.iteration, progress.seconds) = (iteration + 1, elapsed)
      (progress.splats, progress.downscale) = (splats, factor)
      remaining.add(progress)
      estimate = remaining.seconds
    }
    return (
      try #require(estimate), truth: left, latest * Double(run.settings.iterations - stop)
    )
  }

  @Test(arguments: [400, 800, 1500, 3000])
  func followsPhotosAndGaussiansThatAreStillToGrow(_ stop: Int) throws {
    let (estimate, truth, present) = try estimates(Run(.adc, .progressive), after: stop)
    #expect(abs(estimate - truth) < 0.25 * truth, "\(estimate) of \(truth)")
    if stop < 1000 { #expect(present < 0.4 * truth, "\(present) of \(truth)") }
  }

  @Test func followsGrowthOnPhotosOfOneSize() throws {
    let (estimate, truth, present) = try estimates(Run(.adc, .full), after: 1000)
    #expect(abs(estimate - truth) < 0.05 * truth, "\(estimate) of \(truth)")
    #expect(present < 0.8 * truth, "\(present) of \(truth)")
  }

  @Test(arguments: [1.5, 6])
  func isNearOnMachinesWithOtherCosts(_ pixelsPerSplat: Double) throws {
    var run = Run(.adc, .progressive)
    run.pixelsPerSplat = pixelsPerSplat
    let (estimate, truth, _) = try estimates(run, after: 800)
    #expect(abs(estimate - truth) < 0.5 * truth, "\(estimate) of \(truth)")
  }

  @Test func theRateIsExactWhereNothingGrows() throws {
    var run = Run(.mcmc, .full)
    run.last = run.first
    let (estimate, truth, _) = try estimates(run, after: 10)
    #expect(abs(estimate - truth) < 1e-6 * truth)
  }

  @Test func aTimeLimitIsNeverExceeded() throws {
    var run = Run(.adc, .progressive)
    run.settings.timeLimit = 60
    let (estimate, _, _) = try estimates(run, after: 400)
    #expect(estimate <= 60 && estimate > 50)
  }
}
