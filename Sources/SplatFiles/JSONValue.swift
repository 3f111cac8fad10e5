/// A value of a JSON file (RFC 8259).
package enum JSONValue {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  /// What the value is, for messages.
  package var kind: String {
    switch self {
    case .null: "null"
    case .bool: "a truth value"
    case .number: "a number"
    case .string: "a text"
    case .array: "an array"
    case .object: "an object"
    }
  }

  /// A file of cameras that is larger than this is none; each byte of it costs many in memory.
  static let largestFile = 256 << 20

  /// Reads the file at `path`, which must hold a single value.
  static func read(_ bytes: FileBytes, path: String) throws(FileError) -> JSONValue {
    guard bytes.count <= largestFile else {
      throw .bad(path, nil, "has \(bytes.count) bytes; at most \(largestFile) are read")
    }
    var parser = JSONParser(bytes: bytes, path: path)
    return try parser.document()
  }
}

/// Takes JSON text apart, byte by byte.
private struct JSONParser {
  let bytes: FileBytes
  let path: String
  var offset = 0

  /// Nesting deeper than this is refused, since it is followed by recursion.
  private static let deepest = 64

  mutating func document() throws(FileError) -> JSONValue {
    if bytes.count >= 3, bytes.slice(0..<3) == [0xef, 0xbb, 0xbf] { offset = 3 }
    let value = try value(depth: 0)
    skipSpace()
    guard offset == bytes.count else { throw bad("more text after the end of the value") }
    return value
  }

  private mutating func value(depth: Int) throws(FileError) -> JSONValue {
    guard depth <= Self.deepest else { throw bad("values are nested too deeply") }
    skipSpace()
    guard offset < bytes.count else { throw bad("the file ends where a value was expected") }
    switch bytes[offset] {
    case UInt8(ascii: "{"): return .object(try object(depth: depth))
    case UInt8(ascii: "["): return .array(try array(depth: depth))
    case UInt8(ascii: "\""): return .string(try string())
    default: return try scalar()
    }
  }

  private mutating func object(depth: Int) throws(FileError) -> [String: JSONValue] {
    offset += 1
    var members: [String: JSONValue] = [:]
    if take("}") { return members }
    while true {
      skipSpace()
      guard offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") else {
        throw bad("a name between quotation marks was expected")
      }
      let name = try string()
      guard take(":") else { throw bad("`:` was expected") }
      members[name] = try value(depth: depth + 1)
      if take("}") { return members }
      guard take(",") else { throw bad("`,` or `}` was expected") }
    }
  }

  private mutating func array(depth: Int) throws(FileError) -> [JSONValue] {
    offset += 1
    var elements: [JSONValue] = []
    if take("]") { return elements }
    while true {
      elements.append(try value(depth: depth + 1))
      if take("]") { return elements }
      guard take(",") else { throw bad("`,` or `]` was expected") }
    }
  }

  private mutating func string() throws(FileError) -> String {
    let start = offset
    offset += 1
    var utf8: [UInt8] = []
    while offset < bytes.count {
      let byte = bytes[offset]
      offset += 1
      if byte == UInt8(ascii: "\"") {
        guard let text = String(validating: utf8, as: UTF8.self) else {
          throw .bad(path, "byte \(start)", "the text is not UTF-8")
        }
        return text
      }
      guard byte >= 32 else { throw bad("a control character in a text") }
      if byte == UInt8(ascii: "\\") { utf8 += try escape() } else { utf8.append(byte) }
    }
    throw .bad(path, "byte \(start)", "the text has no end")
  }

  private mutating func escape() throws(FileError) -> [UInt8] {
    guard offset < bytes.count else { throw bad("the file ends inside a text") }
    let byte = bytes[offset]
    offset += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
    case UInt8(ascii: "b"): return [8]
    case UInt8(ascii: "f"): return [12]
    case UInt8(ascii: "n"): return [10]
    case UInt8(ascii: "r"): return [13]
    case UInt8(ascii: "t"): return [9]
    case UInt8(ascii: "u"):
      var units = [try codeUnit()]
      // A character outside the basic plane is written as two escapes.
      if UTF16.isLeadSurrogate(units[0]), offset + 2 <= bytes.count,
        bytes.slice(offset..<offset + 2) == Array("\\u".utf8)
      {
        offset += 2
        units.append(try codeUnit())
      }
      return Array(String(decoding: units, as: UTF16.self).utf8)
    default: throw bad("an unknown escape in a text")
    }
  }

  private mutating func codeUnit() throws(FileError) -> UInt16 {
    guard offset + 4 <= bytes.count, let digits = bytes.text(offset..<offset + 4),
      digits.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }),
      let unit = UInt16(digits, radix: 16)
    else { throw bad("four hexadecimal digits were expected") }
    offset += 4
    return unit
  }

  private mutating func scalar() throws(FileError) -> JSONValue {
    let start = offset
    let ends = Set(",]} \t\r\n".utf8)
    while offset < bytes.count, offset - start < 400, !ends.contains(bytes[offset]) { offset += 1 }
    switch bytes.text(start..<offset) {
    case "null": return .null
    case "true": return .bool(true)
    case "false": return .bool(false)
    default: break
    }
    let first = bytes[start]
    // `NaN` and `Infinity` are written by some programs; they are no numbers in JSON.
    guard first == UInt8(ascii: "-") || (first >= 48 && first <= 57),
      let number = ASCIINumber.double(bytes, start..<offset), number.isFinite
    else { throw .bad(path, "byte \(start)", "a value was expected") }
    return .number(number)
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard offset < bytes.count, bytes[offset] == UInt8(ascii: character) else { return false }
    offset += 1
    return true
  }

  private mutating func skipSpace() {
    while offset < bytes.count, [32, 9, 10, 13].contains(bytes[offset]) { offset += 1 }
  }

  private func bad(_ problem: String) -> FileError { .bad(path, "byte \(offset)", problem) }
}
