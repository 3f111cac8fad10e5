import CZstd

/// Zstandard frames (RFC 8878), through libzstd.
package enum Zstandard {
  /// The library's own default, and that of the reference encoder of SPZ.
  private static let level: Int32 = 3

  /// Expands the frame in `range` of a file, which must fill `target` of `output`.
  package static func expand(
    _ bytes: FileBytes, _ range: Range<Int>, into output: inout [UInt8], at target: Range<Int>,
    path: String, place: String
  ) throws(FileError) {
    let got = unsafe output.withUnsafeMutableBytes { all in
      let room = unsafe UnsafeMutableRawBufferPointer(rebasing: all[target])
      return unsafe bytes.withPointer { base, _ in
        unsafe ZSTD_decompress(
          room.baseAddress, room.count, base + range.lowerBound, range.count)
      }
    }
    guard ZSTD_isError(got) == 0 else {
      let reason = unsafe String(cString: ZSTD_getErrorName(got))
      throw .bad(path, place, "the zstd frame cannot be expanded: \(reason)")
    }
    guard got == target.count else {
      throw .bad(path, place, "the zstd frame holds \(got) bytes; \(target.count) were expected")
    }
  }

  /// The frame of `range` of `bytes`; nothing if the library fails.
  static func compress(_ bytes: [UInt8], _ range: Range<Int>) -> [UInt8]? {
    var output = [UInt8](repeating: 0, count: ZSTD_compressBound(range.count))
    let size = unsafe output.withUnsafeMutableBytes { target in
      unsafe bytes[range].withUnsafeBytes { source in
        unsafe ZSTD_compress(
          target.baseAddress, target.count, source.baseAddress, source.count, level)
      }
    }
    guard ZSTD_isError(size) == 0 else { return nil }
    output.removeLast(output.count - size)
    return output
  }
}
