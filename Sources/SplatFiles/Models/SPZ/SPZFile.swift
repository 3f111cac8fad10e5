import SplatCore

/// Niantic's packed Gaussians: versions 1 to 4 are read, 3 and 4 written.
///
/// The files' frame is x right, y up, z back; it is turned to and from this program's.
enum SPZFile {
  /// Records of extensions behind the arrays of a gzip stream are skipped up to this size.
  private static let largestExtensions = 1 << 20
  private static let headerSize = 32
  /// The bytes at the end of a header of version 4 that have no meaning.
  private static let reservedSize = 12

  static func read(_ bytes: FileBytes, path: String) throws(FileError) -> SplatFile {
    let isLegacy = bytes.count >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b
    let arrays: SPZArrays
    if isLegacy {
      arrays = try readLegacy(bytes, path: path)
    } else {
      arrays = try readVersion4(bytes, path: path)
    }
    return try arrays.file(path: path)
  }

  /// Versions 1 to 3: one gzip stream of a header and all arrays.
  private static func readLegacy(_ bytes: FileBytes, path: String) throws(FileError) -> SPZArrays {
    let stream = try GzipReader(bytes, path: path)
    let start = FileBytes(try stream.read(SPZHeader.legacySize, "the header"))
    var reader = ByteReader(start, path: path)
    let header = try SPZHeader(&reader, versions: 1...3, fileBytes: bytes.count)
    try ModelLimits.check(
      bytes: header.totalSize, what: "\(header.count) Gaussians", fileBytes: bytes.count, path: path
    )
    let all = try stream.read(header.totalSize, "the arrays")
    let levelsSize = header.hasLevels ? header.count * SPZLevels.size : 0
    let rest = try stream.readToEnd(limit: largestExtensions + levelsSize)
    guard header.hasExtensions || rest.count == levelsSize else {
      throw .bad(
        path, nil, "\(rest.count) bytes follow the arrays; \(levelsSize) were expected")
    }
    // The levels of detail come last.
    var arrays = SPZArrays(header: header, bytes: all)
    let records = Array(rest.dropLast(levelsSize))
    if header.hasExtensions { arrays.extensions = try SPZExtensions(records, path: path) }
    if header.hasLevels {
      arrays.levels = try SPZLevels(
        Array(rest.suffix(levelsSize)), count: header.count, path: path)
    }
    return arrays
  }

  /// Version 4: a plain header, a table of sizes, and a zstd frame for each array that is not
  /// empty.
  private static func readVersion4(_ bytes: FileBytes, path: String) throws(FileError) -> SPZArrays
  {
    // The header, which tells how many streams there are.
    var reader = ByteReader(bytes, path: path)
    let header = try SPZHeader(&reader, versions: 4...4, fileBytes: bytes.count)
    let streamCount = Int(try reader.integer(UInt8.self, "the header"))
    let tableOffset = Int(try reader.integer(UInt32.self, "the header"))
    try reader.skip(reservedSize, "the header")
    let used = header.arrays.filter { $0.size > 0 }
    guard streamCount == used.count else {
      throw .bad(
        path, "header",
        "\(streamCount) streams; \(used.count) were expected at SH degree \(header.shDegree)")
    }
    // The sizes of the streams, behind any extensions.
    guard tableOffset >= reader.offset else {
      throw .bad(path, "header", "a table at byte \(tableOffset), inside the header")
    }
    let records = reader.offset..<tableOffset
    try reader.skip(records.count, "the extensions")
    var sizes: [(packed: UInt64, full: UInt64)] = []
    for _ in 0..<streamCount {
      let packed = try reader.integer(UInt64.self, "the table of streams")
      sizes.append((packed, try reader.integer(UInt64.self, "the table of streams")))
    }
    // The streams, expanded to where their arrays belong.
    var all = [UInt8](repeating: 0, count: header.totalSize)
    let ranges = header.ranges.filter { !$0.isEmpty }
    for ((array, range), size) in zip(zip(used, ranges), sizes) {
      guard size.full == UInt64(range.count) else {
        throw .bad(
          path, array.name,
          "\(size.full) bytes; \(range.count) were expected for \(header.count) Gaussians")
      }
      let start = reader.offset
      try reader.skip(Int(clamping: size.packed), "the \(array.name)")
      try Zstandard.expand(
        bytes, start..<reader.offset, into: &all, at: range, path: path, place: array.name)
    }
    guard reader.remaining == 0 else {
      throw .bad(
        path, "byte \(reader.offset)",
        "\(reader.remaining) bytes follow the last stream; none were expected")
    }
    var arrays = SPZArrays(header: header, bytes: all)
    if header.hasExtensions {
      arrays.extensions = try SPZExtensions(bytes.slice(records), path: path)
    }
    return arrays
  }

  static func write(_ splats: Splats, to path: String, options: ModelOptions)
    throws(FileError)
  {
    precondition(options.spzVersion == 3 || options.spzVersion == 4, "SPZ 3 and 4 are written")
    let workers = Workers(threads: options.threads)
    let arrays = try SPZArrays(
      splats, version: UInt32(options.spzVersion), harmonicBits: options.spzHarmonicBits,
      workers: workers, path: path, warning: options.warning)
    if options.spzVersion == 3 {
      let all = arrays.header.bytes + [0] + arrays.bytes
      try FileOutput.write(GzipWriter.compress(all, workers: workers, path: path), to: path)
    } else {
      try writeVersion4(arrays, workers: workers, to: path)
    }
  }

  private static func writeVersion4(_ arrays: SPZArrays, workers: Workers, to path: String)
    throws(FileError)
  {
    let ranges = arrays.header.ranges.filter { !$0.isEmpty }
    let results = SharedResults<[UInt8]>(count: ranges.count)
    workers.forEach(ranges.count) { stream, _ in
      results[stream] = Zstandard.compress(arrays.bytes, ranges[stream])
    }
    let packed = results.values.compactMap(\.self)
    guard packed.count == ranges.count else {
      throw FileError(.cannotWrite, path: path, problem: "libzstd cannot compress the model")
    }
    var out = LittleEndianBytes()
    out.append(UInt8(ranges.count))
    out.append(UInt32(headerSize))
    for _ in 0..<reservedSize { out.append(UInt8(0)) }
    for (range, frame) in zip(ranges, packed) {
      out.append(UInt64(frame.count))
      out.append(UInt64(range.count))
    }
    let head = arrays.header.bytes + out.bytes
    try FileOutput.write(to: path) { (output: inout FileOutput) throws(FileError) in
      try output.append(head)
      for frame in packed { try output.append(frame) }
    }
  }
}
