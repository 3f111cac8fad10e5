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
    settings.adc.start = 1000
    settings.adc.resetInterval = 1000
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
}
