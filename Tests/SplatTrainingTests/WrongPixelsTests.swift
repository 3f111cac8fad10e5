import SplatCore
import SplatTestSupport
import SplatTraining
import Testing

@Suite struct WrongPixelsTests {
  /// Twenty small Gaussians above the origin and twenty below, the lower ones of colour `lower`.
  static func splats(lower: SIMD3<Float>) -> Splats {
    var random = RandomSource(seed: 3, purpose: .testing)
    var splats = Splats(count: 40, shDegree: 0)
    for index in 0..<40 {
      let offset = SIMD3(random.normal(), random.normal(), random.normal()) * 0.15
      let isLower = index % 2 == 1
      splats[index] = Splat(
        mean: offset + SIMD3(0, isLower ? 0.7 : -0.7, 0), logScale: SIMD3(repeating: -2.5),
        rotation: Quaternion(w: 1, x: 0, y: 0, z: 0), opacityLogit: 2,
        shCoefficients: [isLower ? lower : SIMD3(0.5, 0.2, -0.3)])
    }
    return splats
  }

  /// In every round each Gaussian is a candidate; only those that contribute to wrong pixels are
  /// chosen.
  @Test(arguments: [5, 0])
  func gaussiansAreAddedWhereSeveralViewsAreWrong(scoredViews: Int) throws {
    var settings = TrainingScenes.settings(.adc, iterations: 20)
    settings.schedule = .full
    settings.maximumSplats = 1000
    settings.adc.cloneGradient = 0
    settings.adc.splitGradient = 0
    settings.adc.scoredViews = scoredViews
    let wanted = Self.splats(lower: SIMD3(1.5, 1.5, 1.5))
    let views = SyntheticScene.cameras(count: 6, width: 64, height: 48).enumerated().map {
      TrainingView(
        name: "\($0)", camera: $1, photo: SyntheticScene.photo(of: wanted, from: $1))
    }
    let trainer = try Trainer(
      views: views, splats: Self.splats(lower: SIMD3(-1, -1, -1)), settings: settings)
    trainer.run { _ in true }
    let heights = (0..<trainer.splats.count).map { trainer.splats[$0].mean.y }
    let (upper, lower) = (heights.filter { $0 < 0 }.count, heights.filter { $0 > 0 }.count)
    print("Gaussians with \(scoredViews) views scored: \(upper) above, \(lower) below")
    #expect(lower > 30)
    #expect(scoredViews > 0 ? upper == 20 : upper > 30)
  }

  /// Two groups of Gaussians, each in one of two photos, of which one is scored: the score does not
  /// exclude the other group.
  @Test func gaussiansThatNoScoredViewShowsAreAddedByTheirGradients() throws {
    var settings = TrainingScenes.settings(.adc, iterations: 12)
    settings.schedule = .full
    settings.maximumSplats = 1000
    settings.adc.cloneGradient = 0
    settings.adc.splitGradient = 0
    settings.adc.scoredViews = 1
    func groups(color: SIMD3<Float>) -> Splats {
      var splats = Self.splats(lower: color)
      for index in 0..<splats.count {
        splats[index].mean = splats[index].mean * SIMD3(1, 0, 1)
        splats[index].mean.z += index % 2 == 0 ? -3 : 3
        splats[index].shCoefficients[0] = color
      }
      return splats
    }
    let wanted = groups(color: SIMD3(1.5, 1.5, 1.5))
    let views = [-1.0, 1.0].map { side in
      let camera = Camera.looking(
        from: .zero, at: SIMD3(0, 0, side), up: SIMD3(0, -1, 0), width: 64, height: 48,
        focalLength: SIMD2(repeating: 64))
      return TrainingView(
        name: "\(side)", camera: camera, photo: SyntheticScene.photo(of: wanted, from: camera))
    }
    let trainer = try Trainer(
      views: views, splats: groups(color: SIMD3(-1, -1, -1)), settings: settings)
    trainer.run { _ in true }
    let depths = (0..<trainer.splats.count).map { trainer.splats[$0].mean.z }
    let (behind, ahead) = (depths.filter { $0 < 0 }.count, depths.filter { $0 > 0 }.count)
    print("Gaussians after one round with one of two views scored: \(behind) and \(ahead)")
    #expect(behind > 30 && ahead > 30)
  }
}
