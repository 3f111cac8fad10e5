/// Gzip files without compression, so that what a fuzzer changes is what a reader finds in them.
enum StoredGzip {
  /// The file of `bytes`, of which there are at most 65,535.
  static func file(_ bytes: [UInt8]) -> [UInt8] {
    let count = UInt16(truncatingIfNeeded: bytes.count)
    var file: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 1]
    for half in [count, ~count] { file += [UInt8(half & 255), UInt8(half >> 8)] }
    file += bytes.prefix(65_535)
    for word in [checksum(bytes), UInt32(bytes.count)] {
      for shift: UInt32 in [0, 8, 16, 24] { file.append(UInt8(word >> shift & 255)) }
    }
    return file
  }

  /// CRC-32 as RFC 1952 has it.
  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { value, _ in
        value & 1 != 0 ? value >> 1 ^ 0xedb8_8320 : value >> 1
      }
    }
  }
}
