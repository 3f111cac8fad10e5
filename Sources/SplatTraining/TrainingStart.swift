public import SplatCore

/// What a run starts from: Gaussians, and what is known of the scene.
struct TrainingStart {
  let splats: Splats
  /// The largest number of Gaussians there ever are.
  let maximumSplats: Int
  /// The size of the scene, in world units.
  let extent: Float
  /// Where nothing is kept.
  let freeSpace: FreeSpace

  /// Starts from `splats`.
  init(splats: Splats, photos: TrainingPhotos, settings: TrainingSettings) throws(TrainingError) {
    self.splats = splats
    maximumSplats = try Self.maximumSplats(photos, settings)
    extent = SceneExtent.of(cameras: photos.cameras, points: splats.means)
    freeSpace = .none
  }

  /// Starts from Gaussians at `points` or, if there are none, at random positions.
  init(points: PointCloud, photos: TrainingPhotos, settings: TrainingSettings)
    throws(TrainingError)
  {
    let cap = try Self.maximumSplats(photos, settings)
    var cloud = points
    if cloud.count == 0 {
      cloud = SplatInitialization.randomPoints(
        count: min(cap, max(Self.fewestRandomPoints, cap / 4)), cameras: photos.cameras,
        seed: settings.seed)
    }
    if cloud.count > cap { cloud = cloud.sampled(cap, seed: settings.seed) }
    extent = SceneExtent.of(cameras: photos.cameras, points: cloud.positions)
    var splats = SplatInitialization.splats(
      from: cloud, shDegree: settings.shDegree, extent: extent,
      workers: Workers(threads: settings.threads))
    guard splats.count > 0 else {
      throw TrainingError(description: "none of the \(points.count) points has a finite position")
    }
    splats.isAntialiased = settings.isAntialiased
    self.splats = splats
    maximumSplats = cap
    // Points at random positions say nothing of where things are.
    freeSpace = FreeSpace(
      cameras: photos.cameras, points: points.count == 0 ? [] : splats.means,
      share: settings.clearance)
  }

  /// A run without points starts from this many at least, where so many are allowed.
  private static let fewestRandomPoints = 1000

  /// The largest number of Gaussians of a run, which has photos.
  private static func maximumSplats(_ photos: TrainingPhotos, _ settings: TrainingSettings)
    throws(TrainingError) -> Int
  {
    guard photos.count > 0 else {
      throw TrainingError(description: "there are no photos to train on")
    }
    let cap = settings.maximumSplats ?? Trainer.defaultMaximumSplats(for: photos.cameras)
    guard cap > 0 else {
      throw TrainingError(
        description: "the number of Gaussians allowed is \(cap); 1 or more is needed")
    }
    return cap
  }
}

extension Trainer {
  /// Prepares a run on `views`, from Gaussians at `points` or, if there are none, at random positions.
  ///
  /// - Throws: ``TrainingError`` if there is nothing to learn from.
  public convenience init(
    views: [TrainingView], points: PointCloud, settings: TrainingSettings
  ) throws(TrainingError) {
    try self.init(photos: TrainingPhotos(views), points: points, settings: settings)
  }

  /// Prepares a run on `photos`, from Gaussians at `points` or, if there are none, at random positions.
  ///
  /// - Throws: ``TrainingError`` if there is nothing to learn from.
  public convenience init(
    photos: TrainingPhotos, points: PointCloud, settings: TrainingSettings
  ) throws(TrainingError) {
    try self.init(
      photos: photos, start: TrainingStart(points: points, photos: photos, settings: settings),
      settings: settings)
  }

  /// Prepares a run on `views` from `splats`.
  ///
  /// - Throws: ``TrainingError`` if there is nothing to learn from.
  public convenience init(views: [TrainingView], splats: Splats, settings: TrainingSettings)
    throws(TrainingError)
  {
    let photos = TrainingPhotos(views)
    try self.init(
      photos: photos, start: TrainingStart(splats: splats, photos: photos, settings: settings),
      settings: settings)
  }

  /// One Gaussian for every 50 pixels that there are to learn from, within 20,000...1,000,000.
  public static func defaultMaximumSplats(for cameras: [Camera]) -> Int {
    let pixels = cameras.reduce(0) { $0 + $1.width * $1.height }
    return min(max(pixels / 50, 20_000), 1_000_000)
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
