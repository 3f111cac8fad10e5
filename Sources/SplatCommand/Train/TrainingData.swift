import SplatCore
import SplatFiles
import SplatTraining

/// The photos and points of a scene, decoded and at the size that training uses.
struct TrainingData {
  /// How the scene is stored.
  let kind: Scene.Kind
  /// The points to start from.
  let points: PointCloud
  /// The photos to learn from.
  private(set) var trainViews: [TrainingView] = []
  /// The photos that were held out.
  private(set) var testViews: [TrainingView] = []
  /// The number of photos that were left out because they cannot be read.
  let skipped: Int

  /// The number of photos that have masks.
  private(set) var masked = 0
  /// The number of points that masks cover.
  let coveredPoints: Int

  /// Opens the scene at `path` and decodes its photos.
  init(
    scene path: String, photos: TrainingPhotoOptions, masks: MaskOptions, size: PhotoSizeOptions,
    threads: ThreadOptions, report: ReportOptions
  ) throws {
    var problems: [FileError] = []
    let scene = try Scene.open(
      path: path,
      options: masks.sceneOptions(
        images: photos.images, testEvery: photos.eval ? photos.testEvery : 0),
      onBadImage: photos.skipBadImages ? { problems.append($0) } : nil)
    kind = scene.kind
    for warning in scene.warnings { Console.warn(warning) }
    let views = scene.views.filter { photos.eval || !$0.isTest }
    let options = masks.photoOptions(scale: size.scale)
    let isShown = report.isPlain && Console.isTerminal
    let results = Scene.loadPhotos(views, options: options, threads: threads.threads) { done in
      if isShown { Console.rewrite("reading photos: \(done) of \(views.count)") }
    }
    if isShown { Console.clearLine() }
    var votes = MaskVotes(points: scene.points)
    for (view, result) in zip(views, results) {
      let read: ScenePhoto
      do throws(FileError) { read = try result.get() } catch {
        guard photos.skipBadImages else { throw Self.unreadable(error, results) }
        problems.append(error)
        continue
      }
      if read.mask != nil { masked += 1 }
      let trainingView = TrainingView(view, read, scale: options.scale)
      votes.add(read, camera: trainingView.camera)
      if view.isTest { testViews.append(trainingView) } else { trainViews.append(trainingView) }
    }
    points = votes.kept
    coveredPoints = scene.points.count - points.count
    skipped = problems.count
    for problem in problems { Console.warn("left out: \(problem)") }
    guard !trainViews.isEmpty else {
      throw CommandFailure(
        "\(path): no photos are left to train on (\(Wording.count(scene.views.count, "image")) in the scene)",
        exitCode: CommandFailure.badData)
    }
  }

  /// Whether photos have an alpha channel.
  var hasAlpha: Bool { trainViews.contains { $0.photo.channels == 4 } }

  /// The bytes that the decoded photos and masks take.
  var photoBytes: Int {
    (trainViews + testViews).reduce(0) { $0 + $1.photo.bytes.count + ($1.mask?.count ?? 0) }
  }

  /// All cameras with their names, as `cameras.json` lists them.
  var cameras: [NamedCamera] {
    (trainViews + testViews).map { NamedCamera(name: $0.name, camera: $0.camera) }
      .sorted { $0.name < $1.name }
  }

  private static func unreadable(_ first: FileError, _ results: [Result<ScenePhoto, FileError>])
    -> FileError
  {
    let others = results.count { (try? $0.get()) == nil } - 1
    var error = first
    if others > 0 { error.problem += " (and \(Wording.count(others, "other photo")))" }
    error.problem += "; --skip-bad-images trains without"
    return error
  }
}

extension TrainingView {
  /// A view of a scene with what was read for it at `scale`.
  init(_ view: SceneView, _ read: ScenePhoto, scale: PhotoScale) {
    self.init(
      name: view.name, camera: scale.camera(view.camera), photo: read.photo, mask: read.validity)
  }
}
