/// How models of Gaussians are stored in files.
public enum ModelFormat: String, Sendable, CaseIterable {
  /// The PLY file of the 3DGS release (Kerbl and others, 2023): every parameter as a float.
  case ply
  /// PlayCanvas' PLY file with chunks of 256 Gaussians and packed integers.
  case compressedPLY = "compressed-ply"
  /// The 32 bytes a Gaussian of antimatter15's viewer, without spherical harmonics.
  case splat
  /// Niantic's packed streams, with gzip (versions 1 to 3) or zstd (version 4).
  case spz
  /// PlayCanvas' spatially ordered Gaussians: WebP images in a zip archive or in a folder.
  case sog
  /// A binary glTF 2.0 file with KHR_gaussian_splatting.
  case glb
  /// glTF 2.0 as text with KHR_gaussian_splatting, and a `.bin` file beside it.
  case gltf
  /// The file of mkkellogg's viewer; it is read and not written.
  case ksplat
  /// A PLY file of coloured points, the Gaussians' means; it is written and not read as a model.
  case points

  /// The formats that can be written.
  public static var written: [ModelFormat] { allCases.filter { $0 != .ksplat } }

  /// The endings of files that are read, for messages.
  static let endings = ".ply, .splat, .spz, .sog, .glb, .gltf or .ksplat"

  /// What files of the format end with.
  public var ending: String {
    switch self {
    case .compressedPLY: ".compressed.ply"
    case .points: ".points.ply"
    default: "." + rawValue
    }
  }

  /// The largest degree of spherical harmonics that files of the format hold.
  public var largestDegree: Int {
    switch self {
    case .ply, .spz: 4
    case .compressedPLY, .sog, .glb, .gltf, .ksplat: 3
    case .splat, .points: 0
    }
  }

  /// Whether files of the format say that a model is for antialiased rendering.
  public var holdsAntialiasing: Bool {
    switch self {
    case .ply, .compressedPLY, .spz, .sog, .glb, .gltf: true
    case .splat, .ksplat, .points: false
    }
  }

  /// Whether files of the format have comments, which record what is up and where the origin lies.
  public var holdsComments: Bool { self == .ply || self == .compressedPLY }

  /// The format that the ending of `path` stands for; longer endings count first.
  ///
  /// A folder, or a path that ends with `/` or `meta.json`, is SOG's.
  public init?(ending path: String) {
    let name = path.lowercased()
    if name.hasSuffix("/") || name == "meta.json" || name.hasSuffix("/meta.json") {
      self = .sog
      return
    }
    let fitting = Self.allCases.filter { name.hasSuffix($0.ending) }
    guard let format = fitting.max(by: { $0.ending.count < $1.ending.count }) else { return nil }
    self = format
  }

  /// The format of a file by its bytes and its name, where they say it.
  ///
  /// Marks of four bytes count first. A `.splat` file has none, and any number may be at its start,
  /// so its ending and size count before weaker marks.
  init?(of bytes: FileBytes, path: String) {
    let start = bytes.slice(0..<min(4, bytes.count))
    let isPLY = start.starts(with: Array("ply".utf8))
    let named = Self(ending: path)
    if isPLY, start.count == 4, [10, 13].contains(start[3]) {
      self = .ply
    } else if start == Array("NGSP".utf8) {
      self = .spz
    } else if ZipArchive.isZip(bytes) {
      self = .sog
    } else if start == Array("glTF".utf8) {
      self = .glb
    } else if named == .splat, DotSplat.fits(bytes) {
      self = .splat
    } else if isPLY {
      self = .ply
    } else if start.starts(with: [0x1f, 0x8b]) {
      self = .spz
    } else if Self.startsWithBrace(bytes) {
      self = .gltf
    } else if let named {
      self = named
    } else {
      return nil
    }
  }

  /// Whether the text that starts the file is that of a JSON object.
  private static func startsWithBrace(_ bytes: FileBytes) -> Bool {
    for index in 0..<min(64, bytes.count) {
      // A byte order mark or white space may come first.
      if [0xef, 0xbb, 0xbf, 32, 9, 10, 13].contains(bytes[index]) { continue }
      return bytes[index] == UInt8(ascii: "{")
    }
    return false
  }
}
