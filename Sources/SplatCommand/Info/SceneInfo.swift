import SplatCore
import SplatFiles

/// What is in a scene.
struct SceneInfo {
  private let scene: Scene
  private let problems: [FileError]

  init(path: String, images: String, testEvery: Int) throws {
    var problems: [FileError] = []
    scene = try Scene.open(
      path: path, imagesFolder: images, testEvery: testEvery, onBadImage: { problems.append($0) })
    self.problems = problems
  }

  var report: InfoReport { InfoReport(text: text, json: json) }

  /// The sizes of the photos, and how many have each, the most frequent first.
  private var sizes: [(size: String, count: Int)] {
    Dictionary(grouping: scene.views) { "\($0.camera.width)x\($0.camera.height)" }
      .map { (size: $0.key, count: $0.value.count) }
      .sorted { ($1.count, $0.size) < ($0.count, $1.size) }
  }

  /// The number of different lenses.
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

  private var text: String {
    let sizeText = sizes.prefix(4).map { "\($0.size) (\($0.count))" }.joined(separator: ", ")
    var text = """
      scene         \(scene.path)
      kind          \(scene.kind.rawValue)
      images        \(scene.views.count), \(lenses == 1 ? "one camera" : "\(lenses) cameras")
      sizes         \(sizeText)\(sizes.count > 4 ? " and \(sizes.count - 4) more" : "")
      split         \(scene.trainViews.count) for training, \(scene.testViews.count) for testing
      points        \(Wording.count(scene.points.count))

      """
    if let (low, high) = bounds {
      func vector(_ value: SIMD3<Float>) -> String {
        (0..<3).map { Wording.short(Double(value[$0])) }.joined(separator: ", ")
      }
      text += "bounds        \(vector(low))\n              \(vector(high))\n"
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
      "warnings": .array(scene.warnings.map { .text($0) }),
      "bad_images": .array(problems.map { .text($0.description) }),
    ]
  }

  private var bounds: (low: SIMD3<Float>, high: SIMD3<Float>)? {
    guard let first = scene.points.positions.first else { return nil }
    return scene.points.positions.reduce(into: (first, first)) { bounds, point in
      bounds.0 = pointwiseMin(bounds.0, point)
      bounds.1 = pointwiseMax(bounds.1, point)
    }
  }
}
