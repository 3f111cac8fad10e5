import SplatCore

/// PlayCanvas' compressed PLY files: chunks of 256 Gaussians with the ranges of their values, four
/// packed integers a Gaussian, and the SH coefficients after the constant one as bytes.
enum CompressedPLY {
  static let chunkSize = 256
  /// The bytes of a chunk's ranges and of a Gaussian's packed integers.
  private static let chunkRowSize = 18 * 4
  private static let vertexRowSize = 4 * 4

  /// The names of the values whose ranges a chunk gives, in its order.
  static let groups = [
    ["x", "y", "z"], ["scale_x", "scale_y", "scale_z"], ["r", "g", "b"],
  ]
  static let packedNames = [
    "packed_position", "packed_rotation", "packed_scale", "packed_color",
  ]

  /// Whether the file's rows are packed integers.
  static func isCompressed(_ reader: PLYReader) -> Bool {
    reader.element("vertex")?.properties.contains { $0.name == "packed_position" } ?? false
  }

  // MARK: Reading

  static func read(_ reader: PLYReader) throws(FileError) -> SplatFile {
    let path = reader.path
    guard reader.header.format == .littleEndian else {
      throw .bad(
        path, "header", "is \(reader.header.format.rawValue); binary_little_endian was expected")
    }
    let vertices = try CompressedTable(reader, "vertex", names: packedNames, type: .uint32)
    let count = vertices.count
    guard count > 0 else { throw .bad(path, "element vertex", "holds no Gaussians") }
    let chunks = try readChunks(reader, count: count)
    let harmonics = try readHarmonics(reader, count: count)
    let shDegree = harmonics?.shDegree ?? 0
    try ModelLimits.check(
      count: count, shDegree: shDegree, fileBytes: reader.bytes.count, path: path)
    var splats = Splats(count: count, shDegree: shDegree)
    splats.isAntialiased = ModelComments.isAntialiased(reader.header.comments)
    let bytes = reader.bytes
    splats.parameters.withView { view in
      vertices.forEachRow(bytes) { index in
        let packed = SIMD4<UInt32>(
          vertices.word(bytes, index, 0), vertices.word(bytes, index, 1),
          vertices.word(bytes, index, 2), vertices.word(bytes, index, 3))
        chunks[index / chunkSize].unpack(packed, index, into: view)
      }
      harmonics?.table.unpack(bytes, into: view)
    }
    return try SplatFile(
      checking: consume splats, format: .compressedPLY, path: path, comments: reader.header.comments
    )
  }

  private static func readChunks(_ reader: PLYReader, count: Int) throws(FileError)
    -> [CompressedChunk]
  {
    var names: [String] = []
    for group in groups {
      names += group.map { "min_\($0)" } + group.map { "max_\($0)" }
    }
    // Older files have no ranges of colours.
    let hasColors = reader.element("chunk")?.properties.contains { $0.name == "min_r" } ?? false
    if !hasColors { names.removeLast(6) }
    let table = try CompressedTable(reader, "chunk", names: names, type: .float)
    let needed = (count + chunkSize - 1) / chunkSize
    guard table.count >= needed else {
      throw .bad(
        reader.path, "element chunk",
        "\(table.count) rows; \(needed) were expected for \(count) Gaussians")
    }
    return (0..<needed).map { row in
      func vector(_ first: Int) -> SIMD3<Float> {
        func value(_ column: Int) -> Float {
          Float(bitPattern: table.word(reader.bytes, row, column))
        }
        return SIMD3(value(first), value(first + 1), value(first + 2))
      }
      func bounds(_ first: Int) -> Bounds {
        Bounds(low: vector(first), high: vector(first + 3))
      }
      return CompressedChunk(
        means: bounds(0), logScales: bounds(6),
        colors: hasColors ? bounds(12) : Bounds(low: .zero, high: .one))
    }
  }

  private static func readHarmonics(_ reader: PLYReader, count: Int) throws(FileError)
    -> (table: CompressedTable, shDegree: Int)?
  {
    guard let element = reader.element("sh") else { return nil }
    guard let shDegree = HarmonicCounts.degree(ofRest: element.properties.count), shDegree > 0
    else {
      throw .bad(
        reader.path, "element sh",
        "has \(element.properties.count) properties; 9, 24, 45 or 72 were expected")
    }
    let names = (0..<element.properties.count).map { "f_rest_\($0)" }
    let table = try CompressedTable(reader, "sh", names: names, type: .uint8)
    guard table.count == count else {
      throw .bad(reader.path, "element sh", "\(table.count) rows; \(count) were expected")
    }
    return (table, shDegree)
  }

  // MARK: Writing

  static func write(_ splats: Splats, to path: String, comments: [String]) throws(FileError) {
    // Neighbours in space share a chunk, whose ranges are then small.
    let parameters = splats.parameters
    let order = MortonOrder.of(parameters)
    let degree = min(ModelFormat.compressedPLY.largestDegree, splats.shDegree)
    let rest = 3 * HarmonicCounts.rest(degree)
    let chunkCount = (splats.count + chunkSize - 1) / chunkSize
    let chunks = Workers().gathering(chunkCount) { chunk in
      let range = chunk * chunkSize..<min(splats.count, (chunk + 1) * chunkSize)
      return CompressedChunk(of: parameters, order[range])
    }
    // The header, the ranges, and the packed Gaussians.
    let header = header(splats, chunks: chunkCount, rest: rest, comments: comments)
    try FileOutput.write(to: path) { (output: inout FileOutput) throws(FileError) in
      try output.append(Array(header.utf8))
      try output.append(rows: chunkCount, size: chunkRowSize) { row, target in
        for (index, value) in chunks[row].bounds.enumerated() {
          target.store(value, at: index * 4)
        }
      }
      try output.append(rows: splats.count, size: vertexRowSize) { row, target in
        parameters.withReadOnlyView { view in
          let packed = chunks[row / chunkSize].pack(Int(order[row]), of: view)
          for word in 0..<4 { target.store(packed[word], at: word * 4) }
        }
      }
      // The SH coefficients after the constant ones.
      guard rest > 0 else { return }
      try output.append(rows: splats.count, size: rest) { row, target in
        parameters.withReadOnlyView { view in
          for entry in 0..<rest {
            let plane = SplatPLYLayout.plane(ofRest: entry, of: rest)
            target[entry] = CompressedHarmonic.byte(view[plane, Int(order[row])])
          }
        }
      }
    }
  }

  private static func header(_ splats: Splats, chunks: Int, rest: Int, comments: [String])
    -> String
  {
    var header = ModelPLYHeader.start(isAntialiased: splats.isAntialiased, comments: comments)
    header += "element chunk \(chunks)\n"
    for group in groups {
      for bound in ["min", "max"] {
        for name in group { header += "property float \(bound)_\(name)\n" }
      }
    }
    header += "element vertex \(splats.count)\n"
    for name in packedNames { header += "property uint \(name)\n" }
    if rest > 0 {
      header += "element sh \(splats.count)\n"
      for index in 0..<rest { header += "property uchar f_rest_\(index)\n" }
    }
    return header + "end_header\n"
  }
}
