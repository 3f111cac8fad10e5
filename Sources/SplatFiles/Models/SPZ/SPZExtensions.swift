import SplatCore

/// The records of extensions in an SPZ file, each of a type, a length and that many bytes.
struct SPZExtensions {
  /// The frame of the arrays, if it is not the usual one.
  private(set) var frame: SPZFrame?
  /// What is to be said about records that are not understood.
  private(set) var warnings: [String] = []

  /// Types of Adobe: limits for an orbit, which change no Gaussian, and the frame.
  private static let orbit: UInt32 = 0xadbe_0002
  private static let coordinateSystem: UInt32 = 0xadbe_0003

  /// No records.
  init() {}

  /// Reads the records that `bytes` consist of.
  init(_ bytes: [UInt8], path: String) throws(FileError) {
    var reader = ByteReader(FileBytes(bytes), path: path)
    while reader.remaining > 0 {
      let type = try reader.integer(UInt32.self, "an extension's type")
      let length = Int(try reader.integer(UInt32.self, "an extension's length"))
      let start = reader.offset
      try reader.skip(length, "an extension")
      switch type {
      case Self.orbit: break
      case Self.coordinateSystem:
        guard length >= 4 else {
          throw .bad(path, "extensions", "a coordinate system of \(length) bytes; 4 were expected")
        }
        let number = Int(reader.bytes.integer(UInt32.self, at: start))
        frame = try SPZFrame(number, path: path)
      default:
        let name = String(type, radix: 16)
        warnings.append("the extension 0x\(name) is not known; what it says was left out")
      }
    }
  }
}
