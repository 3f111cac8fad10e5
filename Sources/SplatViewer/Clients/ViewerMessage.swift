import Foundation
import SplatCore
import SplatFiles

/// What the viewer says to a page in text: JSON with a `type`.
enum ViewerMessage {
  /// The first message: what there is to see.
  struct Hello: Encodable {
    let type = "hello"
    var title: String
    var background: [Float]
    var antialias: Bool
    var near: Float
    var up: [Double]
    var center: [Double]
    /// Whether the model is being trained.
    var isTraining: Bool
    var hasPhotos: Bool
    var testNames: [String]
    var largestArea = Look.largestArea
    var largestSavedArea = Look.largestSavedArea

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

  /// The second message: the camera to begin with, and those to jump to.
  static func cameras(_ scene: ViewerScene) throws(FileError) -> String {
    let home = NamedCamera(name: "home", camera: scene.home)
    let list = try CameraPath.text([home] + scene.cameras, path: "cameras")
    return "{\"type\": \"cameras\", \"cameras\": \(list)}"
  }
}

/// What stands before the bytes of a picture: its length in 4 bytes, least first, then this as JSON.
struct PictureHeader: Encodable {
  /// What the bytes are for.
  enum Kind: String, Encodable { case frame, screenshot, photo, points }
  /// How they are compressed.
  enum Format: String, Encodable {
    case jpeg, png
    /// 32-bit floats, x, y and z of each point.
    case floats
  }

  var kind: Kind
  var format: Format
  /// The number to be confirmed with; none for what is not confirmed.
  var picture: Int?
  /// The number of the look, or of the photo's view.
  var serial = 0
  /// The size that was drawn, which is smaller than what was asked for while the camera moves.
  var width = 0
  var height = 0
  /// The milliseconds that drawing and compressing took.
  var drawing = 0.0
  var compressing = 0.0
  /// The number of Gaussians, and of iterations where the model is being trained.
  var splats: Int?
  var iteration: Int?
  /// What the darkest and the brightest colour stand for.
  var range: ColorRange?

  /// The message: the header and `bytes` after it.
  func message(_ bytes: [UInt8]) -> [UInt8] {
    let header = Array(ViewerMessage.text(self).utf8)
    var length = LittleEndianBytes()
    length.append(UInt32(header.count))
    return length.bytes + header + bytes
  }
}
