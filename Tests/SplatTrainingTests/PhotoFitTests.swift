import SplatCore
import SplatRendering
import SplatTestSupport
import SplatTraining
import Testing

@Suite struct PhotoFitTests {
  private static func settings(_ appearance: AppearanceKind) -> TrainingSettings {
    var settings = TrainingScenes.settings(.adc, iterations: 40)
    settings.appearance.kind = appearance
    (settings.appearance.gridWidth, settings.appearance.gridHeight) = (3, 2)
    settings.poses.kind = .refine
    settings.background = .random
    return settings
  }

  private func trainer(_ settings: TrainingSettings) throws -> Trainer {
    try Trainer(
      views: TrainingScenes.views(), points: TrainingScenes.points(), settings: settings)
  }

  @Test(arguments: [AppearanceKind.exposure, .grid])
  func anyNumberOfThreadsGivesTheSameBits(_ appearance: AppearanceKind) throws {
    var settings = Self.settings(appearance)
    settings.threads = 1
    let one = try trainer(settings)
    one.run { _ in true }
    for threads in [2, 7] {
      settings.threads = threads
      let other = try trainer(settings)
      other.run { _ in true }
      #expect(other.state == one.state)
    }
    #expect(one.state.photos.values(ofPhoto: 2, .exposure) != [0, 0, 0])
    #expect(one.refinedCameras != one.photos.cameras)
  }

  @Test(arguments: [AppearanceKind.exposure, .grid])
  func aResumedRunEndsInTheSameBitsFromAnyIteration(_ appearance: AppearanceKind) throws {
    let settings = Self.settings(appearance)
    let whole = try trainer(settings)
    var checkpoints = [whole.checkpoint()]
    while !whole.isFinished {
      whole.step()
      checkpoints.append(whole.checkpoint())
    }
    for iteration in [0, 1, 17, 39] {
      let resumed = try trainer(settings)
      try resumed.resume(from: checkpoints[iteration])
      resumed.run { _ in true }
      #expect(resumed.state == whole.state)
      #expect(resumed.refinedCameras == whole.refinedCameras)
    }
  }

  @Test func camerasStayWhereTheyAreUnlessTheyAreRefined() throws {
    var settings = Self.settings(.exposure)
    settings.poses.kind = .fixed
    let trainer = try trainer(settings)
    trainer.run { _ in true }
    #expect(trainer.refinedCameras == trainer.photos.cameras)
  }

  /// The camera turned by `angle` about an axis of its own frame.
  private func turned(_ camera: Camera, by angle: Double, seed: UInt64) -> Camera {
    var random = RandomSource(seed: seed, purpose: .testing)
    let direction = 2 * Double.pi * Double(random.uniform())
    let axis = Vector3(Double.cos(direction), Double.cos(direction - .pi / 2), 0)
    var result = camera
    result.viewMatrix = PoseCorrection(rotation: axis * angle, translation: .zero)
      .moved(camera.viewMatrix, distance: 1)
    return result
  }

  /// By how far the middle of the scene is off in the image, in pixels.
  private func error(_ found: Camera, _ truth: Camera) -> Double {
    func pixel(_ camera: Camera) -> SIMD2<Double> {
      let p = camera.viewMatrix(.zero)
      return camera.focalLength * SIMD2(p.x, p.y) / p.z
    }
    let offset = pixel(found) - pixel(truth)
    return (offset * offset).sum().squareRoot()
  }

  @Test func aCameraIsAlignedToAModel() {
    let splats = SyntheticScene.splats(count: 60, seed: 5)
    let aligner = CameraAligner(settings: RenderSettings())
    for view in TrainingScenes.views(count: 3, width: 80, height: 60) {
      var moved = view
      moved.camera = turned(view.camera, by: 2.5 / 80, seed: 1)
      #expect(error(moved.camera, view.camera) > 2)
      let found = aligner.camera(of: moved, alignedTo: splats)
      #expect(error(found, view.camera) < 0.15, "\(error(found, view.camera))")
    }
  }

  @Test func camerasThatAreOffAreRefined() throws {
    let truth = TrainingScenes.views(count: 24, width: 80, height: 60)
    var views = truth
    for index in views.indices {
      views[index].camera = turned(views[index].camera, by: 2.0 / 80, seed: UInt64(index))
    }
    var settings = TrainingScenes.settings(.adc, iterations: 1500)
    settings.schedule = .full
    settings.poses.kind = .refine
    settings.adc.resetInterval = 100_000
    let trainer = try Trainer(views: views, points: TrainingScenes.points(), settings: settings)
    trainer.run { _ in true }
    func mean(_ cameras: [Camera]) -> Double {
      zip(cameras, truth).reduce(0) { $0 + error($1.0, $1.1.camera) } / Double(truth.count)
    }
    let (before, after) = (mean(views.map(\.camera)), mean(trainer.refinedCameras))
    #expect(before > 1.5)
    #expect(after < before / 2, "\(before) \(after)")
  }
}
