// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

// Each setting's declaration says what it means.
public import SplatCore

/// Every choice that a training run depends on.
public struct TrainingSettings: SettingsGroup {
  @Setting(
    "The number of iterations; each learns from one photo.",
    unit: "iterations", range: 1...100_000_000)
  public var iterations = 30_000
  @Setting(
    """
    The number of photos that a step learns from. Its gradient is their mean, its learning rates \
    grow with the square root of the number, and all else is counted in photos.
    """, unit: "photos", range: 1...1000)
  public var batch = 1
  @Setting(
    "The longest time that training takes; the schedules then follow the time.",
    unit: "seconds", range: 0.001...100_000_000, unset: "no limit")
  public var timeLimit: Double? = nil
  @Setting("How Gaussians are added and removed.")
  public var strategy = DensificationStrategy.split
  @Setting(
    "The largest number of Gaussians.", unit: "Gaussians", range: 1...50_000_000,
    unset: """
      with split two for every 64 pixels of the photos, of which one is left in the end, within \
      20,000...1,000,000 of these, or more if a photo shows little of the scene; otherwise one at \
      any time. Smaller photos count as if they were as large as the largest quarter
      """)
  public var maximumSplats: Int? = nil
  @Setting("The highest SH degree: 0 gives colours that do not depend on the view.", range: 0...3)
  public var shDegree = 3
  @Setting(
    "The SH degree in use grows by one every this many iterations.",
    unit: "iterations", range: 1...1e9)
  public var shInterval = 1000
  @Setting(
    "In short runs it grows by one every this share of the run.", range: 0.0001...1)
  public var shShare = 0.1
  // They change slowly and make up three quarters of a Gaussian.
  @Setting(
    "SH coefficients other than the constant take a step every this many iterations.",
    unit: "iterations", range: 1...1e9)
  public var shRestInterval = 4
  @Setting("The seed of all random choices.")
  public var seed: UInt64 = 0
  // Without it, a model suits the size of its photos only.
  @Setting("Train for antialiased rendering: opacities compensate for the low-pass filter.")
  public var isAntialiased = true
  @Setting(
    """
    What lies behind the scene; random is a new colour in every iteration. Unless set, splat train \
    takes the colour of a plain backdrop.
    """)
  public var background = TrainingBackground.random
  @Setting("What lies behind the scene when the model is shown and measured, if that is random.")
  public var shownBackground = TrainingBackground.color(red: 0, green: 0, blue: 0)
  // As in the 3DGS release: closer to the camera a Gaussian no longer looks like an ellipse, and
  // Gaussians learnt from cameras on the other side of the scene cover the picture. Training uses a
  // nearer plane, so that nothing accumulates in front of the cameras.
  @Setting("The near plane to draw the model with.", unit: "world units", range: 1e-9...)
  public var nearPlane: Float = 0.2
  @Setting(
    "The largest near plane to draw the model with; it counts in small scenes.",
    unit: "scene extents", range: 1e-9...)
  public var nearPlaneShare: Float = 0.03
  @Setting(
    "The largest near plane to learn photos with; it counts in small scenes.",
    unit: "scene extents", range: 1e-9...)
  public var trainingNearPlaneShare: Float = 0.01
  @Setting(
    """
    No Gaussian is kept nearer to a camera than this share of the distance from it to the nearest \
    points that training starts from; 0 keeps all.
    """, range: 0...1)
  public var clearance: Float = 0.5
  @Setting(
    "Which of a camera's nearest points counts for the clearance, so that a few wrong ones do not.",
    unit: "points", range: 1...1000)
  public var clearanceNeighbor = 10
  @Setting(
    "The opacity of the Gaussians that training starts from.", range: 0.0001...0.9999,
    unset: "0.1, or 0.5 for points where there are 12 photos or fewer")
  public var initialOpacity: Float? = nil
  @Setting(
    """
    Groups of parameters that stay as they are; with means, scales or opacities among them, no \
    Gaussian is added or taken away either.
    """, unset: "none")
  public var frozen = FrozenParameters()
  @Setting("Whether to train on the photos' own size or on small ones first.")
  public var schedule = ResolutionScheduleKind.progressive
  @Setting("The weight of 1 - SSIM in the loss; L1 has the rest.", range: 0...1)
  public var dssimWeight: Float = 0.4
  @Setting(
    """
    The share of the Gaussians that a render leaves out at random, when each photo has been learnt \
    from `dropoutVisits` times; it grows evenly until then.
    """, range: 0...0.9,
    unset: """
      0.4 where at most two photos, on average, see a point from nearly the same direction; less \
      where more do, and 0 from four on or without points
      """)
  public var dropout: Float? = nil
  @Setting(
    "How often each photo has been learnt from when `dropout` is reached.", unit: "visits",
    range: 1...1e9)
  public var dropoutVisits = 200
  @Setting(
    "The number of threads; the result is the same for any.",
    unit: "threads", range: 1...1024, unset: "all cores")
  public var threads: Int? = nil

  /// The learning rates.
  public var rates = LearningRates()
  /// The constants of Adam's update.
  public var adam = AdamSettings()
  /// The settings of the photos' appearances.
  public var appearance = AppearanceSettings()
  /// The settings of the cameras' poses.
  public var poses = PoseSettings()
  /// The settings of learning less from what does not fit.
  public var robust = RobustSettings()
  /// The settings of learning from depths.
  public var depth = DepthSettings()
  /// The settings of ``ResolutionScheduleKind/progressive``.
  public var resolution = ResolutionSettings()
  /// The settings of ``DensificationStrategy/split``.
  public var split = SplitSettings()
  /// The settings of ``DensificationStrategy/adc``.
  public var adc = AdaptiveDensitySettings()
  /// The settings of ``DensificationStrategy/mcmc``.
  public var mcmc = MonteCarloSettings()

  /// Creates the default settings.
  public init() {}

  /// The colour behind the scene when the model is shown and measured.
  public var plainBackground: SIMD3<Float> { background.color ?? shownBackground.color ?? .zero }

  /// Up to so many photos are few.
  private static let fewPhotos = 12

  /// The opacity of the Gaussians that a run on so many photos starts from: ``initialOpacity`` or,
  /// if that is not set, one that suits their number and whether there are points.
  ///
  /// Many photos show what is where, and what is wrong can go away quickly if it is faint. Where
  /// few photos show little, the points know better.
  func initialOpacity(photos: Int, points: Int) -> Float {
    initialOpacity ?? (photos <= Self.fewPhotos && points > 0 ? 0.5 : 0.1)
  }

  /// The largest share of Gaussians that are left out unless one is chosen, for so many photos from
  /// nearly the same direction or fewer; more than the other number need none.
  private static let largestDropout = 0.4, sparsePhotos = 2.0, densePhotos = 4.0

  /// The share of Gaussians that a long run on photos of `cameras` leaves out of a render:
  /// ``dropout`` or, if that is not set, one that suits how densely they see the scene's `points`.
  ///
  /// Where only few photos see a surface from a direction, things in front of it that none of the
  /// others shows can stand for it.
  package func dropout(for cameras: [Camera], points: [SIMD3<Float>], workers: Workers) -> Float {
    if let dropout { return dropout }
    let photos = ViewDensity.photos(cameras, points: points, workers: workers)
    let share = (Self.densePhotos - (photos ?? .infinity)) / (Self.densePhotos - Self.sparsePhotos)
    return Float(Self.largestDropout * min(max(share, 0), 1))
  }

  /// The largest number of Gaussians that a model of a room ends with, unless one is chosen.
  private static let mostOfRoom = 1_000_000

  /// The largest number of Gaussians at any time of a run on photos of `cameras`:
  /// ``maximumSplats`` or, if that is not set, as many as leave one for every 64 pixels, within
  /// 20,000...1,000,000, at its end. There may be more in a scene of whose `points` photos show less
  /// than 15 % on average: as many times as that is less.
  ///
  /// Of photos of several sizes, the larger ones decide what there is to show: all count as if they
  /// had the size that a quarter of them reaches.
  public func maximumSplats(for cameras: [Camera], points: [SIMD3<Float>] = []) -> Int {
    if let maximumSplats { return maximumSplats }
    let areas = cameras.map { $0.width * $0.height }.sorted()
    let pixels = areas.isEmpty ? 0 : areas.count * areas[areas.count - 1 - areas.count / 4]
    var last = max(pixels / 64, 20_000)
    if last > Self.mostOfRoom {
      let rooms = SceneSize.rooms(cameras: cameras, points: points)
      last = min(last, Int(Double(Self.mostOfRoom) * rooms))
    }
    return Int(Double(last) / densityControl.keptShare)
  }

  /// The largest number of Gaussians at the end of a run that has `maximum` at any time.
  public func keptSplats(ofAtMost maximum: Int) -> Int {
    maximumSplats == nil
      ? max(1, Int((Double(maximum) * densityControl.keptShare).rounded())) : maximum
  }
}
