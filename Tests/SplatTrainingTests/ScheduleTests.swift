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

  /// The factors in a run on photos of 400x300 pixels, of which each pixel, and each third of a
  /// Gaussian, takes 10 µs.
  private func finestFactors(_ settings: TrainingSettings, progress: [Double]) -> [Int] {
    var finest = FinestFactor(
      settings: settings, cameras: SyntheticScene.cameras(count: 2, width: 400, height: 300),
      firstSplats: 10_000, maximumSplats: 90_000)
    return progress.map {
      for _ in 0..<10 {
        let pixels = 120_000 / Double(finest.value * finest.value) + 3 * 10_000
        finest.add(
          seconds: 1e-5 * pixels, splats: 10_000, factor: finest.value, progress: $0)
      }
      return finest.value
    }
  }

  @Test func photosStaySmallIfThereIsNoTimeForManyLargeOnes() {
    var settings = TrainingSettings()
    settings.resolution.fewestIterations = 1000
    // At the end of a run an iteration takes 3.9 s with photos of full size and 90,000 Gaussians,
    // 0.975 s at half of it with 22,500, and 0.433 s at a third with 10,000.
    settings.timeLimit = 3910
    #expect(finestFactors(settings, progress: [0.01, 0.5]) == [1, 1])
    settings.timeLimit = 3800
    #expect(finestFactors(settings, progress: [0.01, 0.5]) == [2, 2])
    settings.timeLimit = 500
    #expect(finestFactors(settings, progress: [0.01]) == [3])
    // The smallest side of 48 pixels is the limit.
    settings.timeLimit = 1
    #expect(finestFactors(settings, progress: [0.01]) == [6])
    // Later on photos do not become smaller.
    #expect(finestFactors(settings, progress: [0.5]) == [1])
    // Without a limit, and with photos of full size, the schedule holds.
    settings.schedule = .full
    #expect(finestFactors(settings, progress: [0.01]) == [1])
    settings.schedule = .progressive
    settings.timeLimit = nil
    #expect(finestFactors(settings, progress: [0.01]) == [1])
  }
}
