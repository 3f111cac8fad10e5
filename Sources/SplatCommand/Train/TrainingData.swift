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

  /// Opens the scene at `path` and decodes its photos.
  init(
    scene path: String, photos: TrainingPhotoOptions, size: PhotoSizeOptions,
    threads: ThreadOptions, report: ReportOptions
  ) throws {
    var problems: [FileError] = []
    let scene = try Scene.open(
      path: path, imagesFolder: photos.images, testEvery: photos.eval ? photos.testEvery : 0,
      onBadImage: photos.skipBadImages ? { problems.append($0) } : nil)
    kind = scene.kind
    points = scene.points
    for warning in scene.warnings { Console.warn(warning) }
    let views = scene.views.filter { photos.eval || !$0.isTest }
    let scale = size.scale ?? .full
    let isShown = report.isPlain && Console.isTerminal
    let results = Scene.loadPhotos(views, scale: scale, threads: threads.threads) { done in
      if isShown { Console.rewrite("reading photos: \(done) of \(views.count)") }
    }
    if isShown { Console.rewrite("") }
    let masks = photos.masks.map { Masks(folder: $0.hasPrefix("/") ? $0 : "\(path)/\($0)") }
    for (view, result) in zip(views, results) {
      let photo: Photo
      do throws(FileError) { photo = try result.get() } catch {
        guard photos.skipBadImages else { throw Self.unreadable(error, results) }
        problems.append(error)
        continue
      }
      let mask = try masks?.mask(for: view.name, width: photo.width, height: photo.height)
      let trainingView = TrainingView(
        name: view.name, camera: scale.camera(view.camera), photo: photo, mask: mask)
      if view.isTest { testViews.append(trainingView) } else { trainViews.append(trainingView) }
    }
    skipped = problems.count
    for problem in problems { Console.warn("left out: \(problem)") }
    try masks?.checkUse()
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

  private static func unreadable(_ first: FileError, _ results: [Result<Photo, FileError>])
    -> FileError
  {
    let others = results.count { (try? $0.get()) == nil } - 1
    var error = first
    if others > 0 { error.problem += " (and \(Wording.count(others, "other photo")))" }
    error.problem += "; --skip-bad-images trains without"
    return error
  }
}

/// Masks of photos, in files of the same names.
private final class Masks {
  private let folder: String
  private var found = 0

  init(folder: String) { self.folder = folder }

  /// The mask of the image `name` at the photo's size: 0 where the file is darker than half.
  func mask(for name: String, width: Int, height: Int) throws(FileError) -> [UInt8]? {
    let candidates = ["\(folder)/\(FrameNames.stem(name)).png", "\(folder)/\(name).png"]
    guard let path = candidates.first(where: { FilePaths.isFile($0) }) else { return nil }
    found += 1
    let image = try ImageFile.read(path: path, scaledTo: (width, height))
    return (0..<width * height).map { image.bytes[$0 * image.channels] < 128 ? 0 : 1 }
  }

  /// Throws if no image has a mask, which cannot be meant.
  func checkUse() throws(FileError) {
    guard found == 0 else { return }
    throw FileError(
      .notFound, path: folder, problem: "holds no mask for any image; NAME.png was expected")
  }
}
