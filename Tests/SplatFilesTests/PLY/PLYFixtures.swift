import SplatCore
import SplatFiles

/// Small models and PLY files.
enum PLYFixtures {
  /// A file of one point at (1, 2, 3).
  static let onePoint = """
    ply
    format ascii 1.0
    element vertex 1
    property float x
    property float y
    property float z
    end_header
    1 2 3

    """

  /// Gaussians with random parameters.
  static func splats(count: Int, shDegree: Int, seed: UInt64 = 1) -> Splats {
    var random = RandomSource(seed: seed, purpose: .testing)
    var splats = Splats(count: count, shDegree: shDegree)
    for index in 0..<count {
      for plane in 0..<splats.parameters.planes {
        splats.parameters[plane, index] = random.normal()
      }
    }
    return splats
  }

  /// The release's names for the parameters of SH degree 0, without normals.
  static let names = [
    "x", "y", "z", "f_dc_0", "f_dc_1", "f_dc_2", "opacity", "scale_0", "scale_1", "scale_2",
    "rot_0", "rot_1", "rot_2", "rot_3",
  ]

  /// The values of a Gaussian of SH degree 0 in the order of ``names``.
  static func values(_ splat: Splat) -> [Float] {
    let dc = splat.shCoefficients[0]
    let q = splat.rotation
    return (0..<3).map { splat.mean[$0] } + (0..<3).map { dc[$0] } + [splat.opacityLogit]
      + (0..<3).map { splat.logScale[$0] } + [q.w, q.x, q.y, q.z]
  }

  /// A header with float properties.
  static func header(
    _ format: String, count: some CustomStringConvertible, names: [String] = names,
    type: String = "float", comments: [String] = [], before: String = "", after: String = ""
  ) -> String {
    "ply\nformat \(format) 1.0\n" + comments.map { "comment \($0)\n" }.joined() + before
      + "element vertex \(count)\n" + names.map { "property \(type) \($0)\n" }.joined() + after
      + "end_header\n"
  }

  /// A text file with the Gaussians of SH degree 0.
  static func ascii(_ splats: Splats, header: String? = nil) -> [UInt8] {
    var text = header ?? Self.header("ascii", count: splats.count)
    for index in 0..<splats.count {
      text += values(splats[index]).map { "\($0)" }.joined(separator: " ") + "\n"
    }
    return Array(text.utf8)
  }

  /// A binary file with the Gaussians of SH degree 0.
  static func binary(_ splats: Splats, isBigEndian: Bool = false) -> [UInt8] {
    let format = isBigEndian ? "binary_big_endian" : "binary_little_endian"
    var file = Array(header(format, count: splats.count).utf8)
    for index in 0..<splats.count {
      for value in values(splats[index]) {
        let bits = isBigEndian ? value.bitPattern.byteSwapped : value.bitPattern
        file += littleEndian(bits)
      }
    }
    return file
  }

  static func littleEndian<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
    var out = LittleEndianBytes()
    out.append(value)
    return out.bytes
  }
}
