import Foundation
import SplatCore
import SplatFiles

/// glTF files for tests.
enum GLTFFixtures {
  /// A text file whose numbers are in it as base64; `nodes` replaces the only node.
  static func embedded(_ splats: Splats, nodes: String? = nil) throws -> [UInt8] {
    let (text, numbers) = try parts(splats)
    let uri = "data:application/octet-stream;base64," + Data(numbers).base64EncodedString()
    var result = text.replacingOccurrences(of: "\"a.bin\"", with: "\"\(uri)\"")
    if let nodes {
      result = result.replacingOccurrences(of: #"[{"mesh": 0}]"#, with: nodes)
      result = result.replacingOccurrences(
        of: "\"nodes\": [\n    {\"mesh\": 0}\n  ]", with: "\"nodes\": \(nodes)")
    }
    return Array(result.utf8)
  }

  /// The text and the numbers of a model as they are written.
  static func parts(_ splats: Splats) throws -> (text: String, numbers: [UInt8]) {
    try withTemporaryFolder { folder in
      try ModelFile.write(splats, to: "\(folder)/a.gltf")
      let text = try bytes(of: "\(folder)/a.gltf")
      return (String(decoding: text, as: UTF8.self), try bytes(of: "\(folder)/a.bin"))
    }
  }
}
