import SplatCore

/// What KHR_gaussian_splatting says about Gaussians in glTF files.
enum GLTFGaussians {
  /// The name of the extension.
  static let name = "KHR_gaussian_splatting"
  /// Extensions by which numbers are compressed in ways that are not read.
  static let unreadExtensions: Set = [
    "EXT_meshopt_compression", "KHR_meshopt_compression", "KHR_draco_mesh_compression",
  ]
  /// Between the frame of glTF, x right, y up, z toward the viewer, and this program's.
  static let flip = AxisFlip.yz

  /// The attribute of a primitive that the extension calls `name`.
  static func attribute(_ name: String) -> String { "\(Self.name):\(name)" }

  /// The attribute of an SH coefficient; `order` counts from 0 in its band.
  static func coefficient(degree: Int, order: Int) -> String {
    attribute("SH_DEGREE_\(degree)_COEF_\(order)")
  }
}
