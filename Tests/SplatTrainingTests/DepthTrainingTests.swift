import SplatCore
import SplatRendering
import SplatTestSupport
import SplatTraining
import Testing

@Suite struct DepthTrainingTests {
  private static let splats = SyntheticScene.splats(count: 60, seed: 5)

  /// The depths that a camera sees; `value` makes a map's value of each.
  private func map(
    _ camera: Camera, width: Int, height: Int, value: (Float) -> Float = { $0 }
  ) -> DepthMap {
    var settings = RenderSettings()
    settings.includesDepth = true
    let frame = Renderer(settings: settings).render(
      Self.splats, from: camera.resized(width: width, height: height))
    let values = zip(frame.depth, frame.alpha).map { $1 > 0.9 ? value($0) : 0 }
    return DepthMap(width: width, height: height, values: values)
  }

  private func views(value: ((Float) -> Float)?) -> [TrainingView] {
    var views = TrainingScenes.views(count: 4, width: 48, height: 36)
    guard let value else { return views }
    for index in views.indices {
      // Some are as fine as the photo, and some are coarser.
      let width = index % 2 == 0 ? 48 : 24
      views[index].depth = map(
        views[index].camera, width: width, height: width * 3 / 4, value: value)
    }
    return views
  }

  /// Points on the scene's surfaces as the cameras of the photos see them.
  private func points() -> PointCloud {
    var points = PointCloud()
    for camera in SyntheticScene.cameras(count: 4, width: 48, height: 36) {
      let map = map(camera, width: 48, height: 36)
      for cell in stride(from: 0, to: map.values.count, by: 5) where map.values[cell] > 0 {
        let pixel = SIMD2(Double(cell % 48) + 0.5, Double(cell / 48) + 0.5)
        let place = (pixel - camera.principalPoint) / camera.focalLength
        let z = Double(map.values[cell])
        let point = camera.viewMatrix.inverse(SIMD3(place.x * z, place.y * z, z))
        points.positions.append(SIMD3<Float>(point))
        points.colors.append(SIMD3(128, 128, 128))
      }
    }
    return points
  }

  private func settings(iterations: Int) -> TrainingSettings {
    TrainingScenes.settings(.split, iterations: iterations)
  }

  private func train(
    _ views: [TrainingView], points: PointCloud, iterations: Int = 400,
    _ change: (inout TrainingSettings) -> Void = { _ in }
  ) throws -> Trainer {
    var settings = settings(iterations: iterations)
    change(&settings)
    let trainer = try Trainer(views: views, points: points, settings: settings)
    trainer.run { _ in true }
    return trainer
  }

  /// The mean relative error of the depths that the model has from other cameras.
  private func depthError(_ splats: Splats) -> Double {
    var settings = RenderSettings()
    settings.includesDepth = true
    let renderer = Renderer(settings: settings)
    var (sum, count) = (0.0, 0)
    for camera in SyntheticScene.cameras(count: 12, width: 48, height: 36) {
      let truth = map(camera, width: 48, height: 36)
      let frame = renderer.render(splats, from: camera)
      for pixel in frame.depth.indices where truth.values[pixel] > 0 && frame.alpha[pixel] > 0.5 {
        sum += Double(abs(frame.depth[pixel] / truth.values[pixel] - 1))
        count += 1
      }
    }
    return sum / Double(max(1, count))
  }

  @Test func trueDepthsBringTheModelsDepthsNearer() throws {
    let points = TrainingScenes.points(count: 200, scale: 0.6)
    let without = depthError(try train(views(value: nil), points: points).splats)
    // The weight does not fade, so that the depths decide.
    let with = depthError(
      try train(views { $0 }, points: points) {
        $0.depth.meaning = .metric
        ($0.depth.weight, $0.depth.finalWeight) = (2, 2)
      }.splats)
    #expect(with < 0.75 * without, "\(with) \(without)")
  }

  @Test func mapsInAnotherScaleAreAlignedToThePoints() throws {
    let points = points()
    let plain = try train(views { $0 }, points: points)
    let maps: [(DepthMeaning, (Float) -> Float)] = [
      (.scaled, { 7 * $0 }), (.inverse, { 2 / $0 + 0.05 }),
    ]
    #expect(plain.depths.alignments?.meaning == .metric)
    for (meaning, value) in maps {
      let trainer = try train(views(value: value), points: points)
      let alignments = try #require(trainer.depths.alignments)
      #expect(alignments.meaning == meaning)
      let (error, best) = (depthError(trainer.splats), depthError(plain.splats))
      #expect(error < 1.3 * best, "\(meaning): \(error) \(best)")
    }
  }

  @Test func mapsThatNeedPointsAreRefusedWithoutThem() throws {
    var settings = settings(iterations: 10)
    settings.depth.meaning = .inverse
    #expect(throws: TrainingError.self) {
      try Trainer(views: views { 1 / $0 }, points: PointCloud(), settings: settings)
    }
    settings.depth.meaning = .auto
    let trainer = try Trainer(views: views { $0 }, points: PointCloud(), settings: settings)
    #expect(trainer.depths.alignments?.meaning == .metric)
  }

  @Test func anyNumberOfThreadsGivesTheSameBits() throws {
    let (views, points) = (views { $0 }, points())
    var states: [ModelState] = []
    for threads in [1, 2, 3] {
      states.append(
        try train(views, points: points, iterations: 60) {
          $0.threads = threads
          $0.depth.usesPoints = true
          $0.robust.isOn = true
          $0.poses.kind = .refine
        }.state)
    }
    #expect(states[1] == states[0] && states[2] == states[0])
  }

  @Test func aResumedRunEndsInTheSameBits() throws {
    var settings = settings(iterations: 40)
    settings.depth.usesPoints = true
    let (views, points) = (views { 7 * $0 }, points())
    func trainer() throws -> Trainer {
      try Trainer(views: views, points: points, settings: settings)
    }
    let whole = try trainer()
    for _ in 0..<17 { whole.step() }
    let checkpoint = whole.checkpoint()
    whole.run { _ in true }
    let resumed = try trainer()
    try resumed.resume(from: checkpoint)
    resumed.run { _ in true }
    #expect(resumed.state == whole.state)
    // A checkpoint belongs to its depths.
    var changed = views
    changed[1].depth = map(changed[1].camera, width: 24, height: 18) { 7.1 * $0 }
    let other = try Trainer(views: changed, points: points, settings: settings)
    #expect(throws: TrainingError.self) { try other.resume(from: checkpoint) }
  }

  @Test func depthsWithoutWeightChangeNothing() throws {
    let points = points()
    let plain = try train(views(value: nil), points: points, iterations: 60)
    let unweighted = try train(views { $0 }, points: points, iterations: 60) {
      $0.depth.weight = 0
    }
    #expect(plain.state == unweighted.state)
    // Uncertain and empty maps teach nothing either.
    var views = views { $0 }
    for index in views.indices {
      guard let map = views[index].depth else { continue }
      views[index].depth = DepthMap(
        width: map.width, height: map.height, values: map.values,
        confidence: map.values.map { _ in 0 })
    }
    let uncertain = try train(views, points: points, iterations: 60)
    #expect(plain.splats.means == uncertain.splats.means)
  }

  @Test func mapsAreSampledAndNotBlended() {
    let map = DepthMap(
      width: 2, height: 2, values: [1, .nan, -3, 4], confidence: [255, 255, 10, 0])
    #expect(map.values == [1, 0, 0, 4])
    #expect(!map.isEmpty)
    let finer = map.sampled(width: 4, height: 4)
    #expect(finer.values == [1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 4, 4, 0, 0, 4, 4])
    #expect(finer.confidence?.last == 0)
    #expect(finer.sampled(width: 2, height: 2) == map)
    #expect(DepthMap(width: 1, height: 1, values: [5], confidence: [0]).isEmpty)
  }
}
