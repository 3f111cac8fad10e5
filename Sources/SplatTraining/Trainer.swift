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
  /// The Gaussians as they are now.
  public var splats: Splats { state.splats }
  /// The photos to train on.
  public let photos: TrainingPhotos

  package private(set) var state: ModelState
  private(set) lazy var fingerprint = TrainingFingerprint.of(
    photos, settings, extent: extent, splats: firstSplats)
  private let extent: Float
  private let freeSpace: FreeSpace
  let photoFit: PhotoFit
  /// What is known about the depths in photos.
  package let depths: DepthSupervision
  let resolution: ResolutionSchedule
  private var finestFactor: FinestFactor
  private let pixelFilter: PixelFilter
  let control: any DensityControl
  /// The number of Gaussians at the start of the run.
  let firstSplats: Int
  /// The SH degree in use from the start of the run.
  private let firstSHDegree: Int
  private var order: ViewOrder
  private let renderer: PhotoRenderer
  private let workers: Workers

  /// Prepares a run from `start`.
  ///
  /// - Throws: ``TrainingError`` if there are no photos, or more Gaussians than are allowed.
  init(photos: TrainingPhotos, start: TrainingStart, settings: TrainingSettings)
    throws(TrainingError)
  {
    guard start.splats.count <= start.maximumSplats else {
      throw TrainingError(
        description: """
          the model to start from has \(start.splats.count) Gaussians; \(start.maximumSplats) are \
          allowed
          """)
    }
    self.photos = photos
    var settings = settings
    settings.appearance.settle(stops: photos.stops)
    self.settings = settings
    extent = start.extent
    freeSpace = start.freeSpace
    maximumSplats = start.maximumSplats
    firstSplats = start.splats.count
    firstSHDegree = start.shDegree
    resolution = ResolutionSchedule(
      kind: settings.schedule, settings: settings.resolution, cameras: photos.cameras)
    finestFactor = FinestFactor(
      settings: settings, cameras: photos.cameras, firstSplats: firstSplats,
      maximumSplats: maximumSplats)
    pixelFilter = PixelFilter(cameras: photos.cameras)
    order = ViewOrder(count: photos.count, seed: settings.seed)
    workers = Workers(threads: settings.threads)
    renderer = PhotoRenderer(workers: workers)
    control = settings.densityControl
    photoFit = PhotoFit(
      cameras: photos.cameras, points: start.splats.means, extent: extent, settings: settings)
    depths = try DepthSupervision(
      photos: photos, points: start.points, settings: settings.depth, workers: workers)
    state = ModelState(
      start.splats, statisticPlanes: control.statisticPlanes,
      photos: PhotoParameters(count: photos.count, kinds: PhotoParameters.kinds(settings)))
    state.photos.setExposures(stops: photos.stops)
    state.sortByPlace()
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
    return RunPosition(iteration: iteration, progress: progress, length: Int(length))
  }

  /// The near plane to draw the model with, in world units.
  public var nearPlane: Float { min(settings.nearPlane, settings.nearPlaneShare * extent) }

  /// Whether the run has made all its iterations or used up its time.
  public var isFinished: Bool { fraction >= 1 }

  /// Makes iterations until the run is finished or `onProgress`, which is called after each,
  /// returns false.
  public func run(onProgress: (TrainingProgress) -> Bool) {
    while !isFinished, onProgress(step()) {}
  }

  /// Makes one iteration.
  @discardableResult
  public func step() -> TrainingProgress {
    let begin = ContinuousClock.now
    let factor = resolution.factor(at: fraction, finest: finestFactor.value)
    let photo = order.view(at: iteration)
    let view = photos.view(photo, factor: factor)
    readAhead(factor: factor)
    let value = optimize(view, photo: photo)
    iteration += 1
    changeDensity(factor: factor)
    let duration = (ContinuousClock.now - begin).components
    let elapsed = Double(duration.seconds) + Double(duration.attoseconds) * 1e-18
    seconds += elapsed
    finestFactor.add(
      seconds: elapsed, splats: state.count, factor: factor, progress: fraction)
    return TrainingProgress(
      iteration: iteration, fraction: fraction, seconds: seconds, loss: value.loss,
      psnr: PSNR.decibels(squaredError: value.squaredError), splats: state.count, downscale: factor)
  }

  /// Starts reading the next photos while this one is trained on.
  private func readAhead(factor: Int) {
    guard workers.threads > 1 else { return }
    // A copy: looking ahead must not advance the order in use.
    var ahead = order
    let next = (1...TrainingPhotos.readAhead).map { ahead.view(at: iteration + $0) }
    photos.prepare(next, factor: factor)
  }

  /// Renders `view` and takes an optimizer step.
  private func optimize(_ view: TrainingView, photo: Int) -> PhotometricLoss.Value {
    let step = TrainingStep(
      iteration: iteration, photo: photo, progress: fraction, extent: extent,
      size: SIMD2(Float(view.camera.width), Float(view.camera.height)), count: state.count,
      settings: settings)
    let update = ParameterUpdate(
      step, control: control, shDegree: shDegreeInUse, settings: settings)
    var renderSettings = pixelFilter.applied(to: renderSettings, photo: photo)
    let fitted = photoFit.fitted(view, photo, state.photos)
    let depth = depths.sources(photo, fitted.view, at: step.progress)
    renderSettings.includesDepth = !depth.isEmpty
    let robustLevel = settings.robust.level(at: step.progress)
    var (value, logGains) = (PhotometricLoss.Value.none, SIMD3<Float>?.none)
    var camera = CameraGradient()
    state.withView { state in
      var pass = renderer.render(fitted, model: state.model, settings: renderSettings)
      (value, logGains) = renderer.evaluate(
        pass, terms: settings.imageTerms, robustLevel: robustLevel)
      if !depth.isEmpty {
        value.loss += renderer.evaluateDepth(&pass, sources: depth, robustLevel: robustLevel)
      }
      camera = renderer.backward(
        pass, includesAbsolute: control.wantsAbsoluteGradients(at: step.progress),
        includesCamera: photoFit.refinesPoses
      ) { gradient in update.apply(gradient, to: state) }
    }
    photoFit.step(
      &state.photos, photo: photo, logGains: logGains, camera: camera, progress: step.progress)
    return value
  }

  /// Adds and removes Gaussians, if that is due.
  ///
  /// It is not due in the iteration that ends densification: Gaussians that an opacity reset left
  /// transparent there would never be pruned.
  private func changeDensity(factor: Int) {
    guard settings.frozen.allowsDensification else { return }
    let position = position
    let score = WrongPixelScore(
      photos: photos, photoFit: photoFit, renderer: renderer, renderSettings: renderSettings,
      robustLevel: settings.robust.level(at: position.progress), pixelFilter: pixelFilter,
      factor: factor, seed: settings.seed, iteration: iteration)
    let round = DensityRound(
      position: position,
      maximumSplats: resolution.splatLimit(
        at: position.progress, finest: finestFactor.value, first: firstSplats, last: maximumSplats),
      firstSplats: firstSplats,
      lastSplats: FinestFactor.splats(
        factor: finestFactor.value, first: firstSplats, last: maximumSplats), extent: extent,
      freeSpace: freeSpace,
      seed: settings.seed,
      score: score.scores)
    control.apply(to: &state, round: round)
  }

  /// The SH degree in use in this iteration.
  private var shDegreeInUse: Int { shDegree(at: iteration, progress: fraction) }

  /// The SH degree in use in an iteration, after a share `progress` of the run.
  func shDegree(at iteration: Int, progress: Double) -> Int {
    let bands = max(iteration / settings.shInterval, Int(progress / settings.shShare))
    return min(state.splats.shDegree, max(firstSHDegree, bands))
  }

  /// The settings that render the photos' views in this iteration, but for ``pixelFilter``.
  private var renderSettings: RenderSettings {
    var result = RenderSettings()
    result.isAntialiased = settings.isAntialiased
    result.maximumSHDegree = shDegreeInUse
    result.background = settings.background.color(at: iteration, seed: settings.seed)
    // The near plane follows the scale of the scene, whatever its unit.
    result.nearPlane = min(result.nearPlane, settings.trainingNearPlaneShare * extent)
    return result
  }

  /// Continues from a snapshot of a run with the same views and settings.
  func restore(iteration: Int, seconds: Double, state: ModelState) {
    self.iteration = iteration
    self.seconds = seconds
    self.state = state
  }
}
