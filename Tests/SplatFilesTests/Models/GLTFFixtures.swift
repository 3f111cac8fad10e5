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

  /// A GLB file of a text and its buffer.
  static func binary(_ json: String, _ buffer: [UInt8], padding: UInt8 = 32) -> [UInt8] {
    var text = Array(json.utf8)
    while text.count % 4 != 0 { text.append(padding) }
    let buffer = buffer + [UInt8](repeating: 0, count: (4 - buffer.count % 4) % 4)
    let words = [2, UInt32(28 + text.count + buffer.count), UInt32(text.count), 0x4e4f_534a]
    return Array("glTF".utf8) + words.flatMap(PLYFixtures.littleEndian) + text
      + [UInt32(buffer.count), 0x004e_4942].flatMap(PLYFixtures.littleEndian) + buffer
  }

  /// A GLB file whose Gaussians are those of an SPZ file; `extensions` names the view as `V`.
  static func binary(
    spz: [UInt8],
    extensions: String = """
    "KHR_gaussian_splatting": {"extensions": {
    "KHR_gaussian_splatting_compression_spz_2": {V}}}
    """, node: String = #"{"mesh": 0}"#
  ) -> [UInt8] {
    binary(
      """
      {"asset": {"version": "2.0"}, "extensionsRequired": ["KHR_gaussian_splatting"],
      "buffers": [{"byteLength": \(spz.count + 4)}],
      "bufferViews": [{"buffer": 0, "byteOffset": 4, "byteLength": \(spz.count)}],
      "accessors": [{"componentType": 5126, "count": 100, "type": "VEC3"}],
      "meshes": [{"primitives": [{"mode": 0, "attributes": {"POSITION": 0}, "extensions": {
      \(extensions.replacing("V", with: "\"bufferView\": 0"))}}]}],
      "nodes": [\(node)]}
      """, [0, 0, 0, 0] + spz)
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
