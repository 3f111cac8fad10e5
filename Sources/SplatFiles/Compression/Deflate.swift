import CZlib

/// The compression of zip archives, gzip streams and PNG files (RFC 1951), and the checksum that
/// goes with it, both by zlib.
enum Deflate {
  /// No byte expands to more than 1,032: two bits stand for at most 258 bytes.
  static let largestExpansion = 1032
  /// zlib is given and gives at most so many bytes at once.
  private static let largestPiece = 1 << 30

  /// The CRC-32 of bytes.
  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    unsafe bytes.withUnsafeBufferPointer {
      unsafe UInt32(truncatingIfNeeded: crc32_z(0, $0.baseAddress, $0.count))
    }
  }

  /// The bytes that the stream in `range` of a file expands to; nothing if it is damaged or they
  /// are not `count`.
  static func expand(_ bytes: FileBytes, _ range: Range<Int>, count: Int) -> [UInt8]? {
    var stream = unsafe z_stream()
    // A negative window asks for raw deflate, without header and checksum.
    let status = unsafe inflateInit2_(
      &stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { return nil }
    defer { unsafe inflateEnd(&stream) }
    // Room for one more byte shows that there are too many.
    var output = [UInt8](repeating: 0, count: count + 1)
    var (taken, done) = (0, 0)
    let isWhole = unsafe bytes.withPointer { base, _ in
      let source = unsafe base.assumingMemoryBound(to: UInt8.self)
      return unsafe output.withUnsafeMutableBufferPointer { target in
        var status = Z_OK
        while status == Z_OK, done <= count {
          let given = min(range.count - taken, largestPiece)
          let room = min(count + 1 - done, largestPiece)
          unsafe stream.next_in = UnsafeMutablePointer(
            mutating: source + range.lowerBound + taken)
          unsafe stream.avail_in = UInt32(given)
          unsafe stream.next_out = target.baseAddress.map { unsafe $0 + done }
          unsafe stream.avail_out = UInt32(room)
          status = unsafe inflate(&stream, Z_NO_FLUSH)
          taken += given - Int(unsafe stream.avail_in)
          done += room - Int(unsafe stream.avail_out)
        }
        return status == Z_STREAM_END
      }
    }
    guard isWhole, done == count else { return nil }
    output.removeLast()
    return output
  }
}
