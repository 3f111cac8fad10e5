import CJPEG

/// A TurboJPEG decoder, which lives as long as this object.
@safe
final class JPEGDecoder {
  private let handle: tjhandle
  private let path: String
  /// The file, repaired if that was necessary.
  private var bytes: FileBytes
  /// The size of the image.
  private(set) var size = (width: 0, height: 0)
  /// How often decoding may be tried without bytes that may be padding.
  private var trials = 64
  /// What is wrong with the file, if that does no harm.
  private(set) var warning: String?

  /// Reads the header of the file `bytes`; `path` is for messages.
  init(_ bytes: FileBytes, path: String) throws(FileError) {
    guard let handle = unsafe tjInitDecompress() else {
      throw .bad(path, nil, "libjpeg cannot be started")
    }
    unsafe self.handle = handle
    self.path = path
    self.bytes = bytes
    size = try headerSize()
  }

  deinit { unsafe tjDestroy(handle) }

  private func headerSize() throws(FileError) -> (width: Int, height: Int) {
    var (width, height, sampling, colors) = (Int32(0), Int32(0), Int32(0), Int32(0))
    let result = unsafe bytes.withPointer { base, count in
      unsafe tjDecompressHeader3(
        handle, base.assumingMemoryBound(to: UInt8.self), UInt(count), &width, &height, &sampling,
        &colors)
    }
    if result != 0 {
      let failure = failure()
      guard repair(failure) else { throw failure }
      return try headerSize()
    }
    guard colors != TJCS_CMYK.rawValue, colors != TJCS_YCCK.rawValue else {
      throw .bad(path, "header", "has CMYK colours; RGB or grey was expected")
    }
    try ImageLimits.check(width: Int(width), height: Int(height), path: path)
    // Each block of 8 x 8 pixels takes a bit at least, even in an image of one colour.
    guard bytes.count >= Int(width) * Int(height) / (8 * 8 * 8) else {
      throw .bad(
        path, "header",
        "an image of \(width) x \(height) pixels, which the file's \(bytes.count) bytes cannot hold"
      )
    }
    // The coefficients of a photo of several scans, two bytes each, are all in memory at once.
    try ImageLimits.checkMemory(
      width: Int(width), height: Int(height),
      bytesPerPixel: 3 + (Self.hasSeveralScans(bytes) ? 3 * 2 : 0),
      fileBytes: bytes.count, path: path)
    return (Int(width), Int(height))
  }

  /// Repairs the file after the library warned of it with `failure`, if it was not repaired before;
  /// returns whether there is something to try again.
  private func repair(_ failure: FileError) -> Bool {
    guard warning == nil, unsafe tjGetErrorCode(handle) == TJERR_WARNING.rawValue,
      let repaired = JPEGRepair.repaired(bytes)
    else { return false }
    warning = failure.problem
    bytes = FileBytes(repaired)
    return true
  }

  /// Whether the image is progressive, or its first scan has not all of the frame's components.
  private static func hasSeveralScans(_ bytes: FileBytes) -> Bool {
    var components: UInt8?
    var offset = 2
    while offset + 10 <= bytes.count, bytes[offset] == 0xff {
      let marker = bytes[offset + 1]
      let length = Int(bytes[offset + 2]) << 8 | Int(bytes[offset + 3])
      // Of the frames, 0xc2, 0xc6, 0xca and 0xce are progressive.
      if JPEGScans.isFrame(marker) {
        if marker & 3 == 2 { return true }
        components = bytes[offset + 9]
      }
      if marker == JPEGMarker.scan { return bytes[offset + 4] != components }
      offset += 2 + max(2, length)
    }
    return true
  }

  /// The pixels, height x width x 3, at one of the sizes that the decoder can scale to.
  ///
  /// Data that ends early or is damaged is only a warning to the library; here it is an error.
  func pixels(width: Int, height: Int) throws(FileError) -> [UInt8] {
    // The decoder writes every pixel, or reports an error or a warning.
    func decoded() -> (pixels: [UInt8], result: Int32) {
      var result: Int32 = 0
      let flags = TJFLAG_LIMITSCANS | TJFLAG_STOPONWARNING
      let pixels = unsafe [UInt8](unsafeUninitializedCapacity: width * height * 3) { target, used in
        result = unsafe bytes.withPointer { base, count in
          unsafe tjDecompress2(
            handle, base.assumingMemoryBound(to: UInt8.self), UInt(count), target.baseAddress,
            Int32(width), 0, Int32(height), Int32(TJPF_RGB.rawValue), flags)
        }
        used = result == 0 ? target.count : 0
      }
      return (pixels, result)
    }
    let (pixels, result) = decoded()
    guard result != 0 else { return pixels }
    let failure = failure()
    if unsafe tjGetErrorCode(handle) == TJERR_WARNING.rawValue,
      let (count, marker) = JPEGRepair.padding(failure.problem), marker == JPEGMarker.end
    {
      // Nothing is lost if all was decoded when the warning came. If the file ends where a scan was
      // to go on, there is another warning without these bytes.
      guard let trimmed = JPEGRepair.repaired(bytes),
        let end = JPEGRepair.dataEnds(FileBytes(trimmed)).last, end > count
      else { throw failure }
      bytes = FileBytes(Array(trimmed[..<(end - count)] + trimmed[end...]))
      warning = warning ?? failure.problem
      let (pixels, result) = decoded()
      guard result == 0 else { throw self.failure() }
      return pixels
    }
    guard repair(failure) || removePadding(failure, { decoded().result == 0 })
    else { throw failure }
    return try self.pixels(width: width, height: height)
  }

  /// Removes the bytes before a marker in or after a scan of which the library warned with
  /// `failure`; returns whether that was it.
  ///
  /// The warning says how many bytes there are, but not at which of several places: at any other,
  /// what is removed is missed. Programs that pad do so everywhere, which is tried first. Bytes
  /// that differ are no padding but a part of a damaged picture.
  ///
  /// - Parameter isDecoded: decodes the file, and returns whether there was no warning.
  private func removePadding(_ failure: FileError, _ isDecoded: () -> Bool) -> Bool {
    guard let (count, marker) = JPEGRepair.padding(failure.problem) else { return false }
    let padded = bytes
    // The bytes that may be padding at each place, as many as those that were found.
    let places = JPEGRepair.dataEnds(padded).filter { end in
      end > count && (end - count..<end).allSatisfy { padded[$0] == padded[end - 1] }
    }
    let alike = places.map { $0 - count..<$0 }
    // As many as there are of the same, where padding leads to a multiple of some size.
    let runs = places.map { end -> Range<Int> in
      var start = end - count
      while start > 0, padded[start - 1] == padded[end - 1] { start -= 1 }
      return start..<end
    }
    let single = alike.filter { padded[$0.upperBound + 1] == marker }.map { [$0] }
    for (index, ranges) in ([alike, runs] + single).enumerated() where trials > 0 {
      trials -= 1
      bytes = FileBytes(padded.without(ranges))
      if isDecoded() { return true }
      // At one place of several, the next one is warned of.
      if index > 1, JPEGRepair.padding(self.failure().problem) != nil { return true }
    }
    bytes = padded
    return false
  }

  private func failure() -> FileError {
    let text = unsafe tjGetErrorStr2(handle).map { unsafe String(cString: $0) }
    return .bad(path, nil, "libjpeg: \(text ?? "unknown error")")
  }
}

extension FileBytes {
  /// The bytes without those in `ranges`, which are in order.
  fileprivate func without(_ ranges: [Range<Int>]) -> [UInt8] {
    var result: [UInt8] = []
    var start = 0
    for range in ranges {
      result += slice(start..<range.lowerBound)
      start = range.upperBound
    }
    return result + slice(start..<count)
  }
}
