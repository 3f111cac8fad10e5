import SplatCore
import SplatTraining
import Testing

@Suite struct BatchTests {
  /// Settings in which everything that photos can have of their own is learnt.
  private func settings(_ strategy: DensificationStrategy, batch: Int) -> TrainingSettings {
    var settings = TrainingScenes.settings(strategy)
    settings.batch = batch
    settings.background = .random
    settings.appearance.kind = .exposure
    settings.poses.kind = .refine
    settings.robust.isOn = true
    settings.robust.start = 0.2
    return settings
  }

  /// Views of which one has a mask.
  private func views(count: Int = 6) -> [TrainingView] {
    var views = TrainingScenes.views(count: count)
    let size = views[1].camera.width * views[1].camera.height
    views[1].mask = (0..<size).map { $0 % 40 < 15 ? 0 : 255 }
    return views
  }

  private func trainer(_ settings: TrainingSettings, count: Int = 6) throws -> Trainer {
    try Trainer(
      views: views(count: count), points: TrainingScenes.points(), settings: settings)
  }

  @Test(arguments: DensificationStrategy.allCases, [2, 4])
  func anyNumberOfThreadsGivesTheSameBits(_ strategy: DensificationStrategy, batch: Int) throws {
    var settings = settings(strategy, batch: batch)
    settings.threads = 1
    let one = try trainer(settings)
    one.run { _ in true }
    for threads in [2, 3] {
      settings.threads = threads
      let other = try trainer(settings)
      other.run { _ in true }
      #expect(other.state == one.state)
    }
    #expect(one.iteration == settings.iterations)
    #expect(TrainingScenes.isFinite(one.splats))
    #expect(one.splats.count != TrainingScenes.points().count)
  }

  @Test(arguments: DensificationStrategy.allCases)
  func aResumedRunEndsInTheSameBitsFromAnyStep(_ strategy: DensificationStrategy) throws {
    let settings = settings(strategy, batch: 4)
    let whole = try trainer(settings)
    var checkpoints = [whole.checkpoint()]
    while !whole.isFinished {
      whole.step()
      checkpoints.append(whole.checkpoint())
    }
    #expect(checkpoints.count == 16)
    for step in [0, 1, 7, 14] {
      let resumed = try trainer(settings)
      try resumed.resume(from: checkpoints[step])
      #expect(resumed.iteration == 4 * step)
      resumed.run { _ in true }
      #expect(resumed.state == whole.state)
    }
  }

  @Test func theLastStepOfARunHasThePhotosThatAreLeft() throws {
    var settings = settings(.adc, batch: 4)
    settings.iterations = 10
    let run = try trainer(settings)
    var steps: [[Int]] = []
    run.run { progress in
      steps.append([progress.iteration, progress.photos])
      return true
    }
    #expect(steps == [[4, 4], [8, 4], [10, 2]])
    // A longer run would have had two more photos in its third step.
    #expect(!run.hasSchedule(ofIterations: 10, timeLimit: nil))
  }

  /// The gradients of equal photos are equal, so that Adam's first step is that of one of them
  /// times the square root of their number.
  @Test func ratesFollowTheSquareRootOfTheBatch() throws {
    let view = TrainingScenes.views()[0]
    func moved(batch: Int) throws -> [SIMD3<Float>] {
      // The first round of densification is after the first step.
      var settings = TrainingScenes.settings(.adc, iterations: 1000)
      settings.dropout = 0
      settings.batch = batch
      let run = try Trainer(
        views: [TrainingView](repeating: view, count: 4), points: TrainingScenes.points(),
        settings: settings)
      let before = run.splats
      run.step()
      return (0..<before.count).map { run.splats[$0].mean - before[$0].mean }
    }
    let (one, four) = (try moved(batch: 1), try moved(batch: 4))
    for (a, b) in zip(one, four) { #expect(((b - 2 * a) * (b - 2 * a)).sum().squareRoot() < 1e-6) }
    #expect(one.contains { ($0 * $0).sum() > 0 })
  }

  /// The state after the first step of a run on two views, in this order or, if `first` is 1, in
  /// the other; a step of one photo then learns from the other view.
  private func afterFirstStep(batch: Int, first: Int = 0) throws -> ModelState {
    var settings = settings(.adc, batch: batch)
    settings.dropout = 0
    settings.background = .color(red: 0, green: 0, blue: 0)
    // What the step of one photo takes from the mean of all does not pull at the next one.
    settings.appearance.weight = 0
    settings.poses.weight = 0
    // Vignetting is not a photo's own.
    settings.appearance.vignettingShare = 0
    let all = views()
    let views = first == 0 ? [all[1], all[4]] : [all[4], all[1]]
    let run = try Trainer(views: views, points: TrainingScenes.points(), settings: settings)
    run.step()
    return run.state
  }

  @Test func theGradientIsTheMeanOfThePhotos() throws {
    // Adam's first moments after the first step are the gradients times 1 - β1, or 1 - β1².
    let (a, b) = (try afterFirstStep(batch: 1), try afterFirstStep(batch: 1, first: 1))
    let both = try afterFirstStep(batch: 2)
    let (one, two) = (Float(1 - 0.9), Float(1 - 0.9 * 0.9))
    #expect(a.moments.firstBase != b.moments.firstBase)
    var largest: Float = 0
    for plane in 0..<Plane.count(shDegree: 0) {
      for index in 0..<both.count {
        let parts = [a, b].map { $0.moments.firstBase[plane, index] / one }
        let found = both.moments.firstBase[plane, index] / two
        let scale = max(abs(parts[0]), abs(parts[1]))
        #expect(abs(found - (parts[0] + parts[1]) / 2) <= 1e-4 * scale + 1e-9)
        largest = max(largest, scale)
      }
    }
    #expect(largest > 1e-4)
  }

  @Test func eachPhotosOwnParametersHaveTheirOwnGradient() throws {
    let alone = [try afterFirstStep(batch: 1), try afterFirstStep(batch: 1, first: 1)]
    let both = try afterFirstStep(batch: 2)
    // The same view is first in both orders, or second.
    for photo in 0..<2 {
      #expect(both.photos.steps[0, photo] == 1)
      let found = (0..<both.photos.first.planes).map { both.photos.first[$0, photo] }
      let matches = alone.contains { state in
        (0..<2).contains { other in
          state.photos.steps[0, other] == 1
            && found == (0..<state.photos.first.planes).map { state.photos.first[$0, other] }
        }
      }
      #expect(matches && found.contains { $0 != 0 })
    }
    #expect((0..<3).contains { both.photos.first[$0, 0] != both.photos.first[$0, 1] })
  }

  @Test func eventsAreCountedInPhotos() throws {
    var settings = TrainingScenes.settings(.adc, iterations: 120)
    settings.batch = 3
    settings.schedule = .full
    // A run as short as this has its rounds four times as often.
    settings.adc.interval = 32
    let run = try trainer(settings)
    var (rounds, made): ([Int], [Int]) = ([], [])
    var count = run.splats.count
    run.run { progress in
      if progress.splats != count {
        rounds.append(progress.iteration)
        #expect(progress.passes(multipleOf: 8), "\(progress.iteration)")
      }
      count = progress.splats
      made += (0..<200).filter(progress.made)
      return true
    }
    #expect(made == Array(1...120))
    #expect(rounds.count > 3, "\(rounds)")
  }

  @Test func aBatchOfMorePhotosThanThereAreIsRefused() throws {
    #expect {
      try trainer(settings(.adc, batch: 7))
    } throws: { error in
      "\((error as? TrainingError)?.description ?? "")".contains("7 photos")
    }
    _ = try trainer(settings(.adc, batch: 6)).step()
  }

  /// The views of a step are far from each other, and none comes again before all have been used.
  @Test(arguments: [(12, 4), (10, 4), (7, 3), (5, 5)])
  func theViewsOfAStepAreOfDifferentPlaces(_ count: Int, batch: Int) {
    // Cameras along a line, in another order.
    let places = Array((0..<count).reversed())
    let centers = places.map { SIMD3(Float($0), 0, 0) }
    var order = ViewOrder(centers: centers, batch: batch, seed: 8)
    for epoch in 0..<3 {
      let views = (0..<count).map { order.view(at: epoch * count + $0) }
      #expect(Set(views).count == count)
      for step in 0..<count / batch {
        let seen = views[step * batch..<(step + 1) * batch].map { places[$0] }
        // Each place of a step has its own part of the line.
        #expect(seen == seen.sorted())
      }
    }
  }
}
