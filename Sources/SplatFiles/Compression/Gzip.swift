import CZlib
package import SplatCore

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

/// Makes gzip streams on several threads.
package enum GzipWriter {
  /// The bytes that a thread compresses at a time; it must not depend on the number of threads.
  private static let pieceSize = 1 << 20
  /// Level 6, the usual one, takes twice the time and saves 2 % of an SPZ model.
  private static let level: Int32 = 4

  /// The gzip stream of `bytes`.
  ///
  /// Pieces are compressed for themselves and end at a byte, so that together they are one stream.
  package static func compress(_ bytes: [UInt8], workers: Workers, path: String) throws(FileError)
    -> [UInt8]
  {
    let pieces = max(1, (bytes.count + pieceSize - 1) / pieceSize)
    var parts = [[UInt8]?](repeating: nil, count: pieces)
    let results = SharedResults<[UInt8]>(count: pieces)
    workers.forEach(pieces) { piece, _ in
      let range = piece * pieceSize..<min(bytes.count, (piece + 1) * pieceSize)
      results[piece] = deflate(bytes, range, isLast: piece == pieces - 1)
    }
    parts = results.values
    let crc = unsafe bytes.withUnsafeBufferPointer {
      unsafe crc32_z(0, $0.baseAddress, $0.count)
    }
    // No name, no time, no system that is known.
    var file: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]
    for part in parts {
      guard let part else {
        throw FileError(.cannotWrite, path: path, problem: "zlib cannot compress the model")
      }
      file += part
    }
    var end = LittleEndianBytes()
    end.append(UInt32(truncatingIfNeeded: crc))
    end.append(UInt32(truncatingIfNeeded: bytes.count))
    return file + end.bytes
  }

  private static func deflate(_ bytes: [UInt8], _ range: Range<Int>, isLast: Bool) -> [UInt8]? {
    var stream = unsafe z_stream()
    // A negative window asks for raw deflate, without header and checksum.
    let status = unsafe deflateInit2_(
      &stream, level, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { return nil }
    defer { unsafe deflateEnd(&stream) }
    // Flushing takes a few bytes more than the bound of a stream that is ended.
    let bound = Int(unsafe deflateBound(&stream, UInt(range.count))) + 16
    var output = [UInt8](repeating: 0, count: bound)
    var written = 0
    let isDone = unsafe bytes.withUnsafeBufferPointer { source in
      unsafe output.withUnsafeMutableBufferPointer { target in
        unsafe stream.next_in = source.baseAddress.map {
          unsafe UnsafeMutablePointer(mutating: $0 + range.lowerBound)
        }
        unsafe stream.avail_in = UInt32(range.count)
        unsafe stream.next_out = target.baseAddress
        unsafe stream.avail_out = UInt32(bound)
        let status = unsafe CZlib.deflate(&stream, isLast ? Z_FINISH : Z_SYNC_FLUSH)
        written = bound - Int(unsafe stream.avail_out)
        return unsafe status == (isLast ? Z_STREAM_END : Z_OK) && stream.avail_in == 0
      }
    }
    guard isDone else { return nil }
    output.removeLast(bound - written)
    return output
  }
}
