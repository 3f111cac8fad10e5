/// The chunks of a PNG file (ISO/IEC 15948), enough to know its size and to take them apart.
struct PNGChunks {
  /// The bytes that every PNG file starts with.
  static let signature: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

  /// The bytes of the chunks that make up the pixels, as a file of its own.
  private(set) var pixels: [UInt8] = []
  private(set) var width = 0
  private(set) var height = 0
  private(set) var hasAlpha = false
  /// The bytes of the samples as they are stored, without the filters' own.
  private(set) var storedBytes = 0
  /// Whether samples have 16 bits.
  private(set) var isDeep = false
  /// Where the EXIF data are, if there are any before the pixels.
  private(set) var exif: Range<Int>?

  /// The chunks that define samples.
  ///
  /// Others, colour spaces among them, would make libpng change values.
  private static let kept: Set<String> = ["IHDR", "PLTE", "tRNS", "IDAT", "IEND"]

  /// Takes the chunks of a file apart, up to the first with pixels if `headerOnly`.
  init(_ bytes: FileBytes, path: String, headerOnly: Bool) throws(FileError) {
    var reader = ByteReader(bytes, path: path, offset: 8, isBigEndian: true)
    pixels = headerOnly ? [] : Self.signature
    if !headerOnly { pixels.reserveCapacity(bytes.count) }
    while true {
      let start = reader.offset
      let length = Int(try reader.integer(UInt32.self, "a chunk's length"))
      try reader.skip(4, "a chunk's type")
      let name = bytes.text(start + 4..<start + 8) ?? "?"
      guard (start == 8) == (name == "IHDR") else {
        throw .bad(path, "byte \(start)", "the chunk \(name) stands where it may not")
      }
      if headerOnly, name == "IDAT" { return }
      try reader.skip(length + 4, "the chunk \(name)")
      if name == "IHDR" { try readHeader(bytes, path, start: start, length: length) }
      if name == "tRNS" { hasAlpha = true }
      if name == "eXIf" {
        exif = start + 8..<start + 8 + length
      }
      if !headerOnly, Self.kept.contains(name) { pixels += bytes.slice(start..<reader.offset) }
      if name == "IEND" { return }
    }
  }

  private mutating func readHeader(_ bytes: FileBytes, _ path: String, start: Int, length: Int)
    throws(FileError)
  {
    guard length == 13 else {
      throw .bad(path, "byte \(start)", "a header of \(length) bytes; 13 were expected")
    }
    func number(_ offset: Int) -> Int {
      Int(UInt32(bigEndian: bytes.load(UInt32.self, at: offset)))
    }
    width = number(start + 8)
    height = number(start + 12)
    hasAlpha = bytes[start + 17] & 4 != 0
    isDeep = bytes[start + 16] == 16
    try ImageLimits.check(width: width, height: height, path: path)
    // Grey, RGB, palette, grey with alpha and RGB with alpha.
    let samples = [0: 1, 2: 3, 3: 1, 4: 2, 6: 4][bytes[start + 17]] ?? 4
    storedBytes = (width * samples * Int(bytes[start + 16]) + 7) / 8 * height
  }
}
