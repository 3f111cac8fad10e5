public import SplatCore
import SplatMetrics
import SplatRendering

/// Fits Gaussians to photos.
///
/// ```swift
/// let trainer = try Trainer(views: views, points: points, settings: TrainingSettings())
/// trainer.run { progress in
///   print(progress.iteration, progress.psnr)
///   return true
/// }
/// let splats = trainer.splats
/// ```
///
/// A trainer reads no file and prints nothing. The same views, points and settings give the same
/// bits on every run and for any number of threads, unless the time is limited. Use it from one
/// thread at a time; it uses all cores by itself.
public final class Trainer {
  /// The settings of the run.
  public let settings: TrainingSettings
  /// The largest number of Gaussians at any time.
  public let maximumSplats: Int
  /// The number of iterations made so far.
  public private(set) var iteration = 0
  /// The seconds spent in training so far.
  public private(set) var seconds = 0.0
  /// The Gaussians as they are now; of several processes that train a model together, those that
  /// this one holds.
  public var splats: Splats { state.splats }
  /// The number of Gaussians of the model.
  public var splatCount: Int { latest.shard.total }
  /// The photos to train on.
  public let photos: TrainingPhotos

  /// All that an iteration changes.
  package var state: ModelState {
    settle()
    return latest
  }
  /// The same, except for steps that are deferred.
  private var latest: ModelState
  private var deferred: DeferredSteps
  /// Whether steps of Gaussians that photos do not show may be deferred, which changes no bit.
  package var mayDeferSteps = true
  /// Whether there are Gaussians that have not taken all steps.
  package var hasDeferredSteps: Bool { deferred.arePending }
  package private(set) lazy var fingerprint = TrainingFingerprint.of(
    photos, settings, extent: extent, splats: firstSplats)
  private let extent: Float
  /// The number of rooms that the scene is as large as.
  let rooms: Double
  private let freeSpace: FreeSpace
  private let scaleLimit: ScaleLimit
  let photoFit: PhotoFit
  /// What is known about the depths in photos.
  package let depths: DepthSupervision
  let resolution: ResolutionSchedule
  private var finestFactor: FinestFactor
  private let pixelFilter: PixelFilter
  /// The share of Gaussians that are left out when each photo has been seen often.
  private let dropout: Float
  let control: any DensityControl
  /// The number of Gaussians at the start of the run.
  let firstSplats: Int
  /// The SH degree in use from the start of the run.
  private let firstSHDegree: Int
  private var order: ViewOrder
  let renderer: PhotoRenderer
  let workers: Workers
  /// The processes that train the model together; nil if this is the only one.
  package let ranks: (any Ranks)?
  /// Draws pictures together with the other ranks; nil if there are none.
  let shared: SharedPictures?

  /// How many projected Gaussians all pictures of this process's run had, and how many of these went
  /// from one process to another; nil if it trains alone.
  package var traffic: (projected: Int, remote: Int)? { shared?.traffic }

  /// Prepares a run from `start`.
  ///
  /// - Parameter ranks: the processes that train the model together, each with the same photos,
  ///   start and settings; nil if this is the only one.
  /// - Throws: ``TrainingError`` if there are no photos, or more Gaussians than are allowed.
  init(
    photos: TrainingPhotos, start: TrainingStart, settings: TrainingSettings,
    ranks: (any Ranks)? = nil
  ) throws(TrainingError) {
    guard start.splats.count <= start.maximumSplats else {
      throw TrainingError(
        description: """
          the model to start from has \(start.splats.count) Gaussians; \(start.maximumSplats) are \
          allowed
          """)
    }
    self.photos = photos
    var settings = settings
    workers = Workers(threads: settings.threads)
    let logGains = settings.appearance.settle(
      photos, points: start.points, areCamerasRough: settings.poses.kind == .refine,
      workers: workers)
    self.settings = settings
    extent = start.extent
    rooms = start.rooms
    freeSpace = start.freeSpace
    scaleLimit = ScaleLimit(cameras: photos.cameras)
    maximumSplats = start.maximumSplats
    firstSplats = start.splats.count
    firstSHDegree = start.shDegree
    resolution = ResolutionSchedule(
      kind: settings.schedule, settings: settings.resolution, cameras: photos.cameras)
    finestFactor = FinestFactor(
      settings: settings, cameras: photos.cameras, firstSplats: firstSplats,
      maximumSplats: settings.keptSplats(ofAtMost: maximumSplats))
    pixelFilter = PixelFilter(cameras: photos.cameras)
    dropout = settings.dropout(for: photos.cameras, points: start.points, workers: workers)
    order = ViewOrder(
      centers: photos.cameras.map { SIMD3($0.center) }, batch: settings.batch,
      seed: settings.seed)
    renderer = PhotoRenderer(workers: workers)
    self.ranks = ranks
    shared = ranks.map { [workers] in SharedPictures(ranks: $0, workers: workers) }
    control = settings.densityControl
    deferred = DeferredSteps(settings: settings, control: control, extent: start.extent)
    photoFit = PhotoFit(
      cameras: photos.cameras, points: start.splats.means, extent: extent, settings: settings)
    depths = try DepthSupervision(
      photos: photos, points: start.points, settings: settings.depth, workers: workers)
    latest = ModelState(
      sortedByPlace: start.splats, shard: Shard(ranks, total: start.splats.count),
      statisticPlanes: control.statisticPlanes,
      photos: PhotoParameters(count: photos.count, kinds: PhotoParameters.kinds(settings)))
    latest.photos.setExposures(logGains)
  }

  /// The share of the run that is done, 0...1.
  public var fraction: Double {
    let counted = Double(iteration) / Double(max(1, settings.iterations))
    guard let limit = settings.timeLimit else { return min(1, counted) }
    return min(1, max(counted, seconds / limit))
  }

  /// How far the run is; a time limit makes it as long as it would be at its pace so far.
  private var position: RunPosition {
    let progress = fraction
    let counted = Double(iteration) / Double(max(1, settings.iterations))
    let length = progress > counted ? Double(iteration) / progress : Double(settings.iterations)
    return RunPosition(iteration: iteration, progress: progress, length: Int(length), rooms: rooms)
  }

  /// The near plane to draw the model with, in world units.
  public var nearPlane: Float { min(settings.nearPlane, settings.nearPlaneShare * extent) }

  /// Whether the run has made all its iterations or used up its time.
  public var isFinished: Bool { fraction >= 1 }

  /// Makes steps until the run is finished or `onProgress`, which is called after each, returns
  /// false.
  public func run(onProgress: (TrainingProgress) -> Bool) {
    while !isFinished, onProgress(step()) {}
  }

  /// Makes one step: an iteration for each of the photos that it learns from, of which the last
  /// step of a run may have fewer.
  @discardableResult
  public func step() -> TrainingProgress {
    let begin = ContinuousClock.now
    let factor = resolution.factor(at: fraction, finest: finestFactor.value)
    let count = max(1, min(settings.batch, settings.iterations - iteration))
    let values = optimize(count: count, factor: factor)
    for _ in 0..<count {
      iteration += 1
      changeDensity(factor: factor)
    }
    if mayDeferSteps, deferred.isDecisionDue { deferSteps() }
    let elapsed = agreedSeconds(since: begin)
    seconds += elapsed
    finestFactor.add(
      seconds: elapsed, photos: count, splats: splatCount, factor: factor, progress: fraction)
    func mean(_ value: (PhotometricLoss.Value) -> Double) -> Double {
      values.reduce(0) { $0 + value($1) } / Double(count)
    }
    return TrainingProgress(
      iteration: iteration, photos: count, fraction: fraction, seconds: seconds,
      loss: mean(\.loss), psnr: mean { PSNR.decibels(squaredError: $0.squaredError) },
      splats: splatCount, downscale: factor)
  }

  /// The seconds since `begin`, which all ranks must agree on if the run's time is limited.
  private func agreedSeconds(since begin: ContinuousClock.Instant) -> Double {
    let duration = (ContinuousClock.now - begin).components
    let seconds = Double(duration.seconds) + Double(duration.attoseconds) * 1e-18
    guard let ranks, settings.timeLimit != nil else { return seconds }
    return ranks.gathered(seconds)[0]
  }

  /// Starts reading the photos of the iterations after one, while its photo is trained on.
  func readAhead(after iteration: Int, factor: Int) {
    guard workers.threads > 1 else { return }
    // A copy: looking ahead must not advance the order in use.
    var ahead = order
    let next = (1...TrainingPhotos.readAhead).map { ahead.view(at: iteration + $0) }
    photos.prepare(next, factor: factor)
  }

  /// Renders the views of the next `count` iterations and takes one optimizer step.
  private func optimize(count: Int, factor: Int) -> [PhotometricLoss.Value] {
    // Nothing that is learnt changes before all photos of the step have been seen.
    let (progress, shDegree) = (fraction, shDegreeInUse)
    let sights = (iteration..<iteration + count).map { iteration in
      let photo = order.view(at: iteration)
      let camera = photos.cameras[photo].downscaled(by: factor)
      return PhotoSight(
        iteration: iteration, photo: photo, factor: factor,
        camera: photoFit.fitted(camera, photo, latest.photos),
        appearance: photoFit.appearance(photo, camera: camera, latest.photos),
        settings: pixelFilter.applied(
          to: learningSettings(at: iteration, shDegree: shDegree), photo: photo))
    }
    let steps = sights.map { sight in
      TrainingStep(
        iteration: sight.iteration, photo: sight.photo, batch: count, progress: progress,
        extent: extent, size: SIMD2(Float(sight.camera.width), Float(sight.camera.height)),
        count: splatCount, firstIndex: latest.shard.range.lowerBound, settings: settings)
    }
    var drawn: [DrawnPhoto] = []
    var cameras: [[CameraGradient]] = []
    latest.withView { state in
      for sight in sights {
        deferred.wake(for: sight.camera, settings: sight.settings, in: state, workers: workers)
      }
      drawn = draw(sights, of: state.model, clusters: deferred.boxes, progress: progress)
      // Go back to the parameters and move them.
      let update = ParameterUpdate(
        steps[count - 1], control: control, shDegree: shDegree, settings: settings)
      deferred.withView(
        update.optimizer, shares: drawn.map { $0.picture.pass.visibleShare }, in: state
      ) { clusters in
        cameras = move(
          state, clusters, by: update, against: drawn.map(\.picture), steps: steps)
      }
    }
    // The photos' own parameters take a step for each photo.
    for (index, step) in steps.enumerated() {
      photoFit.step(
        &latest.photos, photo: step.photo, appearance: drawn[index].appearance,
        camera: whole(cameras[index]), progress: progress)
    }
    return drawn.map(\.value)
  }

  /// Moves the parameters against the mean gradient of `pictures`, which are those of `steps`.
  ///
  /// - Returns: The parts of each camera's gradient from the chunks of this process's Gaussians, if
  ///   poses are refined.
  private func move(
    _ state: ModelState.View, _ clusters: DeferredSteps.View, by update: ParameterUpdate,
    against pictures: [GradientSums.Picture], steps: [TrainingStep]
  ) -> [[CameraGradient]] {
    let includesCamera = photoFit.refinesPoses
    guard pictures.count > 1 else {
      let parts = renderer.backward(pictures[0], includesCamera: includesCamera) { gradient in
        guard clusters.isAwake(block: gradient.index) else { return }
        update.apply(gradient, to: state)
        clusters.finish(block: gradient.index, in: state)
      }
      return [parts]
    }
    return renderer.backward(pictures, includesCamera: includesCamera) { index, gradient, sum in
      guard gradient.isVisible else { return }
      update.note(gradient, step: steps[index], in: state)
      update.add(gradient, to: sum)
    } finish: { block, sum in
      guard clusters.isAwake(block: block) else { return }
      update.move(block, againstMeanOf: sum, in: state)
      clusters.finish(block: block, in: state)
    }
  }

  /// The gradient of a camera from its parts, which all ranks give.
  private func whole(_ parts: [CameraGradient]) -> CameraGradient {
    guard let ranks, photoFit.refinesPoses else { return CameraGradient(sumOf: parts) }
    return CameraGradient(
      sumOf: ranks.gathered(parts, counts: ranks.gathered(parts.count)))
  }

  /// Adds and removes Gaussians, if that is due.
  ///
  /// It is not due in the iteration that ends densification: Gaussians that an opacity reset left
  /// transparent there would never be pruned.
  private func changeDensity(factor: Int) {
    guard settings.frozen.allowsDensification else { return }
    let position = position
    guard control.isDue(at: position) else { return }
    settle()
    let score = WrongPixelScore(
      photos: photos, photoFit: photoFit, renderer: renderer, shared: shared,
      renderSettings: renderSettings(at: iteration, shDegree: shDegreeInUse),
      robustLevel: settings.robust.level(at: position.progress), pixelFilter: pixelFilter,
      factor: factor, seed: settings.seed, iteration: iteration)
    let kept = settings.keptSplats(ofAtMost: maximumSplats)
    let largest = control.largestSplats(
      maximum: maximumSplats, kept: kept, length: position.length)
    let finest = finestFactor.value
    let round = DensityRound(
      position: position,
      maximumSplats: resolution.splatLimit(
        at: position.progress, finest: finest, first: firstSplats, last: largest),
      firstSplats: firstSplats,
      lastSplats: FinestFactor.splats(factor: finest, first: firstSplats, last: largest),
      keptSplats: FinestFactor.splats(factor: finest, first: firstSplats, last: kept),
      extent: extent,
      freeSpace: freeSpace,
      scaleLimit: scaleLimit,
      seed: settings.seed,
      ranks: ranks,
      score: score.scores)
    control.apply(to: &latest, round: round)
    if mayDeferSteps { deferSteps() }
  }

  /// Takes all deferred steps.
  private func settle() {
    guard deferred.arePending else { return }
    latest.withView { deferred.settle($0, workers: workers) }
  }

  /// Decides whether steps are deferred from now on.
  private func deferSteps() {
    settle()
    latest.withView { deferred.begin($0, seen: iteration, workers: workers) }
  }

  /// The SH degree in use in this iteration.
  private var shDegreeInUse: Int { shDegree(at: iteration, progress: fraction) }

  /// The SH degree in use in an iteration, after a share `progress` of the run.
  func shDegree(at iteration: Int, progress: Double) -> Int {
    let bands = max(iteration / settings.shInterval, Int(progress / settings.shShare))
    return min(latest.splats.shDegree, max(firstSHDegree, bands))
  }

  /// The settings that render the photo's view in an iteration, but for ``pixelFilter``.
  private func renderSettings(at iteration: Int, shDegree: Int) -> RenderSettings {
    var result = RenderSettings()
    result.isAntialiased = settings.isAntialiased
    result.maximumSHDegree = shDegree
    result.background = settings.background.color(at: iteration, seed: settings.seed)
    // The near plane follows the scale of the scene, whatever its unit.
    result.nearPlane = min(result.nearPlane, settings.trainingNearPlaneShare * extent)
    return result
  }

  /// Those with which the model learns from the photo.
  private func learningSettings(at iteration: Int, shDegree: Int) -> RenderSettings {
    let visits = Double(iteration) / Double(photos.count)
    let share = min(1, visits / Double(settings.dropoutVisits))
    var random = RandomSource(
      seed: settings.seed, purpose: .dropout, position: UInt64(iteration))
    var result = renderSettings(at: iteration, shDegree: shDegree)
    result.dropout = Dropout(
      share: dropout * Float(share), seed: UInt32(truncatingIfNeeded: random.next()),
      firstIndex: latest.shard.range.lowerBound)
    return result
  }

  /// Continues from a snapshot of a run with the same views and settings.
  func restore(iteration: Int, seconds: Double, state: ModelState) {
    self.iteration = iteration
    self.seconds = seconds
    latest = state
    deferred.end()
  }
}
