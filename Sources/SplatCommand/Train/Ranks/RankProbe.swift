import SplatCore
import SplatFiles
import SplatPlatform

/// Numbers that differ where processes would not train to the same bits.
enum RankProbe {
  /// A checksum of the program's own file.
  static func program() throws(FileError) -> UInt64 {
    let path = "/proc/self/exe"
    // Other systems have no such file; there, the version must do.
    guard FilePaths.exists(path) else {
      var checksum = Checksum()
      checksum.add("\(SplatTool.version) \(BuildDescription.text)".utf8)
      return checksum.value
    }
    let bytes = try FileBytes(path: path)
    var checksum = Checksum()
    for word in 0..<bytes.count / 8 { checksum.add(bytes.load(UInt64.self, at: word * 8)) }
    checksum.add(bytes.slice(bytes.count / 8 * 8..<bytes.count))
    bytes.release(0..<bytes.count)
    return checksum.value
  }

  /// A checksum of what the functions of the C library give, which has several versions of them for
  /// different processors.
  static var numbers: UInt64 {
    var checksum = Checksum()
    for step in 1...1000 {
      let x = Double(step) * 0.0137
      for value in [Double.exp(-x), Double.log(x), Double.cos(x), x.squareRoot()] {
        checksum.add(value.bitPattern)
      }
      for value in [Float.exp(Float(-x)), Float.log(Float(x))] {
        checksum.add(UInt64(value.bitPattern))
      }
    }
    return checksum.value
  }
}
