import SplatCore

/// A stretch of a KSPLAT file whose Gaussians are written alike, in buckets of neighbours.
struct KSPLATSection: Sendable {
  /// The number of Gaussians.
  let count: Int
  let shDegree: Int
  /// Where the section's bytes end.
  let dataEnd: Int
  private let bytes: FileBytes
  private let compression: KSPLATCompression
  private let harmonicRange: (low: Float, high: Float)
  /// Where the records start, and the bytes of one.
  private let recordStart: Int
  private let recordSize: Int
  /// The centre of the bucket of each Gaussian; none without buckets.
  private let centers: [SIMD3<Float>]
  private let bucketOf: [Int32]
  private let positionRange: Float
  private let positionStep: Float

  /// Where the fields of a section's header are, in bytes.
  private enum Field {
    static let count = 0
    static let room = 4
    static let bucketCapacity = 8
    static let buckets = 12
    static let blockSize = 16
    static let bucketSize = 20
    static let positionRange = 24
    static let fullBuckets = 32
    static let partialBuckets = 36
    static let shDegree = 40
  }

  /// The bytes of a bucket's centre.
  private static let centerSize = 12
  // What is meant by zeros in the header: the range of positions in a bucket, and of SH bytes.
  private static let usualPositionRange: Float = 32_767
  private static let usualHarmonicRange: Float = 1.5

  init(
    _ header: ByteHeader, compression: KSPLATCompression,
    harmonicRange: (low: Float, high: Float), dataStart: Int, path: String, place: String
  ) throws(FileError) {
    // What the Gaussians are and how they are written.
    bytes = header.bytes
    self.compression = compression
    count = header.integer(Field.count)
    shDegree = header.short(Field.shDegree)
    guard (0...3).contains(shDegree) else {
      throw .bad(path, place, "an SH degree of \(shDegree); 0 to 3 was expected")
    }
    self.harmonicRange = (
      harmonicRange.low == 0 ? -Self.usualHarmonicRange : harmonicRange.low,
      harmonicRange.high == 0 ? Self.usualHarmonicRange : harmonicRange.high
    )
    recordSize = Self.recordSize(compression, shDegree: shDegree)
    // The buckets of neighbours.
    let (most, capacity, buckets) = (
      header.integer(Field.room), header.integer(Field.bucketCapacity),
      header.integer(Field.buckets)
    )
    let (full, partial) = (header.integer(Field.fullBuckets), header.integer(Field.partialBuckets))
    guard count <= most else {
      throw .bad(path, place, "\(count) Gaussians in room for \(most)")
    }
    let bucketSize = header.short(Field.bucketSize)
    guard compression == .none || bucketSize >= Self.centerSize else {
      throw .bad(
        path, place, "buckets of \(bucketSize) bytes; \(Self.centerSize) or more were expected")
    }
    // Sizes of partial buckets, buckets and records follow each other. All counts are below 2^32
    // and their sizes small, so nothing overflows.
    recordStart = dataStart + partial * 4 + buckets * bucketSize
    dataEnd = recordStart + most * recordSize
    guard recordStart <= bytes.count, recordStart + count * recordSize <= bytes.count else {
      throw .bad(
        path, place, "the file ends inside it: \(dataEnd) bytes were expected, not \(bytes.count)")
    }
    guard compression != .none else {
      (centers, bucketOf, positionRange, positionStep) = ([], [], 0, 0)
      return
    }
    // Positions count from the centre of their bucket.
    let range = header.integer(Field.positionRange)
    positionRange = range == 0 ? Self.usualPositionRange : Float(range)
    positionStep = header.float(Field.blockSize) / 2 / positionRange
    centers = (0..<buckets).map { bucket in
      let place = ByteHeader(
        header.bytes, start: dataStart + partial * 4 + bucket * Self.centerSize)
      return SIMD3(place.float(0), place.float(4), place.float(8))
    }
    let sizes = (0..<partial).map { ByteHeader(header.bytes, start: dataStart).integer($0 * 4) }
    bucketOf = try Self.buckets(
      count: count, full: full, capacity: capacity, partial: sizes, buckets: buckets, path: path,
      place: place)
  }

  private static func recordSize(_ compression: KSPLATCompression, shDegree: Int) -> Int {
    let rest = 3 * HarmonicCounts.rest(shDegree)
    return switch compression {
    case .none: 12 + 12 + 16 + 4 + rest * 4
    case .halves: 6 + 6 + 8 + 4 + rest * 2
    case .bytes: 6 + 6 + 8 + 4 + rest
    }
  }

  /// The bucket of each Gaussian: full buckets come first, then those of the given sizes.
  private static func buckets(
    count: Int, full: Int, capacity: Int, partial: [Int], buckets: Int, path: String, place: String
  ) throws(FileError) -> [Int32] {
    let (product, isLarge) = full.multipliedReportingOverflow(by: capacity)
    let inFull = isLarge ? count : min(count, product)
    var result: [Int32] = []
    result.reserveCapacity(count)
    for index in 0..<inFull { result.append(Int32(clamping: index / capacity)) }
    for (bucket, size) in partial.enumerated() {
      for _ in 0..<min(size, count - result.count) {
        result.append(Int32(clamping: full + bucket))
      }
    }
    guard result.count == count, Int(result.max() ?? 0) < max(1, buckets), buckets > 0 else {
      throw .bad(
        path, place,
        "its \(buckets) buckets do not hold its \(count) Gaussians (\(full) full ones)")
    }
    return result
  }

  /// Writes the section's Gaussians to the columns from `first` on.
  func unpack(into view: ParameterView, from first: Int) {
    bytes.forEachRow(count, from: recordStart, size: recordSize) {
      unpack($0, into: view, at: first + $0)
    }
  }

  private func unpack(_ index: Int, into view: ParameterView, at column: Int) {
    let isPlain = compression == .none
    let record = ByteHeader(bytes, start: recordStart + index * recordSize)
    let size = isPlain ? 4 : 2
    func number(_ offset: Int) -> Float {
      isPlain ? record.float(offset) : Half.float(UInt16(record.short(offset)))
    }
    for axis in 0..<3 {
      view[Plane.means + axis, column] =
        isPlain
        ? record.float(axis * 4)
        : (Float(record.short(axis * 2)) - positionRange) * positionStep
          + centers[Int(bucketOf[index])][axis]
      let scale = number((3 + axis) * size)
      view[Plane.logScales + axis, column] =
        scale == 0 ? Quantum.flatLogScale : Float.log(scale)
    }
    view.setRotation(
      column,
      Quaternion(
        w: number(6 * size), x: number(7 * size), y: number(8 * size), z: number(9 * size)))
    let colors = record.start + 10 * size
    for channel in 0..<3 {
      view[Plane.sh + channel, column] =
        (Float(bytes[colors + channel]) / 255 - 0.5) / zerothHarmonic
    }
    view[Plane.opacityLogit, column] = Quantum.logit(Float(bytes[colors + 3]) / 255)
    unpackHarmonics(record, 10 * size + 4, into: view, at: column)
  }

  /// The coefficients after the constant one come band by band, and in a band channel by channel.
  private func unpackHarmonics(
    _ record: ByteHeader, _ offset: Int, into view: ParameterView, at column: Int
  ) {
    var entry = 0
    for degree in 1..<max(1, shDegree + 1) {
      for channel in 0..<3 {
        for order in 0..<2 * degree + 1 {
          let coefficient = degree * degree + order
          view[Plane.sh + coefficient * 3 + channel, column] = harmonic(record, offset, entry)
          entry += 1
        }
      }
    }
  }

  private func harmonic(_ record: ByteHeader, _ offset: Int, _ entry: Int) -> Float {
    switch compression {
    case .none: record.float(offset + entry * 4)
    case .halves: Half.float(UInt16(record.short(offset + entry * 2)))
    case .bytes:
      harmonicRange.low + (harmonicRange.high - harmonicRange.low)
        * Float(bytes[record.start + offset + entry]) / 255
    }
  }
}
