import Foundation
import SplatCore
import SplatFiles
import SplatTestSupport
import SplatViewer

/// Messages of a page, as its script writes them.
enum Messages {
  static let camera = SyntheticScene.cameras(count: 3, width: 64, height: 48)[1]

  /// A view request, or another request with a camera.
  static func view(
    _ serial: Int, camera: Camera = camera, isMoving: Bool = false, style: String = "color",
    type: String = "view"
  ) throws -> String {
    // The list of one camera without its brackets is the entry.
    let list = try CameraPath.text([NamedCamera(name: "c", camera: camera)], path: "camera")
    return """
      {"type": "\(type)", "serial": \(serial), "moving": \(isMoving), \
      "camera": \(list.dropFirst().dropLast(2)), \
      "style": {"view": "\(style)", "background": [0, 0.5, 1], "antialias": false, "near": 0.01, \
      "shDegree": 3, "splatScale": 1, "minimumOpacity": 0}}
      """
  }

  /// The number after `"name":` in a JSON text.
  static func number(_ name: String, in text: String) -> Int? {
    guard let range = text.range(of: "\"\(name)\":") else { return nil }
    return Int(text[range.upperBound...].prefix { $0.isNumber })
  }
}
