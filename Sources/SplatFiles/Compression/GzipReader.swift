import CZlib

/// A gzip stream (RFC 1952) that is expanded piece by piece, through zlib.
@safe
package final class GzipReader {
  private let bytes: FileBytes
  private let path: String
  // zlib keeps a pointer to the stream's state, which therefore must not move.
  private let stream: UnsafeMutablePointer<z_stream>
  private var isAtEnd = false

  package init(_ bytes: FileBytes, path: String) throws(FileError) {
    guard bytes.count <= UInt32.max else {
      throw .bad(path, nil, "has \(bytes.count) bytes; a gzip stream below 4 GB was expected")
    }
    self.bytes = bytes
    self.path = path
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    // 16 more than the largest window asks for gzip's own header and checksum.
    let status = unsafe inflateInit2_(
      stream, MAX_WBITS + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else {
      throw .bad(path, nil, "zlib cannot be started (status \(status))")
    }
    unsafe bytes.withPointer { base, count in
      unsafe stream.pointee.next_in = UnsafeMutablePointer(
        mutating: base.assumingMemoryBound(to: UInt8.self))
      unsafe stream.pointee.avail_in = UInt32(count)
    }
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  /// Expands the next `count` bytes.
  func read(_ count: Int, _ what: String) throws(FileError) -> [UInt8] {
    let (part, isEnd) = try expand(count)
    isAtEnd = isEnd
    guard part.count == count else {
      throw .bad(path, nil, "the gzip stream ends inside \(what)")
    }
    return part
  }

  /// Expands at most `limit` bytes that follow, up to the end of the stream and its checksum.
  package func readToEnd(limit: Int) throws(FileError) -> [UInt8] {
    guard !isAtEnd else { return [] }
    let (rest, isEnd) = try expand(limit)
    guard isEnd else {
      throw .bad(path, nil, "the gzip stream goes on for more than \(limit) bytes after the model")
    }
    return rest
  }

  private func expand(_ count: Int) throws(FileError) -> (bytes: [UInt8], isEnd: Bool) {
    var output = [UInt8](repeating: 0, count: count)
    var done = 0
    var status = Z_OK
    unsafe output.withUnsafeMutableBufferPointer { target in
      // A last call without room lets zlib see the end of the stream.
      repeat {
        let room = min(count - done, 1 << 30)
        var none: UInt8 = 0
        unsafe withUnsafeMutablePointer(to: &none) { none in
          unsafe stream.pointee.next_out = target.baseAddress.map { unsafe $0 + done } ?? none
          unsafe stream.pointee.avail_out = UInt32(room)
          status = unsafe inflate(stream, Z_NO_FLUSH)
        }
        done += room - Int(unsafe stream.pointee.avail_out)
      } while status == Z_OK && done < count
    }
    guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
      let reason = unsafe stream.pointee.msg.map { unsafe String(cString: $0) }
      throw .bad(
        path, nil, "the gzip stream is damaged: \(reason ?? "zlib's status \(status)")")
    }
    output.removeLast(count - done)
    return (output, status == Z_STREAM_END)
  }
}
