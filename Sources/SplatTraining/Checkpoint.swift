import SplatCore

/// A training run as bytes: everything that its future depends on besides views and settings.
///
/// Random numbers follow from the seed and the iteration, so iteration, time and the model with its
/// moments and statistics are the whole state. Layout, little-endian: magic, version, fingerprint of
/// views and settings, iteration, seconds, number of Gaussians, SH degree, then parameters, both moments
/// and statistics as float32 in the order of their blocks, then a checksum of all before it.
enum Checkpoint {
  static let magic: UInt64 = 0x7473_6b63_7470_6c73
  static let version: UInt64 = 2
  private static let headerWords = 7

  struct Contents {
    var fingerprint: UInt64
    var iteration: Int
    var seconds: Double
    var state: ModelState
  }

  static func encode(_ contents: Contents) -> [UInt8] {
    let state = contents.state
    let tables = [
      state.splats.parameters, state.firstMoments, state.secondMoments, state.statistics,
    ]
    var bytes: [UInt8] = []
    bytes.reserveCapacity(
      (headerWords + 1) * 8 + tables.reduce(0) { $0 + $1.storage.count * 4 })
    for word in [
      magic, version, contents.fingerprint, UInt64(contents.iteration),
      contents.seconds.bitPattern, UInt64(state.count), UInt64(state.splats.shDegree),
    ] {
      append(word, to: &bytes)
    }
    for table in tables {
      for value in table.storage {
        let bits = value.bitPattern
        bytes.append(UInt8(truncatingIfNeeded: bits))
        bytes.append(UInt8(truncatingIfNeeded: bits >> 8))
        bytes.append(UInt8(truncatingIfNeeded: bits >> 16))
        bytes.append(UInt8(truncatingIfNeeded: bits >> 24))
      }
    }
    append(checksum(bytes[...]), to: &bytes)
    return bytes
  }

  static func decode(_ bytes: [UInt8]) throws(TrainingError) -> Contents {
    func fail(_ problem: String) -> TrainingError {
      TrainingError(description: "the checkpoint cannot be used: \(problem)")
    }
    guard bytes.count >= (headerWords + 1) * 8 else {
      throw fail("it has \(bytes.count) bytes, \((headerWords + 1) * 8) or more are needed")
    }
    func word(_ index: Int) -> UInt64 {
      (0..<8).reduce(0) { $0 | UInt64(bytes[index * 8 + $1]) << UInt64($1 * 8) }
    }
    guard word(0) == magic else { throw fail("it does not begin as one") }
    guard word(1) == version else {
      throw fail("it is of version \(word(1)), this program reads version \(version)")
    }
    let body = bytes.count - 8
    let stored = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[body + $1]) << UInt64($1 * 8) }
    guard stored == checksum(bytes[..<body]) else {
      throw fail("its checksum does not match its contents; it is damaged")
    }
    let (count, shDegree) = (Int(clamping: word(5)), Int(clamping: word(6)))
    guard count <= body / 4, (0...4).contains(shDegree) else {
      throw fail("it names \(count) Gaussians of SH degree \(shDegree)")
    }
    var splats = Splats(count: 0, shDegree: shDegree)
    let planes = splats.parameters.planes
    let sizes = [planes, planes, planes, DensityStatistic.count]
    var tables = sizes.map { ParameterBlocks(count: count, planes: $0) }
    guard tables.reduce(headerWords * 8, { $0 + $1.storage.count * 4 }) == body else {
      throw fail("its length does not fit \(count) Gaussians")
    }
    var offset = headerWords * 8
    for table in tables.indices {
      for index in tables[table].storage.indices {
        let bits =
          UInt32(bytes[offset]) | UInt32(bytes[offset + 1]) << 8 | UInt32(bytes[offset + 2]) << 16
          | UInt32(bytes[offset + 3]) << 24
        tables[table].storage[index] = Float(bitPattern: bits)
        offset += 4
      }
    }
    splats.parameters = tables[0]
    var state = ModelState(splats)
    state.firstMoments = tables[1]
    state.secondMoments = tables[2]
    state.statistics = tables[3]
    return Contents(
      fingerprint: word(2), iteration: Int(clamping: word(3)),
      seconds: Double(bitPattern: word(4)), state: state)
  }

  private static func append(_ word: UInt64, to bytes: inout [UInt8]) {
    for shift in stride(from: 0, to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
    }
  }

  /// A number that differs for other photos and for other settings, except the number of threads.
  static func fingerprint(photos: TrainingPhotos, settings: TrainingSettings) -> UInt64 {
    var compared = settings
    compared.threads = nil
    let digests = (0..<photos.count).map { "\(photos.digest($0))" }.joined(separator: " ")
    return checksum(Array("\(compared)\n\(digests)".utf8)[...])
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
    Checkpoint.encode(
      Checkpoint.Contents(
        fingerprint: fingerprint, iteration: iteration, seconds: seconds, state: state))
  }

  /// Continues a run of the same views and settings where the checkpoint was taken.
  ///
  /// The run then ends in the same bits as one that was never interrupted.
  ///
  /// - Throws: ``TrainingError`` if the checkpoint is damaged, of another version, or of a run with other
  ///   views or settings.
  public func resume(from bytes: [UInt8]) throws(TrainingError) {
    let contents = try Checkpoint.decode(bytes)
    guard contents.fingerprint == fingerprint else {
      throw TrainingError(
        description: "the checkpoint cannot be used: it is of a run with other photos or settings")
    }
    guard contents.state.count <= maximumSplats,
      contents.state.splats.shDegree == settings.shDegree
    else {
      throw TrainingError(description: "the checkpoint cannot be used: its model does not fit")
    }
    var state = contents.state
    state.splats.isAntialiased = settings.isAntialiased
    restore(iteration: contents.iteration, seconds: contents.seconds, state: state)
  }
}
