import SplatCore
import SplatTestSupport
import SplatTraining
import Testing

@Suite struct ScheduleTests {
  /// With thresholds of 0 every Gaussian is a candidate in every round, and only the limit holds
  /// growth back.
  @Test func smallImagesAreGivenFewGaussians() throws {
    let points = TrainingScenes.points(count: 100)
    var settings = TrainingScenes.settings(.adc, iterations: 200)
    settings.maximumSplats = 2000
    settings.adc.scoredViews = 0
    settings.adc.cloneGradient = 0
    settings.adc.splitGradient = 0
    settings.adc.pruneOpacity = 0
    func counts(_ schedule: ResolutionScheduleKind) throws -> [(downscale: Int, splats: Int)] {
      settings.schedule = schedule
      let trainer = try Trainer(
        views: TrainingScenes.views(width: 192, height: 192), points: points, settings: settings)
      var result: [(downscale: Int, splats: Int)] = []
      trainer.run {
        result.append(($0.downscale, $0.splats))
        return true
      }
      return result
    }
    let progressive = try counts(.progressive)
    let full = try counts(.full)
    #expect(progressive.contains { $0.downscale > 1 } && full.allSatisfy { $0.downscale == 1 })
    // An image with a quarter of the pixels or fewer leaves room for less than half of the
    // Gaussians.
    for count in progressive where count.downscale > 1 { #expect(count.splats < 1050) }
    #expect(full[99].splats == 2000)
    #expect(progressive.last?.splats == 2000)
    #expect(zip(progressive, full).allSatisfy { $0.splats <= $1.splats })
  }

  @Test func harmonicsTakeAStepInTheirTurnOnly() throws {
    var settings = TrainingScenes.settings(.adc)
    settings.shInterval = 1
    settings.shRestInterval = 4
    settings.adc.end = 0
    let trainer = try Trainer(
      views: TrainingScenes.views(), points: TrainingScenes.points(), settings: settings)
    func coefficients() -> (constant: [SIMD3<Float>], rest: [SIMD3<Float>]) {
      let splats = trainer.splats
      let all = (0..<splats.count).map { splats[$0].shCoefficients }
      return (all.map { $0[0] }, all.flatMap { $0.dropFirst() })
    }
    var before = coefficients()
    for iteration in 1...12 {
      trainer.step()
      let after = coefficients()
      #expect(after.constant != before.constant)
      #expect((after.rest != before.rest) == (iteration % 4 == 0), "iteration \(iteration)")
      before = after
    }
  }

  /// Photos of 400x300 pixels, and as many Gaussians as have a quarter of their work.
  private func finestFactor(_ settings: TrainingSettings) -> FinestFactor {
    FinestFactor(
      settings: settings, cameras: SyntheticScene.cameras(count: 2, width: 400, height: 300))
  }

  @Test func photosStaySmallIfThereIsNoTimeForManyLargeOnes() {
    var settings = TrainingSettings()
    settings.resolution.fewestIterations = 1000
    settings.timeLimit = 100
    let splats = 10_000
    // An iteration with photos of full size takes 1.5 s: 1.2 for the photo, 0.3 for the Gaussians.
    func used(_ settings: TrainingSettings, scheduled: [Int], at progress: Double = 0.01) -> [Int] {
      var finest = finestFactor(settings)
      return scheduled.map {
        let factor = finest.factor(at: progress, scheduled: $0, splats: splats)
        finest.add(
          seconds: 1.2 / Double(factor * factor) + 0.3, splats: splats, factor: factor)
        return factor
      }
    }
    // No factor leaves 0.1 s for an iteration; the smallest side of 48 pixels limits it.
    #expect(used(settings, scheduled: [4, 4, 1]) == [4, 6, 6])
    // Later photos may become larger, but not smaller.
    #expect(used(settings, scheduled: [4, 4, 1], at: 0.5) == [4, 4, 4])
    // 1.2 / 9 + 0.3 and less is within 0.45 s.
    settings.timeLimit = 450
    #expect(used(settings, scheduled: [4, 4, 2, 1]) == [4, 4, 3, 3])
    // With more time, and without a limit, the schedule holds.
    settings.timeLimit = 2000
    #expect(used(settings, scheduled: [4, 3, 1]) == [4, 3, 1])
    settings.timeLimit = nil
    #expect(used(settings, scheduled: [4, 3, 1]) == [4, 3, 1])
    settings.timeLimit = 100
    settings.schedule = .full
    #expect(used(settings, scheduled: [1, 1]) == [1, 1])
  }
}
