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
/// A trainer reads no file and prints nothing. The same views, points and settings give the same bits on
/// every run and for any number of threads, unless the time is limited. Use it from one thread at a
/// time; it uses all cores by itself.
public final class Trainer {
  /// The settings of the run.
  public let settings: TrainingSettings
  /// The largest number of Gaussians there ever are.
  public let maximumSplats: Int
  /// The number of iterations made so far.
  public private(set) var iteration = 0
  /// The seconds spent in training so far.
  public private(set) var seconds = 0.0
  /// The Gaussians as they are now.
  public var splats: Splats { state.splats }

  package private(set) var state: ModelState
  /// The photos that are learnt from.
  public let photos: TrainingPhotos
  /// A number that differs for other photos and for other settings, except the number of threads.
  private(set) lazy var fingerprint = Checkpoint.fingerprint(photos: photos, settings: settings)
  private let extent: Float
  private let freeSpace: FreeSpace
  private let resolution: ResolutionSchedule
  /// The number of Gaussians at the start of the run.
  let firstSplats: Int
  private var order: ViewOrder

  private let easel: Easel
  private let workers: Workers

  /// Prepares a run on `views`, from Gaussians at `points` or, if there are none, at random places.
  ///
  /// - Throws: ``TrainingError`` if there is nothing to learn from.
  public convenience init(
    views: [TrainingView], points: PointCloud, settings: TrainingSettings
  ) throws(TrainingError) {
    try self.init(photos: TrainingPhotos(views), points: points, settings: settings)
  }

  /// Prepares a run on `photos`, from Gaussians at `points` or, if there are none, at random places.
  ///
  /// - Throws: ``TrainingError`` if there is nothing to learn from.
  public convenience init(
    photos: TrainingPhotos, points: PointCloud, settings: TrainingSettings
  ) throws(TrainingError) {
    guard photos.count > 0 else {
      throw TrainingError(description: "there are no photos to train on")
    }
    let cameras = photos.cameras
    let cap = settings.maximumSplats ?? Self.defaultMaximumSplats(for: cameras)
    guard cap > 0 else {
      throw TrainingError(
        description: "the number of Gaussians allowed is \(cap); 1 or more is needed")
    }
    var cloud = points
    if cloud.count == 0 {
      cloud = SplatInitialization.randomPoints(
        count: min(cap, max(1000, cap / 4)), cameras: cameras, seed: settings.seed)
    }
    if cloud.count > cap { cloud = cloud.sampled(cap, seed: settings.seed) }
    let extent = SceneExtent.of(cameras: cameras, points: cloud.positions)
    var splats = SplatInitialization.splats(
      from: cloud, shDegree: settings.shDegree, extent: extent,
      workers: Workers(threads: settings.threads))
    guard splats.count > 0 else {
      throw TrainingError(description: "none of the \(points.count) points has a finite position")
    }
    splats.isAntialiased = settings.isAntialiased
    // Points at random places say nothing of where things are.
    let free = FreeSpace(
      cameras: cameras, points: points.count == 0 ? [] : splats.means, share: settings.clearance)
    try self.init(
      photos: photos, splats: splats, extent: extent, freeSpace: free, settings: settings)
  }

  /// Prepares a run on `views` from `splats`.
  ///
  /// - Throws: ``TrainingError`` if there is nothing to learn from.
  public convenience init(views: [TrainingView], splats: Splats, settings: TrainingSettings)
    throws(TrainingError)
  {
    guard !views.isEmpty else {
      throw TrainingError(description: "there are no photos to train on")
    }
    let extent = SceneExtent.of(cameras: views.map(\.camera), points: splats.means)
    try self.init(
      photos: TrainingPhotos(views), splats: splats, extent: extent, freeSpace: .none,
      settings: settings)
  }

  private init(
    photos: TrainingPhotos, splats: Splats, extent: Float, freeSpace: FreeSpace,
    settings: TrainingSettings
  ) throws(TrainingError) {
    let cap = settings.maximumSplats ?? Self.defaultMaximumSplats(for: photos.cameras)
    guard splats.count <= cap else {
      throw TrainingError(
        description: "the model to start from has \(splats.count) Gaussians; \(cap) are allowed")
    }
    self.photos = photos
    self.settings = settings
    self.extent = extent
    self.freeSpace = freeSpace
    maximumSplats = cap
    firstSplats = splats.count
    resolution = ResolutionSchedule(kind: settings.schedule, cameras: photos.cameras)
    order = ViewOrder(count: photos.count, seed: settings.seed)
    workers = Workers(threads: settings.threads)
    easel = Easel(workers: workers)
    state = ModelState(splats)
    state.sortByPlace()
  }

  /// One Gaussian for every 50 pixels that there are to learn from, within 20,000...1,000,000.
  public static func defaultMaximumSplats(for cameras: [Camera]) -> Int {
    let pixels = cameras.reduce(0) { $0 + $1.width * $1.height }
    return min(max(pixels / 50, 20_000), 1_000_000)
  }

  /// The share of the run that is done, 0...1.
  public var fraction: Double {
    let counted = Double(iteration) / Double(max(1, settings.iterations))
    guard let limit = settings.timeLimit else { return min(1, counted) }
    return min(1, max(counted, seconds / limit))
  }

  /// The near plane with which the model is to be drawn, in world units.
  public var nearPlane: Float { min(settings.nearPlane, 0.03 * extent) }

  /// Whether the run has made its iterations or used its time.
  public var isFinished: Bool { fraction >= 1 }

  /// Makes iterations until the run is finished or `onProgress`, which is called after each, returns
  /// false.
  public func run(onProgress: (TrainingProgress) -> Bool) {
    while !isFinished, onProgress(step()) {}
  }

  /// Makes one iteration.
  @discardableResult
  public func step() -> TrainingProgress {
    let clock = ContinuousClock()
    let begin = clock.now
    let progress = fraction
    let factor = resolution.factor(at: progress)
    let view = photos.view(order.view(at: iteration), factor: factor)
    readAhead(factor: factor)
    let value = optimize(view, progress: progress)
    iteration += 1
    densify()
    let duration = clock.now - begin
    seconds +=
      Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
    return TrainingProgress(
      iteration: iteration, fraction: fraction, seconds: seconds, loss: value.loss,
      psnr: Self.psnr(value.squaredError), splats: state.count, downscale: factor)
  }

  /// The peak signal-to-noise ratio of a mean squared error, in decibels.
  static func psnr(_ squaredError: Double) -> Double {
    -10 * Double.log(max(squaredError, 1e-10)) / Double.log(10)
  }

  /// Has the next photos read while this one is learnt from.
  private func readAhead(factor: Int) {
    guard workers.threads > 1 else { return }
    // A copy: looking ahead must not turn the page of the order that is in use.
    var ahead = order
    let next = (1...TrainingPhotos.readAhead).map { ahead.view(at: iteration + $0) }
    photos.prepare(next, factor: factor)
  }

  /// Adds and takes away Gaussians, if that is due. It is not with the iteration that ends densification: what an
  /// opacity reset there leaves transparent would not be pruned any more.
  private func densify() {
    let progress = fraction
    let limit = resolution.splatLimit(at: progress, first: firstSplats, last: maximumSplats)
    switch settings.strategy {
    case .adc:
      let control = AdaptiveDensityControl(
        settings: settings.adc, maximumSplats: limit, extent: extent, freeSpace: freeSpace,
        seed: settings.seed)
      let isScored =
        settings.adc.scoredViews > 0 && control.densifies(after: iteration, progress: progress)
      let wrongPixels = isScored ? wrongPixels(progress: progress) : nil
      control.apply(
        to: &state, iteration: iteration, progress: progress, wrongPixels: wrongPixels)
    case .mcmc:
      MonteCarloDensityControl(
        settings: settings.mcmc, maximumSplats: limit, freeSpace: freeSpace, seed: settings.seed
      ).apply(to: &state, iteration: iteration, progress: progress)
    }
  }

  /// How the photos' views are rendered in this iteration.
  private var renderSettings: RenderSettings {
    var result = RenderSettings()
    result.isAntialiased = settings.isAntialiased
    result.maximumSHDegree = iteration / settings.shInterval
    result.background = background(at: iteration)
    result.threads = settings.threads
    // A scene of any unit is seen in front of the camera.
    result.nearPlane = min(result.nearPlane, 0.01 * extent)
    return result
  }

  private func background(at iteration: Int) -> SIMD3<Float> {
    switch settings.background {
    case .color(let red, let green, let blue): return SIMD3(red, green, blue)
    case .random:
      var random = RandomSource(
        seed: settings.seed, purpose: .background, position: UInt64(iteration))
      return SIMD3(random.uniform(), random.uniform(), random.uniform())
    }
  }

  /// Renders `view`, and moves the Gaussians down the gradient of the loss.
  private func optimize(_ view: TrainingView, progress: Double) -> PhotometricLoss.Value {
    let count = state.count
    let shDegree = state.splats.shDegree
    let update = ParameterUpdate(
      trainer: settings, extent: extent, progress: progress, iteration: iteration,
      size: SIMD2(Float(view.camera.width), Float(view.camera.height)), count: count,
      shDegree: shDegree)
    let renderSettings = renderSettings
    var value = PhotometricLoss.Value.none
    state.withViews { parameters, moments, statistics in
      let drawing = easel.draw(
        view, parameters: parameters, count: count, shDegree: shDegree, settings: renderSettings)
      value = easel.evaluate(drawing, dssimWeight: settings.dssimWeight)
      easel.backward(
        drawing, parameters: parameters,
        includesAbsolute: settings.strategy == .adc && progress < settings.adc.end
      ) { block, isVisible, gradParameters, gradImage, visible in
        update.apply(
          block: block, isVisible: isVisible, gradParameters: gradParameters, gradImage: gradImage,
          visible: visible, parameters: parameters, moments: moments, statistics: statistics)
      }
    }
    return value
  }

  /// What each Gaussian shows of wrong pixels: the sum of its weights in them, in pixels of the photos' own size, as
  /// a mean over those of some views that it is in; infinity if it is in none.
  ///
  /// That sum is the gradient of its red, where the gradient of the render's red is 1 in wrong pixels. A mean over
  /// all of the views would keep Gaussians few wherever few photos look.
  private func wrongPixels(progress: Double) -> [Float] {
    let factor = resolution.factor(at: progress)
    let count = state.count
    let shDegree = state.splats.shDegree
    let renderSettings = renderSettings
    let width = Lanes.scalarCount
    let room = ParameterBlocks.blocks(for: count) * width
    var sums = [Float](repeating: 0, count: room)
    var views = [Float](repeating: 0, count: room)
    var random = RandomSource(
      seed: settings.seed, purpose: .scoredViews, position: UInt64(iteration))
    let scored = random.shuffled(Array(0..<photos.count)).prefix(settings.adc.scoredViews)
    let pixelSize = Lanes(repeating: Float(factor * factor))
    for index in scored {
      let view = photos.view(index, factor: factor)
      state.withViews { parameters, _, _ in
        let drawing = easel.draw(
          view, parameters: parameters, count: count, shDegree: shDegree, settings: renderSettings)
        WrongPixels.mark(
          drawing.gradient[0], render: drawing.render, photo: drawing.photo,
          mask: drawing.mask, level: settings.adc.wrongLevel)
        drawing.gradient[1].fill(0)
        drawing.gradient[2].fill(0)
        sums.withView { sums in
          views.withView { views in
            easel.backward(drawing, parameters: parameters, includesAbsolute: false) {
              block, isVisible, _, gradImage, visible in
              guard isVisible else { return }
              let at = block * width
              let shown = gradImage.lanes(ImageGradient.red * width)
              sums.setLanes(at, sums.lanes(at).addingProduct(shown, pixelSize))
              views.setLanes(at, views.lanes(at) + visible.lanes(0))
            }
          }
        }
      }
    }
    return zip(sums, views).map { $1 > 0 ? $0 / $1 : .infinity }
  }

  /// How close renders of the model are to photos, at full size and with all SH bands.
  ///
  /// - Parameter indices: the photos to measure; all if nil.
  public func quality(of photos: TrainingPhotos, at indices: [Int]? = nil) -> [ViewQuality] {
    var settings = RenderSettings()
    settings.isAntialiased = self.settings.isAntialiased
    settings.threads = self.settings.threads
    settings.nearPlane = nearPlane
    if case .color(let red, let green, let blue) = self.settings.background {
      settings.background = SIMD3(red, green, blue)
    }
    let meter = QualityMeter(settings: settings)
    return (indices ?? Array(0..<photos.count)).flatMap {
      meter.quality(of: [photos.view($0)], splats: state.splats)
    }
  }
}

extension Trainer {
  /// Continues from a snapshot of a run with the same views and settings.
  func restore(iteration: Int, seconds: Double, state: ModelState) {
    self.iteration = iteration
    self.seconds = seconds
    self.state = state
  }
}

extension ModelState {
  /// Lends the parameters, the moments and the statistics to `body`.
  @inline(__always)
  package mutating func withViews(
    _ body: (BufferView<Float>, Moments.View, BufferView<Float>) -> Void
  ) {
    splats.parameters.storage.withView { parameters in
      moments.withView { moments in
        statistics.storage.withView { body(parameters, moments, $0) }
      }
    }
  }
}

extension PointCloud {
  /// `count` of the points, drawn without replacement and kept in their order.
  func sampled(_ count: Int, seed: UInt64) -> PointCloud {
    var random = RandomSource(seed: seed, purpose: .initialization, position: 1)
    let chosen = random.shuffled(Array(positions.indices)).prefix(count).sorted()
    return PointCloud(positions: chosen.map { positions[$0] }, colors: chosen.map { colors[$0] })
  }
}
