/// PNG files made by hand, of every kind that a library would not write.
struct TestPNG {
  var width: Int
  var height: Int
  var bitDepth: UInt8 = 8
  /// 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA.
  var colorType: UInt8
  /// The rows as they are stored, without their filter bytes.
  var rows: [[UInt8]]
  /// Chunks before the pixels.
  var extra: [(name: String, data: [UInt8])] = []

  /// The file.
  var bytes: [UInt8] {
    let header =
      Self.big(UInt32(width)) + Self.big(UInt32(height)) + [bitDepth, colorType, 0, 0, 0]
    var file: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
    file += Self.chunk("IHDR", header)
    for (name, data) in extra { file += Self.chunk(name, data) }
    return file + Self.chunk("IDAT", Self.stored(rows.flatMap { [0] + $0 }))
      + Self.chunk("IEND", [])
  }

  static func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(name.utf8) + data
    return big(UInt32(data.count)) + body + big(checksum(body))
  }

  static func big(_ value: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> UInt32(24 - 8 * $0)) }
  }

  /// A zlib stream with one block that is not compressed.
  private static func stored(_ data: [UInt8]) -> [UInt8] {
    let length = UInt16(data.count)
    var (a, b) = (UInt32(1), UInt32(0))
    for byte in data {
      a = (a + UInt32(byte)) % 65521
      b = (b + a) % 65521
    }
    let sizes = [length, ~length].flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
    return [0x78, 0x01, 1] + sizes + data + big(b << 16 | a)
  }

  private static func checksum(_ data: [UInt8]) -> UInt32 {
    var value = ~UInt32(0)
    for byte in data {
      value ^= UInt32(byte)
      for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xedb8_8320 : value >> 1 }
    }
    return ~value
  }
}
