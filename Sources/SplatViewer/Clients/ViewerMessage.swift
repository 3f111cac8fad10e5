import SplatCore
import SplatFiles
import SplatPlatform

/// The texts that the viewer sends to a page: JSON with a `type`.
enum ViewerMessage {
  /// The first message: what the scene is.
  struct Hello: Encodable {
    let type = "hello"
    var title: String
    var background: [Float]
    var antialias: Bool
    var near: Float
    var up: [Double]
    var center: [Double]
    /// Whether the page shows a training.
    var isTraining: Bool
    var hasPhotos: Bool
    var testNames: [String]
    var largestSavedArea = ViewRequest.largestSavedArea

    init(_ scene: ViewerScene, isTraining: Bool) {
      title = scene.title
      background = (0..<3).map { scene.background[$0] }
      antialias = scene.isAntialiased
      near = scene.nearPlane
      up = (0..<3).map { scene.up[$0] }
      center = (0..<3).map { scene.center[$0] }
      self.isTraining = isTraining
      hasPhotos = scene.photo != nil
      testNames = scene.testNames.sorted()
    }
  }

  /// The text of a message.
  static func text(_ message: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    // Numbers, texts and arrays of them can always be encoded.
    let data = (try? encoder.encode(message)) ?? Data("{}".utf8)
    return String(decoding: data, as: UTF8.self)
  }

  /// The second message: the first camera of the page, and those to jump to.
  static func cameras(_ scene: ViewerScene) throws(FileError) -> String {
    let home = NamedCamera(name: "home", camera: scene.home)
    let list = try CameraPath.text([home] + scene.cameras, path: "cameras")
    return "{\"type\": \"cameras\", \"cameras\": \(list)}"
  }
}
