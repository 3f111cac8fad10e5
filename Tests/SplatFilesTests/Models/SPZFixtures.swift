import SplatCore
import SplatFiles

/// SPZ files made here by the layout alone.
enum SPZFixtures {
  /// Four Gaussians of degree 1 as versions 1 to 3 have them, before compression.
  static func stream(version: Int) -> [UInt8] {
    var bytes: [UInt8] = Array("NGSP".utf8)
    bytes += [UInt8(version), 0, 0, 0, 4, 0, 0, 0, 1, 12, 1, 0]
    for index in 0..<4 {
      for axis in 0..<3 {
        let value = Float(index) - Float(axis) * 0.5
        if version == 1 {
          bytes += KSPLATFixtures.half(value)
        } else {
          let fixed = Int32(value * 4096)
          bytes += [0, 8, 16].map { UInt8(truncatingIfNeeded: fixed >> $0) }
        }
      }
    }
    bytes += [128, 0, 255, 64]
    for index in 0..<4 { bytes += [UInt8(index * 60), 128, 200] }
    for index in 0..<4 { bytes += [UInt8(80 + index * 16), 112, 96] }
    for index in 0..<4 {
      bytes +=
        version < 3
        ? [128 + UInt8(index * 20), 140, 90]
        : PLYFixtures.littleEndian(UInt32(index) << 30 | 100 << 20 | 612 << 10 | 37)
    }
    for index in 0..<4 { bytes += (0..<9).map { UInt8(100 + index * 4 + $0 * 3) } }
    return bytes
  }

  /// The file of ``stream(version:)``.
  static func gzip(version: Int) throws -> [UInt8] {
    try GzipWriter.compress(stream(version: version), workers: Workers(threads: 1), path: "a.spz")
  }
}

extension SPZFixtures {
  /// A file of version 3 that says which frame it is in.
  static func withFrame(_ number: UInt32) throws -> [UInt8] {
    var stream = stream(version: 3)
    stream[14] = 2
    let record = [0xadbe_0003, 4, number].flatMap(PLYFixtures.littleEndian)
    return try gzip(stream + record)
  }

  /// A file of version 2 of `count` Gaussians, all zeros.
  static func zeros(count: Int) throws -> [UInt8] {
    var header = Array("NGSP".utf8)
    header += [2, UInt32(count)].flatMap(PLYFixtures.littleEndian) + [0, 12, 0, 0]
    return try gzip(header + [UInt8](repeating: 0, count: count * 19))
  }

  /// The gzip file of any stream.
  static func gzip(_ stream: [UInt8]) throws -> [UInt8] {
    try GzipWriter.compress(stream, workers: Workers(), path: "a.spz")
  }
}
