import SplatCore

/// A training run as bytes: everything that its remaining iterations depend on besides views and
/// settings.
///
/// Random numbers follow from the seed and the iteration, so iteration, time and ``ModelState``
/// suffice. Layout, little-endian: magic, version, fingerprint of views and settings, iteration,
/// seconds, number of Gaussians; then, for each table of the state, its numbers of columns and
/// planes and its blocks as float32; then a checksum of everything before it.
enum Checkpoint {
  static let magic: UInt64 = 0x7473_6b63_7470_6c73
  static let version: UInt64 = 6
  private static let headerSize = 48
  private static let tableHeaderSize = 16
  private static let checksumSize = 8
  /// The size of a piece, in bytes: a model's tables are too large to be held twice.
  private static let pieceSize = 1 << 20

  /// What precedes the tables.
  struct Header {
    var fingerprint: UInt64
    var iteration: Int
    var seconds: Double
    var count: Int
  }

  // MARK: Writing

  /// Passes on the bytes of a checkpoint, piece by piece; of several ranks that each hold a part of
  /// the model, only the first does, and all must call this.
  ///
  /// - Throws: What `body` throws, at once if there is one process, otherwise at the end.
  static func write<Failure: Error>(
    _ header: Header, _ state: ModelState, among ranks: (any Ranks)? = nil,
    to body: ([UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    let isFirst = (ranks?.rank ?? 0) == 0
    var checksum = Checksum()
    func hand(_ piece: [UInt8]) throws(Failure) {
      guard isFirst else { return }
      checksum.add(piece)
      try body(piece)
    }
    let words = [
      magic, version, header.fingerprint, UInt64(header.iteration), header.seconds.bitPattern,
      UInt64(header.count),
    ]
    var failure: Failure?
    func attempt(_ step: () throws(Failure) -> Void) {
      guard failure == nil else { return }
      do throws(Failure) { try step() } catch { failure = error }
    }
    attempt { () throws(Failure) in try hand(words.flatMap(bytes)) }
    for path in ModelState.splatTables + ModelState.photoTables {
      let table = state[keyPath: path]
      let isShared = ModelState.splatTables.contains(path)
      let columns = isShared ? state.shard.total : table.count
      attempt { () throws(Failure) in
        try hand([UInt64(columns), UInt64(table.planes)].flatMap(bytes))
      }
      if let ranks, isShared {
        let counts = state.shard.counts.map {
          ParameterBlocks.floatCount(count: $0, planes: table.planes)
        }
        table.storage.withReadOnlyView { values in
          ranks.collect(values, counts: counts, size: pieceSize / 4) { piece in
            attempt { () throws(Failure) in try hand(bytes(of: piece)) }
          }
        }
      } else {
        let values = table.storage
        for start in stride(from: 0, to: values.count, by: pieceSize / 4) where failure == nil {
          let range = start..<min(values.count, start + pieceSize / 4)
          let piece = values.withReadOnlyView { bytes(of: $0.slice(range)) }
          attempt { () throws(Failure) in try hand(piece) }
        }
      }
    }
    attempt { () throws(Failure) in
      if isFirst { try body(bytes(checksum.value)) }
    }
    if let failure { throw failure }
  }

  private static func bytes(_ word: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64($0 * 8)) }
  }

  private static func bytes(of values: BufferView<Float>) -> [UInt8] {
    [UInt8](count: values.count * 4) { bytes in
      for index in 0..<values.count { bytes.store(values[index], at: index * 4) }
    }
  }

  // MARK: Reading

  /// The header of a checkpoint of `size` bytes, whose checksum is verified.
  ///
  /// - Parameter read: gives the bytes of a range.
  static func header(size: Int, read: (Range<Int>) -> [UInt8]) throws(TrainingError) -> Header {
    guard size >= headerSize + checksumSize else {
      throw failure("it has \(size) bytes, \(headerSize + checksumSize) or more are needed")
    }
    let start = read(0..<headerSize)
    func word(_ index: Int) -> UInt64 { self.word(start, index * 8) }
    guard word(0) == magic else { throw failure("it does not begin as one") }
    guard word(1) == version else {
      throw failure("it is of version \(word(1)), this program reads version \(version)")
    }
    let body = size - checksumSize
    var checksum = Checksum()
    for piece in stride(from: 0, to: body, by: pieceSize) {
      checksum.add(read(piece..<min(body, piece + pieceSize)))
    }
    guard self.word(read(body..<size), 0) == checksum.value else {
      throw failure("its checksum does not match its contents; it is damaged")
    }
    return Header(
      fingerprint: word(2), iteration: Int(clamping: word(3)),
      seconds: Double(bitPattern: word(4)), count: Int(clamping: word(5)))
  }

  /// Checks that the tables of a checkpoint of `size` bytes with this header are those of a run in
  /// `state`.
  static func checkTables(
    _ header: Header, of state: ModelState, size: Int, read: (Range<Int>) -> [UInt8]
  ) throws(TrainingError) {
    let expected =
      ModelState.splatTables.map { (header.count, state[keyPath: $0].planes) }
      + ModelState.photoTables.map { (state[keyPath: $0].count, state[keyPath: $0].planes) }
    var offset = headerSize
    let body = size - checksumSize
    for (columns, planes) in expected {
      let end = offset + tableHeaderSize
      guard end <= body else { throw failure("it ends before its tables do") }
      let head = read(offset..<end)
      guard word(head, 0) == UInt64(columns), word(head, 8) == UInt64(planes) else {
        throw failure(
          """
          a table has \(word(head, 0)) columns of \(word(head, 8)) numbers; \(columns) of \
          \(planes) are expected
          """)
      }
      offset = end + ParameterBlocks.floatCount(count: columns, planes: planes) * 4
    }
    guard offset == body else { throw failure("its length does not fit its tables") }
  }

  /// Replaces the tables of `state`, which is of a model of the same number of Gaussians, with
  /// those of a checkpoint, which have been checked.
  static func readTables(into state: inout ModelState, read: (Range<Int>) -> [UInt8]) {
    var offset = headerSize
    let shard = state.shard
    for path in ModelState.splatTables {
      let planes = state[keyPath: path].planes
      func size(_ count: Int) -> Int {
        ParameterBlocks.floatCount(count: count, planes: planes) * 4
      }
      offset += tableHeaderSize
      // The Gaussians of a rank begin with a block.
      fill(
        &state[keyPath: path].storage, offset: offset + size(shard.range.lowerBound), read: read)
      offset += size(shard.total)
    }
    for path in ModelState.photoTables {
      offset += tableHeaderSize
      fill(&state[keyPath: path].storage, offset: offset, read: read)
      offset += state[keyPath: path].storage.count * 4
    }
  }

  private static func fill(
    _ storage: inout [Float], offset: Int, read: (Range<Int>) -> [UInt8]
  ) {
    let count = storage.count
    storage.withView { values in
      for start in stride(from: 0, to: count, by: pieceSize / 4) {
        let end = min(count, start + pieceSize / 4)
        read(offset + start * 4..<offset + end * 4).withReadOnlyView { bytes in
          for index in start..<end { values[index] = bytes.float(at: (index - start) * 4) }
        }
      }
    }
  }

  private static func failure(_ problem: String) -> TrainingError {
    TrainingError(description: "the checkpoint cannot be used: \(problem)")
  }

  private static func word(_ bytes: [UInt8], _ offset: Int) -> UInt64 {
    (0..<8).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64($1 * 8) }
  }
}
