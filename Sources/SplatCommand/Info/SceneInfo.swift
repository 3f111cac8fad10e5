import SplatCore
import SplatFiles
import Synchronization

/// Describes a scene.
struct SceneInfo {
  /// The scene.
  let scene: Scene
  private let problems: [FileError]
  /// What is odd about the photos.
  private let photoWarnings: [String]
  /// The images in the scene's folder that have no camera.
  private let unregistered: [String]

  init(path: String, options: SceneOptions) throws {
    var problems: [FileError] = []
    scene = try Scene.open(
      path: path, options: options, onBadImage: { problems.append($0) })
    let images = options.imagesFolder
    let read = Self.readPhotos(of: scene)
    self.problems = problems + read.problems
    photoWarnings = read.warnings
    // Scenes in NeRF formats name images by their paths within the scene.
    let start = scene.kind == .nerf ? "\(images)/" : ""
    let folder = images.hasPrefix("/") ? images : "\(scene.path)/\(images)"
    let known = Set(
      scene.views.map(\.name)
        + (scene.views.flatMap { [$0.imagePath, $0.maskPath ?? ""] } + problems.map(\.path)).map {
          start + $0.dropFirst(folder.count + 1)
        })
    unregistered = SceneFiles.images(in: folder).map { start + $0 }.filter { !known.contains($0) }
  }

  /// Reads all photos with their masks, as a training will, but small.
  private static func readPhotos(of scene: Scene) -> (problems: [FileError], warnings: [String]) {
    struct Found {
      var problems: [Int: FileError] = [:]
      var warnings = PhotoWarnings()
      var done = 0
    }
    let views = scene.views
    // The views of a panorama have one photo.
    let files = Dictionary(zip(views.map(\.imagePath), views.indices)) { first, _ in first }
    let indices = files.values.sorted()
    let found = Mutex(Found())
    Scene.forEachPhoto(
      indices.map { views[$0].withoutLens }, options: PhotoOptions(scale: .downscale(checkedScale))
    ) { place, result in
      let index = indices[place]
      var result = result
      // A mask may have small parts that count.
      if (try? result.get())?.isFullyMasked == true {
        result = Result { () throws(FileError) in try views[index].read() }
      }
      let done = found.withLock { found in
        switch result {
        case .success(let photo): found.warnings.add(photo, index)
        case .failure(let error): found.problems[index] = error
        }
        found.done += 1
        return found.done
      }
      if Console.isTerminal { Console.rewrite("reading photos: \(done) of \(indices.count)") }
    }
    if Console.isTerminal { Console.clearLine() }
    let all = found.withLock { $0 }
    return (
      views.indices.compactMap { all.problems[$0] }, all.warnings.texts(of: views)
    )
  }

  /// How much smaller photos are read than they are stored; JPEGs are decoded faster at an eighth.
  private static let checkedScale = 8.0

  /// The number of photos with masks.
  private var masked: Int { scene.views.count { $0.maskPath != nil } }
  /// The number of photos with depth maps.
  private var withDepth: Int { scene.views.count { $0.depth != nil } }
  /// The number of photos whose lenses have distortion.
  private var distorted: Int { scene.views.count { $0.lens != nil && !$0.isPanorama } }
  /// The number of panoramas, each of which has several views.
  private var panoramas: Int { Set(scene.views.filter(\.isPanorama).map(\.imagePath)).count }

  var report: InfoReport { InfoReport(text: text, json: json) }

  /// The sizes of the photos and the number of photos of each, the most frequent first.
  private var sizes: [(size: String, count: Int)] {
    Dictionary(grouping: scene.views) { "\($0.camera.width)x\($0.camera.height)" }
      .map { (size: $0.key, count: $0.value.count) }
      .sorted { ($1.count, $0.size) < ($0.count, $1.size) }
  }

  /// The number of different cameras, by focal length and principal point.
  private var lenses: Int {
    Set(
      scene.views.map {
        [
          $0.camera.focalLength.x, $0.camera.focalLength.y, $0.camera.principalPoint.x,
          $0.camera.principalPoint.y,
        ]
      }
    ).count
  }

  private var lensText: String {
    distorted == 0
      ? "without distortion"
      : "distorted in \(Wording.count(distorted, "photo")); undistorted when they are read"
  }

  private var splitText: String {
    "\(scene.trainViews.count) for training, \(scene.testViews.count) for testing"
      + (scene.splitFile.map { ", by \($0)" } ?? "")
  }

  private var text: String {
    // What is in every scene.
    let sizeText = sizes.prefix(4).map { "\($0.size) (\($0.count))" }.joined(separator: ", ")
    var text = """
      scene         \(scene.path)
      kind          \(scene.kind.rawValue)
      images        \(scene.views.count), \(lenses == 1 ? "one camera" : "\(lenses) cameras")
      sizes         \(sizeText)\(sizes.count > 4 ? " and \(sizes.count - 4) more" : "")
      lenses        \(lensText)
      masks         \(masked == 0 ? "none" : "\(masked) of \(scene.views.count) photos")
      split         \(splitText)
      points        \(Wording.count(scene.points.count))

      """

    // The views of panoramas, which are counted as images.
    if panoramas > 0 {
      let cut = scene.views.count(where: \.isPanorama)
      text += """
        panoramas     \(panoramas), each cut into \(cut / panoramas) of the images when it is read

        """
    }

    if withDepth > 0 {
      text += "depths        \(withDepth) of \(scene.views.count) photos\n"
    }

    // The extent of the points.
    if scene.points.count > 0 {
      let bounds = Bounds(of: scene.points.positions)
      func vector(_ value: SIMD3<Float>) -> String {
        (0..<3).map { Wording.short(Double(value[$0])) }.joined(separator: ", ")
      }
      text += "bounds        \(vector(bounds.low))\n              \(vector(bounds.high))\n"
    }

    if scene.origin != .zero {
      let origin = (0..<3).map { Wording.coordinate(scene.origin[$0]) }.joined(separator: ", ")
      text += "origin        \(origin)\n"
    }

    // What is missing, and what is wrong.
    if !unregistered.isEmpty {
      text += """
        lacks         cameras of \(Wording.count(unregistered.count, "image")): \
        \(Wording.list(unregistered))

        """
    }
    if scene.points.count == 0 {
      text += "lacks         points; training starts from random ones\n"
    }
    for warning in scene.warnings + photoWarnings { text += "warning       \(warning)\n" }
    for problem in problems { text += "bad image     \(problem)\n" }
    return text
  }

  private var json: JSON {
    [
      "kind": .text(scene.kind.rawValue), "path": .text(scene.path),
      "images": .integer(scene.views.count), "cameras": .integer(lenses),
      "train_images": .integer(scene.trainViews.count),
      "test_images": .integer(scene.testViews.count), "points": .integer(scene.points.count),
      "origin": .array((0..<3).map { .number(scene.origin[$0]) }),
      "sizes": .object(sizes.map { ($0.size, .integer($0.count)) }),
      "straightened_images": .integer(distorted), "panoramas": .integer(panoramas),
      "masked_images": .integer(masked), "depth_images": .integer(withDepth),
      "unregistered_images": .array(unregistered.map { .text($0) }),
      "warnings": .array((scene.warnings + photoWarnings).map { .text($0) }),
      "bad_images": .array(problems.map { .text($0.description) }),
    ]
  }
}
