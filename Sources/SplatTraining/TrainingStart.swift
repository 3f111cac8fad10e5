public import SplatCore

/// What a run starts from: Gaussians, and what is known about the scene.
struct TrainingStart {
  let splats: Splats
  /// Places on surfaces of the scene, in world units; none if they are not known.
  let points: [SIMD3<Float>]
  /// The SH degree in use from the start; higher bands follow later.
  let shDegree: Int
  /// The largest number of Gaussians at any time.
  let maximumSplats: Int
  /// The size of the scene, in world units.
  let extent: Float
  /// The number of rooms that the scene is as large as.
  let rooms: Double
  /// The space in which no Gaussian is kept.
  let freeSpace: FreeSpace

  /// Starts from `splats`, whose SH degree becomes that of the settings, in a scene with `points`.
  init(
    splats: Splats, points: PointCloud, photos: TrainingPhotos, settings: TrainingSettings
  ) throws(TrainingError) {
    shDegree = min(splats.shDegree, settings.shDegree)
    var start =
      splats.shDegree == settings.shDegree
      ? splats : splats.withHarmonics(degree: settings.shDegree)
    start.isAntialiased = settings.isAntialiased
    self.splats = start
    self.points = points.positions
    maximumSplats = try Self.maximumSplats(photos, points, settings)
    rooms = SceneSize.rooms(cameras: photos.cameras, points: points.positions)
    extent = SceneExtent.of(cameras: photos.cameras, points: splats.means)
    freeSpace = .none
  }

  /// Starts from Gaussians at `points` or, if there are none, at random positions.
  init(points: PointCloud, photos: TrainingPhotos, settings: TrainingSettings)
    throws(TrainingError)
  {
    let cap = try Self.maximumSplats(photos, points, settings)
    var cloud = points
    if cloud.count == 0 {
      cloud = SplatInitialization.randomPoints(
        count: min(cap, max(Self.fewestRandomPoints, settings.keptSplats(ofAtMost: cap) / 4)),
        cameras: photos.cameras,
        seed: settings.seed)
    }
    if cloud.count > cap { cloud = cloud.sampled(cap, seed: settings.seed) }
    extent = SceneExtent.of(cameras: photos.cameras, points: cloud.positions)
    var splats = SplatInitialization.splats(
      from: cloud, shDegree: settings.shDegree,
      opacity: settings.initialOpacity(photos: photos.count, points: points.count), extent: extent,
      workers: Workers(threads: settings.threads))
    guard splats.count > 0 else {
      throw TrainingError(description: "none of the \(points.count) points has a finite position")
    }
    splats.isAntialiased = settings.isAntialiased
    self.splats = splats
    self.points = points.positions
    shDegree = 0
    maximumSplats = cap
    rooms = SceneSize.rooms(cameras: photos.cameras, points: points.positions)
    // Random points say nothing about where things are.
    freeSpace = FreeSpace(
      cameras: photos.cameras, points: points.count == 0 ? [] : splats.means,
      share: settings.clearance, neighbor: settings.clearanceNeighbor)
  }

  /// A run without points starts from at least this many, if that many are allowed.
  private static let fewestRandomPoints = 1000

  /// The largest number of Gaussians of a run, which must have photos.
  private static func maximumSplats(
    _ photos: TrainingPhotos, _ points: PointCloud, _ settings: TrainingSettings
  ) throws(TrainingError) -> Int {
    if let problem = settings.problem { throw TrainingError(description: "\(problem)") }
    try settings.check(photos: photos.count)
    let cap = settings.maximumSplats(for: photos.cameras, points: points.positions)
    guard cap > 0 else {
      throw TrainingError(
        description: "the number of Gaussians allowed is \(cap); 1 or more is needed")
    }
    return cap
  }
}

extension TrainingSettings {
  /// Checks that there are enough photos to train on.
  ///
  /// - Throws: ``TrainingError`` if there are none, or fewer than a step learns from.
  public func check(photos count: Int) throws(TrainingError) {
    guard count > 0 else { throw TrainingError(description: "there are no photos to train on") }
    guard batch <= count else {
      throw TrainingError(
        description: """
          batch: a step of \(batch) photos was asked for, and there are \(count) to train on
          """)
    }
  }
}

extension Trainer {
  /// Prepares a run on `views`, from Gaussians at `points` or, if there are none, at random
  /// positions.
  ///
  /// - Throws: ``TrainingError`` if there is nothing to train on.
  public convenience init(
    views: [TrainingView], points: PointCloud, settings: TrainingSettings
  ) throws(TrainingError) {
    try self.init(photos: TrainingPhotos(views), points: points, settings: settings)
  }

  /// Prepares a run on `photos`, from Gaussians at `points` or, if there are none, at random
  /// positions.
  ///
  /// - Throws: ``TrainingError`` if there is nothing to train on.
  public convenience init(
    photos: TrainingPhotos, points: PointCloud, settings: TrainingSettings
  ) throws(TrainingError) {
    try self.init(photos: photos, points: points, settings: settings, ranks: nil)
  }

  /// The same, in one of the processes that train the model together.
  package convenience init(
    photos: TrainingPhotos, points: PointCloud, settings: TrainingSettings, ranks: (any Ranks)?
  ) throws(TrainingError) {
    try self.init(
      photos: photos, start: TrainingStart(points: points, photos: photos, settings: settings),
      settings: settings, ranks: ranks)
  }

  /// Prepares a run on `views` from `splats`, which get the SH degree of the settings.
  ///
  /// - Throws: ``TrainingError`` if there is nothing to train on.
  public convenience init(views: [TrainingView], splats: Splats, settings: TrainingSettings)
    throws(TrainingError)
  {
    try self.init(photos: TrainingPhotos(views), splats: splats, settings: settings)
  }

  /// Prepares a run on `photos` from `splats`, which get the SH degree of the settings.
  ///
  /// Photos, model and points are in the same frame of reference.
  ///
  /// - Parameters:
  ///   - photos: the photos.
  ///   - splats: the model to start from.
  ///   - points: the scene's points, which depths are compared with.
  ///   - settings: the settings of the run.
  /// - Throws: ``TrainingError`` if there is nothing to train on.
  public convenience init(
    photos: TrainingPhotos, splats: Splats, points: PointCloud = PointCloud(),
    settings: TrainingSettings
  ) throws(TrainingError) {
    try self.init(
      photos: photos, splats: splats, points: points, settings: settings, ranks: nil)
  }

  /// The same, in one of the processes that train the model together.
  package convenience init(
    photos: TrainingPhotos, splats: Splats, points: PointCloud, settings: TrainingSettings,
    ranks: (any Ranks)?
  ) throws(TrainingError) {
    guard splats.count > 0 else {
      throw TrainingError(description: "the model to start from has no Gaussians")
    }
    try self.init(
      photos: photos,
      start: TrainingStart(splats: splats, points: points, photos: photos, settings: settings),
      settings: settings, ranks: ranks)
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
