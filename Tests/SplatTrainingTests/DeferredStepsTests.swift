import SplatCore
import SplatTestSupport
import SplatTraining
import Testing

@Suite struct DeferredStepsTests {
  private static let places = 12

  /// Groups of Gaussians far apart, and for each two photos that show no other.
  private static let scene: (splats: Splats, views: [TrainingView]) = {
    let group = SyntheticScene.splats(count: 150, seed: 4)
    var splats = Splats(count: places * group.count, shDegree: 1)
    func center(_ place: Int) -> SIMD3<Float> { SIMD3(Float(place) * 20, 0, 0) }
    for index in 0..<splats.count {
      var splat = group[index % group.count]
      splat.mean += center(index / group.count)
      splats[index] = splat
    }
    let cameras = SyntheticScene.cameras(count: 8, width: 40, height: 30)
    let views = (0..<2 * places).map { index in
      var camera = cameras[index % 2 == 0 ? 2 : 6]
      let place = SIMD3<Double>(center(index / 2))
      camera.viewMatrix.translation -= camera.viewMatrix.rotated(place)
      return TrainingView(
        name: "\(index)", camera: camera, photo: SyntheticScene.photo(of: splats, from: camera))
    }
    return (splats, views)
  }()

  private static func settings(_ strategy: DensificationStrategy) -> TrainingSettings {
    var settings = TrainingScenes.settings(strategy, iterations: 400)
    settings.maximumSplats = 3000
    settings.schedule = .full
    settings.shDegree = 1
    settings.background = .random
    settings.adc.interval = 300
    settings.split.interval = 300
    settings.mcmc.interval = 300
    return settings
  }

  private func trainer(_ settings: TrainingSettings, defers: Bool) throws -> Trainer {
    var start = Self.scene.splats
    for index in 0..<start.count {
      start.parameters[Plane.sh, index] += 0.3
      start.parameters[Plane.means + 1, index] += index % 2 == 0 ? 0.02 : -0.02
    }
    let trainer = try Trainer(views: Self.scene.views, splats: start, settings: settings)
    trainer.mayDeferSteps = defers
    return trainer
  }

  @Test(arguments: [DensificationStrategy.split, .adc], [1, 3])
  func theBitsAreThoseOfStepsTakenAtOnce(_ strategy: DensificationStrategy, batch: Int) throws {
    var settings = Self.settings(strategy)
    settings.batch = batch
    settings.poses.kind = .refine
    settings.appearance.kind = .exposure
    settings.threads = 1
    let plain = try trainer(settings, defers: false)
    settings.threads = 3
    let deferring = try trainer(settings, defers: true)
    var deferred = 0
    while !plain.isFinished {
      plain.step()
      deferring.step()
      if deferring.hasDeferredSteps { deferred += 1 }
      // A look at the model changes nothing.
      if plain.iteration % 50 == 0 {
        let isSame = deferring.splats == plain.splats
        #expect(isSame)
      }
    }
    let isSame = deferring.state == plain.state
    #expect(isSame)
    #expect(deferred > 100, "\(deferred)")
    #expect(TrainingScenes.isFinite(plain.splats))
  }

  /// Large steps carry what is deferred far from where it was.
  @Test func whatMovesIntoAPhotoIsSeenThere() throws {
    var settings = Self.settings(.split)
    settings.split.end = 0
    settings.rates.means = 3e-3
    settings.rates.finalMeans = 1e-2
    settings.rates.logScales = 0.05
    let (plain, deferring) = (
      try trainer(settings, defers: false), try trainer(settings, defers: true)
    )
    plain.run { _ in true }
    deferring.run { _ in true }
    let isSame = deferring.state == plain.state
    #expect(isSame)
  }

  @Test func aResumedRunEndsInTheSameBits() throws {
    let settings = Self.settings(.split)
    let whole = try trainer(settings, defers: true)
    whole.run { $0.iteration < 177 }
    #expect(whole.hasDeferredSteps)
    let checkpoint = whole.checkpoint()
    whole.run { _ in true }
    let resumed = try trainer(settings, defers: true)
    try resumed.resume(from: checkpoint)
    resumed.run { _ in true }
    let isSame = resumed.state == whole.state
    #expect(isSame)
  }

  @Test func noiseThatReachesAllGaussiansIsNotDeferred() throws {
    let trainer = try trainer(Self.settings(.mcmc), defers: true)
    trainer.run { _ in
      #expect(!trainer.hasDeferredSteps)
      return trainer.iteration < 60
    }
  }
}
