/// What the header of an SPZ file says (Niantic, `load-spz.cc`).
struct SPZHeader {
  /// 1 to 3 in a gzip stream, 4 with zstd frames.
  var version: UInt32
  var count: Int
  var shDegree: Int
  /// The bits after the point of a position.
  var fractionalBits: Int
  var isAntialiased: Bool
  /// Whether records of extensions come along.
  var hasExtensions = false
  /// Whether levels of detail come along.
  var hasLevels = false
  /// The flags that have no meaning here.
  var unknownFlags: UInt8 = 0

  /// `NGSP`.
  static let magic: UInt32 = 0x5053_474e
  static let legacySize = 16

  /// The coefficients of a colour channel after the constant one.
  var restCount: Int { HarmonicCounts.rest(shDegree) }
  /// The bytes of a position: three half floats in version 1, else three integers of 24 bits.
  var positionSize: Int { version == 1 ? 6 : 9 }
  /// The bytes of a rotation: three parts, or the smallest three of four in 32 bits.
  var rotationSize: Int { version < 3 ? 3 : 4 }

  /// The names and bytes a Gaussian of the arrays, in their order.
  var arrays: [(name: String, size: Int)] {
    [
      ("positions", positionSize), ("alphas", 1), ("colors", 3), ("scales", 3),
      ("rotations", rotationSize), ("harmonics", restCount * 3),
    ]
  }

  /// The bytes of all arrays.
  var totalSize: Int { arrays.reduce(0) { $0 + $1.size * count } }

  /// Where each array's bytes are when the arrays follow one another.
  var ranges: [Range<Int>] {
    var end = 0
    return arrays.map { array in
      defer { end += array.size * count }
      return end..<end + array.size * count
    }
  }

  init(version: UInt32, count: Int, shDegree: Int, fractionalBits: Int, isAntialiased: Bool) {
    self.version = version
    self.count = count
    self.shDegree = shDegree
    self.fractionalBits = fractionalBits
    self.isAntialiased = isAntialiased
  }

  /// Reads what both kinds of header start with; the caller knows how large the file is.
  init(_ reader: inout ByteReader, versions: ClosedRange<UInt32>, fileBytes: Int)
    throws(FileError)
  {
    // The mark and the version.
    let path = reader.path
    let mark = try reader.integer(UInt32.self, "the header")
    guard mark == Self.magic else {
      let isPLY = mark & 0xff_ffff == 0x79_6c70
      throw .bad(
        path, "header",
        isPLY
          ? "is a PLY file in a gzip stream; `gunzip` unpacks it" : "does not start with NGSP")
    }
    version = try reader.integer(UInt32.self, "the header")
    guard versions.contains(version) else {
      throw .bad(
        path, "header",
        """
        is of version \(version); \(versions.lowerBound) to \(versions.upperBound) was expected in \
        this kind of file
        """)
    }
    // The numbers and flags.
    count = Int(try reader.integer(UInt32.self, "the header"))
    shDegree = Int(try reader.integer(UInt8.self, "the header"))
    fractionalBits = Int(try reader.integer(UInt8.self, "the header"))
    let flags = try reader.integer(UInt8.self, "the header")
    isAntialiased = flags & 1 != 0
    hasExtensions = flags & 2 != 0
    hasLevels = flags & 0x80 != 0
    unknownFlags = flags & (version == 4 ? 0xfc : 0x7c)
    // What they may be.
    guard (0...4).contains(shDegree) else {
      throw .bad(path, "header", "an SH degree of \(shDegree); 0 to 4 was expected")
    }
    guard (0...23).contains(fractionalBits) else {
      throw .bad(path, "header", "positions with \(fractionalBits) bits; 0 to 23 were expected")
    }
    try ModelLimits.check(count: count, shDegree: shDegree, fileBytes: fileBytes, path: path)
  }

  /// The fields up to the flags, which both kinds of header start with.
  var bytes: [UInt8] {
    var out = LittleEndianBytes()
    out.append(Self.magic)
    out.append(version)
    out.append(UInt32(count))
    out.append(UInt8(shDegree))
    out.append(UInt8(fractionalBits))
    out.append(UInt8(isAntialiased ? 1 : 0))
    return out.bytes
  }
}
