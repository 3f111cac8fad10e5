import SplatCore

/// A training run as bytes: everything that its future depends on besides views and settings.
///
/// Random numbers follow from the seed and the iteration, so iteration, time and the model with its
/// moments and statistics are the whole state. Layout, little-endian: magic, version, fingerprint of
/// views and settings, iteration, seconds, number of Gaussians, SH degree, then parameters, moments
/// and statistics as float32 in the order of their blocks, then a checksum of all before it.
enum Checkpoint {
  static let magic: UInt64 = 0x7473_6b63_7470_6c73
  static let version: UInt64 = 4
  private static let headerSize = 56
  /// The bytes that are handed on at once: a model's tables are too large to be held twice.
  private static let pieceSize = 1 << 20

  /// What stands before the tables.
  struct Header {
    var fingerprint: UInt64
    var iteration: Int
    var seconds: Double
    var count: Int
    var shDegree: Int

    /// The number of bytes of the header and the tables.
    fileprivate var size: Int {
      let planes = 3 * Plane.count(shDegree: shDegree) + DensityStatistic.count
      let columns = ParameterBlocks.blocks(for: count) * ParameterBlocks.blockWidth
      return headerSize + columns * planes * 4
    }
  }

  // MARK: Writing

  /// Hands the bytes of a checkpoint on, piece by piece.
  static func write<Failure: Error>(
    _ header: Header, _ state: ModelState, to body: ([UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    let words = [
      magic, version, header.fingerprint, UInt64(header.iteration), header.seconds.bitPattern,
      UInt64(header.count), UInt64(header.shDegree),
    ]
    var hash = checksum([])
    func hand(_ piece: [UInt8]) throws(Failure) {
      hash = checksum(piece[...], from: hash)
      try body(piece)
    }
    try hand(words.flatMap(bytes))
    for table in [
      state.splats.parameters, state.moments.firstBase, state.moments.secondBase,
      state.moments.firstRest, state.moments.secondRest, state.statistics,
    ] {
      let values = table.storage
      for start in stride(from: 0, to: values.count, by: pieceSize / 4) {
        try hand(bytes(of: values, start..<min(values.count, start + pieceSize / 4)))
      }
    }
    try body(bytes(hash))
  }

  private static func bytes(_ word: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64($0 * 8)) }
  }

  private static func bytes(of values: [Float], _ range: Range<Int>) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: range.count * 4)
    bytes.withView { bytes in
      values.withReadOnlyView { values in
        for place in 0..<range.count {
          bytes.store(values[range.lowerBound + place], at: place * 4)
        }
      }
    }
    return bytes
  }

  // MARK: Reading

  /// The header of a checkpoint of `size` bytes, all of which are as they were written.
  ///
  /// - Parameter read: gives the bytes of a range.
  static func header(size: Int, read: (Range<Int>) -> [UInt8]) throws(TrainingError) -> Header {
    func fail(_ problem: String) -> TrainingError {
      TrainingError(description: "the checkpoint cannot be used: \(problem)")
    }
    guard size >= headerSize + 8 else {
      throw fail("it has \(size) bytes, \(headerSize + 8) or more are needed")
    }
    let start = read(0..<headerSize)
    func word(_ index: Int) -> UInt64 { self.word(start, index * 8) }
    guard word(0) == magic else { throw fail("it does not begin as one") }
    guard word(1) == version else {
      throw fail("it is of version \(word(1)), this program reads version \(version)")
    }
    let body = size - 8
    var hash = checksum([])
    for piece in stride(from: 0, to: body, by: pieceSize) {
      hash = checksum(read(piece..<min(body, piece + pieceSize))[...], from: hash)
    }
    guard self.word(read(body..<size), 0) == hash else {
      throw fail("its checksum does not match its contents; it is damaged")
    }
    let header = Header(
      fingerprint: word(2), iteration: Int(clamping: word(3)),
      seconds: Double(bitPattern: word(4)), count: Int(clamping: word(5)),
      shDegree: Int(clamping: word(6)))
    guard header.count <= body / 4, (0...4).contains(header.shDegree) else {
      throw fail("it names \(header.count) Gaussians of SH degree \(header.shDegree)")
    }
    guard header.size == body else {
      throw fail("its length does not fit \(header.count) Gaussians")
    }
    return header
  }

  /// The model of a checkpoint with this header.
  static func state(_ header: Header, read: (Range<Int>) -> [UInt8]) -> ModelState {
    var state = ModelState(Splats(count: header.count, shDegree: header.shDegree))
    var offset = headerSize
    func fill(_ table: inout ParameterBlocks) {
      let count = table.storage.count
      table.storage.withView { values in
        for start in stride(from: 0, to: count, by: pieceSize / 4) {
          let end = min(count, start + pieceSize / 4)
          read(offset + start * 4..<offset + end * 4).withReadOnlyView { bytes in
            for place in start..<end { values[place] = bytes.float(at: (place - start) * 4) }
          }
        }
      }
      offset += count * 4
    }
    fill(&state.splats.parameters)
    fill(&state.moments.firstBase)
    fill(&state.moments.secondBase)
    fill(&state.moments.firstRest)
    fill(&state.moments.secondRest)
    fill(&state.statistics)
    return state
  }

  private static func word(_ bytes: [UInt8], _ offset: Int) -> UInt64 {
    (0..<8).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64($1 * 8) }
  }

  /// A number that differs for other photos and for other settings, except the number of threads.
  static func fingerprint(photos: TrainingPhotos, settings: TrainingSettings) -> UInt64 {
    var compared = settings
    compared.threads = nil
    let digests = (0..<photos.count).map { "\(photos.digest($0))" }.joined(separator: " ")
    return checksum(Array("\(compared.entries)\n\(digests)".utf8)[...])
  }

  /// FNV-1a over bytes (Fowler, Noll, Vo): any one changed byte changes it.
  static func checksum(_ bytes: ArraySlice<UInt8>, from start: UInt64 = 0xcbf2_9ce4_8422_2325)
    -> UInt64
  {
    bytes.reduce(start) { mixed($0, UInt64($1)) }
  }

  /// A step of ``checksum(_:from:)``.
  @inline(__always)
  static func mixed(_ hash: UInt64, _ value: UInt64) -> UInt64 {
    (hash ^ value) &* 0x0000_0100_0000_01b3
  }
}

extension Trainer {
  /// The run as bytes, to be taken up again by ``resume(from:)``.
  public func checkpoint() -> [UInt8] {
    var bytes: [UInt8] = []
    writeCheckpoint { bytes += $0 }
    return bytes
  }

  /// Hands the bytes of ``checkpoint()`` to `body`, some at a time, so that they need not be in memory
  /// all at once.
  public func writeCheckpoint<Failure: Error>(
    _ body: (_ bytes: [UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    let header = Checkpoint.Header(
      fingerprint: fingerprint, iteration: iteration, seconds: seconds, count: state.count,
      shDegree: state.splats.shDegree)
    try Checkpoint.write(header, state, to: body)
  }

  /// Continues a run of the same views and settings where the checkpoint was taken.
  ///
  /// The run then ends in the same bits as one that was never interrupted.
  ///
  /// - Throws: ``TrainingError`` if the checkpoint is damaged, of another version, or of a run with other
  ///   views or settings; nothing has changed then.
  public func resume(from bytes: [UInt8]) throws(TrainingError) {
    try resume(byteCount: bytes.count) { Array(bytes[$0]) }
  }

  /// As ``resume(from:)``, for a checkpoint that need not be in memory all at once.
  ///
  /// - Parameters:
  ///   - byteCount: the number of its bytes.
  ///   - read: gives the bytes of a range, always the same; each is asked for more than once.
  public func resume(byteCount: Int, read: (Range<Int>) -> [UInt8]) throws(TrainingError) {
    let header = try Checkpoint.header(size: byteCount, read: read)
    guard header.fingerprint == fingerprint else {
      throw TrainingError(
        description: "the checkpoint cannot be used: it is of a run with other photos or settings")
    }
    guard header.count <= maximumSplats, header.shDegree == settings.shDegree else {
      throw TrainingError(description: "the checkpoint cannot be used: its model does not fit")
    }
    // There is not always room for two models.
    restore(
      iteration: header.iteration, seconds: header.seconds,
      state: ModelState(Splats(count: 0, shDegree: header.shDegree)))
    var state = Checkpoint.state(header, read: read)
    state.splats.isAntialiased = settings.isAntialiased
    restore(iteration: header.iteration, seconds: header.seconds, state: state)
  }
}
