import CZlib
package import SplatCore

/// Makes gzip streams on several threads.
package enum GzipWriter {
  /// The bytes that a thread compresses at a time; it must not depend on the number of threads.
  private static let pieceSize = 1 << 20
  /// Level 6, the usual one, takes twice the time and saves 2 % of an SPZ model.
  private static let level: Int32 = 4

  /// The gzip stream of `bytes`.
  ///
  /// Each piece is compressed alone and ends at a whole byte, so that together they are one stream.
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
    // No name, no time, an unknown system.
    var file: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]
    for part in parts {
      guard let part else {
        throw FileError(.cannotWrite, path: path, problem: "zlib cannot compress the model")
      }
      file += part
    }
    var end = LittleEndianBytes()
    end.append(Deflate.checksum(bytes))
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
