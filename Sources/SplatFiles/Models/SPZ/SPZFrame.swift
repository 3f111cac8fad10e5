import SplatCore

/// The frame that an SPZ file says its arrays are in: where its x, y and z axes point.
struct SPZFrame {
  /// Right or left, up or down, front or back for each axis, in the order of their numbers from 1.
  private static let names = [
    "LDB", "RDB", "LUB", "RUB", "LDF", "RDF", "LUF", "RUF",
    "LFD", "RFD", "LFU", "RFU", "LBD", "RBD", "LBU", "RBU",
  ]
  private let name: String

  /// The frame of a number of the extension; nothing for 0, which leaves it open, as usual.
  init?(_ number: Int, path: String) throws(FileError) {
    guard number > 0 else { return nil }
    guard number <= Self.names.count else {
      throw .bad(
        path, "extensions",
        "the coordinate system \(number); 0 to \(Self.names.count) were expected")
    }
    name = Self.names[number - 1]
  }

  /// The quarter turn about x that makes the second axis a vertical one.
  private static let turn = Matrix3<Double>(
    Vector3(1, 0, 0), Vector3(0, 0, -1), Vector3(0, 1, 0))

  /// Brings Gaussians that were read as if the frame were the usual one, RUB, to this program's.
  func correct(_ splats: Splats) -> Splats {
    var splats = splats
    let axes = Array(name)
    let flip: AxisFlip
    if axes[2] == "F" || axes[2] == "B" {
      flip = AxisFlip(x: axes[0] == "L", y: axes[1] == "D", z: axes[2] == "F")
    } else {
      // (x, y, z) was taken for (x, -y, -z), and becomes (x, z, -y).
      splats = splats.transformed(by: SimilarityTransform(rotation: Self.turn))
      flip = AxisFlip(x: axes[0] == "L", y: axes[2] == "U", z: axes[1] == "F")
    }
    splats.parameters.flip(flip, shDegree: splats.shDegree)
    return splats
  }
}
