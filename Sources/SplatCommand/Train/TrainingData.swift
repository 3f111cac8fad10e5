import SplatCore
import SplatFiles
import SplatTraining
import Synchronization

/// The photos and points of a scene, at the size that training uses.
struct TrainingData {
  /// The scene, without the photos that were left out.
  private let scene: Scene
  private let photoOptions: PhotoOptions
  /// How the scene is stored.
  var kind: Scene.Kind { scene.kind }
  /// The points to start from.
  let points: PointCloud
  /// The photos to train on.
  let train: TrainingPhotos
  /// The photos that were held out.
  let test: TrainingPhotos
  /// All cameras with their names, as `cameras.json` lists them.
  let cameras: [NamedCamera]
  /// Where the photo of each of ``cameras`` is: its place in ``train`` or in ``test``.
  private let places: [PhotoPlace]
  /// Whether photos to train on have an alpha channel.
  let hasAlpha: Bool
  /// The number of photos that were left out because they cannot be read.
  let skipped: Int
  /// The number of photos that have masks.
  let masked: Int
  /// The number of photos to train on that have depth maps.
  let withDepth: Int
  /// The number of points that masks cover.
  let coveredPoints: Int

  private struct PhotoPlace {
    var isTest: Bool
    var index: Int
  }

  /// The photo that one of ``cameras`` took.
  func photo(ofCamera index: Int) -> Photo? {
    guard places.indices.contains(index) else { return nil }
    return (places[index].isTest ? test : train).original(places[index].index)?.photo
  }

  /// The cameras with those of the photos of ``train`` replaced.
  func cameras(refined: [Camera]) -> [NamedCamera] {
    zip(cameras, places).map { named, place in
      place.isTest ? named : NamedCamera(name: named.name, camera: refined[place.index])
    }
  }

  /// The scene, straightened, with the cameras of the photos of ``train`` where `refined` has them.
  func straightenedScene(refined: [Camera]) -> StraightenedScene {
    let moved = Dictionary(
      uniqueKeysWithValues: cameras(refined: refined).map { ($0.name, $0.camera.viewMatrix) })
    var scene = scene
    for index in scene.views.indices {
      guard let view = moved[scene.views[index].name] else { continue }
      scene.views[index].camera.viewMatrix = view
    }
    return StraightenedScene(scene, options: photoOptions)
  }

  /// The names of the photos that were held out.
  var testNames: Set<String> {
    Set(cameras.indices.filter { places[$0].isTest }.map { cameras[$0].name })
  }

  /// The results of decoding the photos.
  private struct Decoded {
    var votes: MaskVotes
    var views: [Int: TrainingView] = [:]
    var digests: [Int: UInt64] = [:]
    var stops: [Int: Double] = [:]
    var problems: [Int: FileError] = [:]
    var masked = 0
    var transparent: Set<Int> = []
    var warnings = PhotoWarnings()
    var done = 0
  }

  /// Decodes the photos of a scene, and keeps those in memory that `shares` has room for.
  init(_ source: TrainingSource, shares: MemoryShares, threads: Int?, report: ReportOptions) throws
  {
    // Decode all photos: their masks vote on the points, and photos are kept if there is room.
    let (views, options) = (source.views, source.photoOptions)
    let isShown = report.isPlain && Console.isTerminal
    let keepsAll = shares.photoCache == nil
    // Voting visits every point for every photo.
    let mayBeMasked = options.alpha == .mask || views.contains { $0.maskPath != nil }
    let decoded = Mutex(Decoded(votes: MaskVotes(points: source.scene.points)))
    Scene.forEachPhoto(views, options: options, threads: threads) { index, result in
      let view = result.map { TrainingView(views[index], $0, scale: options.scale) }
      let digest = keepsAll ? nil : (try? view.get())?.digest
      let done = decoded.withLock { decoded in
        switch (view, result) {
        case (.success(let view), .success(let photo)):
          if mayBeMasked { decoded.votes.add(photo, camera: view.camera) }
          if photo.mask != nil { decoded.masked += 1 }
          decoded.warnings.add(photo, index)
          if view.photo.channels == 4 { decoded.transparent.insert(index) }
          if keepsAll { decoded.views[index] = view }
          decoded.digests[index] = digest
          decoded.stops[index] = view.stops
        case (.failure(let error), _), (_, .failure(let error)): decoded.problems[index] = error
        }
        decoded.done += 1
        return decoded.done
      }
      if isShown { Console.rewrite("reading photos: \(done) of \(views.count)") }
    }
    if isShown { Console.clearLine() }
    // Leave out photos that cannot be read, if that is allowed.
    let found = decoded.withLock { $0 }
    let good = views.indices.filter { found.problems[$0] == nil }
    let problems = views.indices.compactMap { found.problems[$0] }
    if !source.skipsBadImages, !problems.isEmpty { throw Self.unreadable(problems) }
    for problem in source.problems + problems { Console.warn("left out: \(problem)") }
    for warning in found.warnings.texts(of: views) { Console.warn(warning) }
    let training = good.filter { !views[$0].isTest }
    if !training.isEmpty, found.warnings.fullyMasked.isSuperset(of: training) {
      throw CommandFailure(
        """
        \(source.scene.path): masks cover every photo to train on, so that nothing could be \
        learnt; masks are white where pixels count, and --invert-masks turns them round
        """, exitCode: CommandFailure.badData)
    }
    guard !training.isEmpty else {
      throw CommandFailure(
        """
        \(source.scene.path): no photos are left to train on (the scene has \
        \(Wording.count(source.scene.views.count, "image")))
        """, exitCode: CommandFailure.badData)
    }
    // Photos that are not kept are read again when they are needed.
    func photos(_ indices: [Int], cache: Int) -> TrainingPhotos {
      if keepsAll { return TrainingPhotos(indices.compactMap { found.views[$0] }) }
      return TrainingPhotos(
        cameras: indices.map { options.scale.camera(views[$0].camera) },
        digests: indices.map { found.digests[$0] ?? 0 },
        stops: indices.map { found.stops[$0] },
        hasDepth: indices.contains { views[$0].depth != nil }, cacheBytes: cache
      ) { place in
        let view = views[indices[place]]
        return TrainingView(view, try view.read(options), scale: options.scale)
      }
    }
    train = photos(training, cache: shares.photoCache ?? .max)
    // A photo that masks cover says nothing of the model, unless they mean that nothing is there.
    let testing = good.filter {
      views[$0].isTest
        && (options.masks == .transparent || !found.warnings.fullyMasked.contains($0))
    }
    test = photos(testing, cache: 0)
    // Describe what was found.
    let bad = Set(views.indices.filter { found.problems[$0] != nil }.map { views[$0].name })
    var scene = source.scene
    scene.views.removeAll { bad.contains($0.name) }
    self.scene = scene
    photoOptions = options
    points = found.votes.kept
    coveredPoints = source.scene.points.count - points.count
    masked = found.masked
    withDepth = training.count { views[$0].depth != nil }
    hasAlpha = training.contains { found.transparent.contains($0) }
    skipped = source.problems.count + problems.count
    // List all cameras in the order of their names, with the places of their photos.
    let places =
      training.enumerated().map { ($1, PhotoPlace(isTest: false, index: $0)) }
      + testing.enumerated().map { ($1, PhotoPlace(isTest: true, index: $0)) }
    let listed = places.sorted { views[$0.0].name < views[$1.0].name }
    cameras = listed.map {
      NamedCamera(name: views[$0.0].name, camera: options.scale.camera(views[$0.0].camera))
    }
    self.places = listed.map(\.1)
  }

  private static func unreadable(_ problems: [FileError]) -> FileError {
    var error = problems[0]
    let others = problems.count - 1
    if others > 0 { error.problem += " (and \(Wording.count(others, "other photo")))" }
    error.problem += "; --skip-bad-images trains without"
    return error
  }
}
