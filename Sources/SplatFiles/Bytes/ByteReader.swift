/// A cursor over the bytes of a file that cannot leave them.
///
/// Reading past the end throws a ``FileError`` that names the byte and what was being read.
package struct ByteReader {
  /// The bytes that are read.
  package let bytes: FileBytes
  /// The file's name, for messages.
  package let path: String
  /// The position of the next byte.
  package private(set) var offset: Int
  /// Whether numbers have their most significant byte first.
  package let isBigEndian: Bool

  package init(_ bytes: FileBytes, path: String, offset: Int = 0, isBigEndian: Bool = false) {
    self.bytes = bytes
    self.path = path
    self.offset = offset
    self.isBigEndian = isBigEndian
  }

  /// The number of bytes that have not been read.
  package var remaining: Int { bytes.count - offset }

  /// Moves past `count` bytes of a `what`.
  package mutating func skip(_ count: Int, _ what: @autoclosure () -> String) throws(FileError) {
    guard count >= 0, count <= remaining else {
      throw .bad(
        path, "byte \(offset)",
        "the file ends inside \(what()): \(count) bytes were expected, \(remaining) are left")
    }
    offset += count
  }

  /// Reads an integer of a `what`.
  @inline(__always)
  package mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(
    _ type: Value.Type, _ what: @autoclosure () -> String
  ) throws(FileError) -> Value {
    let start = offset
    try skip(MemoryLayout<Value>.size, what())
    let raw = bytes.load(type, at: start)
    return isBigEndian ? Value(bigEndian: raw) : Value(littleEndian: raw)
  }

  /// Reads a `Float` of a `what`.
  @inline(__always)
  package mutating func float(_ what: @autoclosure () -> String) throws(FileError) -> Float {
    Float(bitPattern: try integer(UInt32.self, what()))
  }

  /// Reads a `Double` of a `what`.
  @inline(__always)
  package mutating func double(_ what: @autoclosure () -> String) throws(FileError) -> Double {
    Double(bitPattern: try integer(UInt64.self, what()))
  }

  /// Reads a 64-bit count of records that take at least `minimumSize` bytes each.
  ///
  /// A count that the rest of the file cannot hold is an error, so that memory may be reserved for
  /// it.
  package mutating func count(minimumSize: Int, of what: String) throws(FileError) -> Int {
    let place = offset
    let value = try integer(UInt64.self, "the number of \(what)")
    let limit = remaining / minimumSize
    guard value <= UInt64(limit) else {
      throw .bad(
        path, "byte \(place)",
        "says that \(value) \(what) follow; the file's size allows at most \(limit)")
    }
    return Int(value)
  }

  /// Reads UTF-8 text up to a zero byte.
  package mutating func terminatedText(_ what: @autoclosure () -> String) throws(FileError)
    -> String
  {
    let start = offset
    var end = start
    while end < bytes.count, bytes[end] != 0 { end += 1 }
    guard end < bytes.count else {
      throw .bad(path, "byte \(start)", "the file ends inside \(what())")
    }
    offset = end + 1
    guard let text = bytes.text(start..<end) else {
      throw .bad(path, "byte \(start)", "\(what()) is not UTF-8")
    }
    return text
  }
}
