import SplatCore
import SplatFiles

/// Describes a scene.
struct SceneInfo {
  /// The scene.
  let scene: Scene
  private let problems: [FileError]
  /// The images in the scene's folder that have no camera.
  private let unregistered: [String]

  init(path: String, images: String, testEvery: Int) throws {
    var problems: [FileError] = []
    scene = try Scene.open(
      path: path, imagesFolder: images, testEvery: testEvery, onBadImage: { problems.append($0) })
    self.problems = problems
    // Scenes in NeRF formats name images by their paths within the scene.
    let start = scene.kind == .nerf ? "\(images)/" : ""
    let folder = images.hasPrefix("/") ? images : "\(scene.path)/\(images)"
    let known = Set(
      scene.views.map(\.name) + problems.map { String($0.path.dropFirst(folder.count + 1)) })
    unregistered = SceneFiles.images(in: folder).map { start + $0 }.filter { !known.contains($0) }
  }

  /// The number of photos with masks.
  private var masked: Int { scene.views.count { $0.maskPath != nil } }
  /// The number of photos whose lenses have distortion.
  private var distorted: Int { scene.views.count { $0.lens != nil } }

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
      split         \(scene.trainViews.count) for training, \(scene.testViews.count) for testing
      points        \(Wording.count(scene.points.count))

      """

    // The extent of the points.
    if scene.points.count > 0 {
      let bounds = Bounds(of: scene.points.positions)
      func vector(_ value: SIMD3<Float>) -> String {
        (0..<3).map { Wording.short(Double(value[$0])) }.joined(separator: ", ")
      }
      text += "bounds        \(vector(bounds.low))\n              \(vector(bounds.high))\n"
    }

    // What is missing, and what is wrong.
    if !unregistered.isEmpty {
      let names = unregistered.prefix(5).joined(separator: ", ")
      let more = unregistered.count > 5 ? " and \(unregistered.count - 5) more" : ""
      text +=
        "lacks         cameras of \(Wording.count(unregistered.count, "image")): \(names)\(more)\n"
    }
    if scene.points.count == 0 {
      text += "lacks         points; training starts from random ones\n"
    }
    for warning in scene.warnings { text += "warning       \(warning)\n" }
    for problem in problems { text += "bad image     \(problem)\n" }
    return text
  }

  private var json: JSON {
    [
      "kind": .text(scene.kind.rawValue), "path": .text(scene.path),
      "images": .integer(scene.views.count), "cameras": .integer(lenses),
      "train_images": .integer(scene.trainViews.count),
      "test_images": .integer(scene.testViews.count), "points": .integer(scene.points.count),
      "sizes": .object(sizes.map { ($0.size, .integer($0.count)) }),
      "straightened_images": .integer(distorted), "masked_images": .integer(masked),
      "unregistered_images": .array(unregistered.map { .text($0) }),
      "warnings": .array(scene.warnings.map { .text($0) }),
      "bad_images": .array(problems.map { .text($0.description) }),
    ]
  }
}
