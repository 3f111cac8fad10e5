import SplatCore
import SplatTraining
import Testing

@Suite struct TrainerBitsTests {
  private func trainer(_ settings: TrainingSettings) throws -> Trainer {
    try Trainer(
      views: TrainingScenes.views(), points: TrainingScenes.points(), settings: settings)
  }

  private func finish(_ trainer: Trainer) -> [Double] {
    var losses: [Double] = []
    trainer.run {
      losses.append($0.loss)
      return true
    }
    return losses
  }

  @Test(arguments: DensificationStrategy.allCases)
  func anyNumberOfThreadsGivesTheSameBits(_ strategy: DensificationStrategy) throws {
    var settings = TrainingScenes.settings(strategy)
    settings.background = .random
    settings.threads = 1
    let one = try trainer(settings)
    let losses = finish(one)
    for threads in [2, 7] {
      settings.threads = threads
      let other = try trainer(settings)
      #expect(finish(other) == losses)
      #expect(other.splats == one.splats)
    }
    #expect(one.splats.count != TrainingScenes.points().count)
  }

  @Test(arguments: DensificationStrategy.allCases)
  func aResumedRunEndsInTheSameBitsFromAnyIteration(_ strategy: DensificationStrategy) throws {
    let settings = TrainingScenes.settings(strategy, iterations: 40)
    let whole = try trainer(settings)
    var checkpoints = [whole.checkpoint()]
    while !whole.isFinished {
      whole.step()
      checkpoints.append(whole.checkpoint())
    }
    for iteration in [0, 1, 9, 10, 11, 25, 39] {
      let resumed = try trainer(settings)
      try resumed.resume(from: checkpoints[iteration])
      #expect(resumed.iteration == iteration)
      _ = finish(resumed)
      #expect(resumed.splats == whole.splats)
    }
  }

  @Test func aLargeCheckpointIsWrittenAndReadByPieces() throws {
    var settings = TrainingScenes.settings(.adc)
    settings.maximumSplats = 9000
    settings.shDegree = 3
    func trainer() throws -> Trainer {
      try Trainer(
        views: TrainingScenes.views(count: 2, width: 16, height: 12),
        points: TrainingScenes.points(count: 9000), settings: settings)
    }
    let first = try trainer()
    for _ in 0..<3 { first.step() }
    let bytes = first.checkpoint()
    var pieces: [[UInt8]] = []
    first.writeCheckpoint { pieces.append($0) }
    #expect(pieces.allSatisfy { $0.count <= 1 << 20 })
    #expect(pieces.count > 7)
    #expect(Array(pieces.joined()) == bytes)
    let resumed = try trainer()
    try resumed.resume(byteCount: bytes.count) { range in
      #expect(range.count <= 1 << 20)
      return Array(bytes[range])
    }
    #expect(resumed.splats == first.splats)
    #expect(resumed.checkpoint() == bytes)
    for trainer in [first, resumed] { trainer.step() }
    #expect(resumed.splats == first.splats)
  }

  @Test func aCheckpointWithAnyByteChangedOrCutOffIsRefused() throws {
    var settings = TrainingScenes.settings(.adc)
    settings.shDegree = 0
    settings.maximumSplats = 3
    let trainer = try Trainer(
      views: TrainingScenes.views(count: 1, width: 8, height: 8),
      points: TrainingScenes.points(count: 3), settings: settings)
    trainer.step()
    let bytes = trainer.checkpoint()
    for index in bytes.indices {
      var damaged = bytes
      damaged[index] ^= 0x10
      #expect(throws: TrainingError.self) { try trainer.resume(from: damaged) }
      #expect(throws: TrainingError.self) { try trainer.resume(from: Array(bytes[..<index])) }
    }
    try trainer.resume(from: bytes)
  }

  @Test func aCheckpointOfOtherSettingsOrPhotosIsRefused() throws {
    let settings = TrainingScenes.settings(.adc)
    let bytes = try trainer(settings).checkpoint()
    var other = settings
    other.seed = 1
    #expect(throws: TrainingError.self) { try trainer(other).resume(from: bytes) }
    #expect(throws: TrainingError.self) {
      try Trainer(
        views: TrainingScenes.views(), points: TrainingScenes.points(count: 199),
        settings: settings
      ).resume(from: bytes)
    }
    var views = TrainingScenes.views()
    views[2].photo.bytes[77] ^= 1
    let elsewhere = try Trainer(
      views: views, points: TrainingScenes.points(), settings: settings)
    #expect(throws: TrainingError.self) { try elsewhere.resume(from: bytes) }
  }

  @Test(arguments: DensificationStrategy.allCases)
  func aRunIsMadeLongerToTheSameBitsWhereNothingFollowsASchedule(
    _ strategy: DensificationStrategy
  ) throws {
    var settings = TrainingScenes.settings(strategy, iterations: 25)
    settings.schedule = .full
    settings.rates.finalMeans = settings.rates.means
    settings.rates.settledShare = 1
    settings.adc.end = 0
    // Rounds in every second iteration, in runs of both lengths.
    settings.split.start = 0
    settings.split.interval = 8
    settings.mcmc.start = 0
    settings.mcmc.interval = 8
    settings.split.end = 0
    settings.split.decay = 0
    settings.shShare = 1
    settings.mcmc.end = 1
    let short = try trainer(settings)
    _ = finish(short)
    settings.iterations = 40
    let longer = try trainer(settings)
    try longer.resume(from: short.checkpoint())
    #expect(longer.hasSchedule(ofIterations: 25, timeLimit: nil))
    _ = finish(longer)
    let whole = try trainer(settings)
    _ = finish(whole)
    #expect(longer.splats == whole.splats)
    // A schedule that would have been different so far is detected.
    for change in [
      { (settings: inout TrainingSettings) in settings.rates.finalMeans /= 2 },
      { $0.rates.settledShare = 0.5 },
      {
        $0.adc.end = 0.5; $0.split.end = 0.5; $0.mcmc.end = 0.7
      },
      { $0.timeLimit = 1000 },
    ] {
      var other = settings
      change(&other)
      other.iterations = 25
      let run = try trainer(other)
      _ = finish(run)
      other.iterations = 40
      let resumed = try trainer(other)
      try resumed.resume(from: run.checkpoint())
      #expect(!resumed.hasSchedule(ofIterations: 25, timeLimit: other.timeLimit))
    }
  }

  @Test func aModelToStartFromKeepsItsColoursFromTheFirstIterationOn() throws {
    // The bands of the model are in use at once; added ones follow the schedule.
    var settings = TrainingScenes.settings(.adc, iterations: 5)
    settings.shInterval = 1000
    settings.shShare = 1
    settings.shRestInterval = 1
    settings.shDegree = 2
    let first = try trainer(settings)
    _ = finish(first)
    let start = first.splats.withHarmonics(degree: 1)
    let run = try Trainer(views: TrainingScenes.views(), splats: start, settings: settings)
    _ = finish(run)
    let parameters = run.splats.parameters
    func isUsed(_ planes: Range<Int>) -> Bool {
      planes.contains { plane in
        (0..<parameters.count).contains { parameters[plane, $0] != 0 }
      }
    }
    #expect(isUsed(Plane.count(shDegree: 0)..<Plane.count(shDegree: 1)))
    #expect(!isUsed(Plane.count(shDegree: 1)..<Plane.count(shDegree: 2)))
  }

  @Test func anotherSeedGivesAnotherModel() throws {
    var settings = TrainingScenes.settings(.mcmc)
    let one = try trainer(settings)
    settings.seed = 1
    let other = try trainer(settings)
    _ = (finish(one), finish(other))
    #expect(one.splats != other.splats)
  }
}
