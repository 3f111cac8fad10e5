/// Finds the values of a JSON text, byte by byte.
struct JSONParser {
  private let bytes: FileBytes
  private let path: String
  private var offset: Int
  private var nodes: [JSONNode] = []

  /// So many values and names are held: those of a reconstruction of a million points.
  private static let mostNodes = 16_000_000
  /// Nesting deeper than this is refused, since it is followed by recursion.
  private static let deepest = 64
  /// The bytes of a text that are checked at a time.
  private static let piece = 1 << 16
  /// What objects and arrays start with.
  private static let structures = Array("{[".utf8)
  /// A longer number is refused.
  private static let longestScalar = 400

  init(_ bytes: FileBytes, path: String, offset: Int = 0) {
    self.bytes = bytes
    self.path = path
    self.offset = offset
  }

  /// The values of a text that holds a single one.
  mutating func document() throws(FileError) -> [JSONNode] {
    // A value takes two bytes at least, with what separates it from the next. A growing array would
    // take its memory twice; room that is not used takes none.
    nodes.reserveCapacity(min(bytes.count / 2 + 1, Self.mostNodes))
    if bytes.count >= 3, bytes.slice(0..<3) == [0xef, 0xbb, 0xbf] { offset = 3 }
    skipSpace()
    let isStructure = offset < bytes.count && Self.structures.contains(bytes[offset])
    do throws(FileError) {
      try value(depth: 0)
      skipSpace()
      guard offset == bytes.count else { throw bad("more text after the end of the value") }
    } catch {
      // A file of another kind has no place where it goes wrong, even if it starts with a number.
      guard isStructure else {
        throw .bad(
          path, nil,
          bytes.count == 0
            ? "is empty; JSON was expected" : "is no JSON, which would start with `{` or `[`")
      }
      throw error
    }
    return nodes
  }

  /// Adds a node that starts here, and so far has nothing in it.
  private mutating func addNode() throws(FileError) {
    guard nodes.count < Self.mostNodes else {
      throw bad("more than \(Self.mostNodes) values; at most so many are read")
    }
    nodes.append(JSONNode(offset: UInt32(offset), end: UInt32(nodes.count + 1)))
  }

  private mutating func value(depth: Int) throws(FileError) {
    guard depth <= Self.deepest else {
      throw bad("values are nested too deeply; at most \(Self.deepest) levels are read")
    }
    skipSpace()
    guard offset < bytes.count else { throw bad("the file ends where a value was expected") }
    try addNode()
    switch bytes[offset] {
    case UInt8(ascii: "{"): try object(depth: depth)
    case UInt8(ascii: "["): try array(depth: depth)
    case UInt8(ascii: "\""): try skipText()
    default: try scalar()
    }
  }

  private mutating func object(depth: Int) throws(FileError) {
    let node = nodes.count - 1
    offset += 1
    if take("}") { return }
    while true {
      skipSpace()
      guard offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") else {
        throw bad("a name between quotation marks was expected")
      }
      try addNode()
      try skipText()
      guard take(":") else { throw bad("`:` was expected") }
      try value(depth: depth + 1)
      if take("}") { break }
      guard take(",") else { throw bad("`,` or `}` was expected") }
    }
    nodes[node].end = UInt32(nodes.count)
  }

  private mutating func array(depth: Int) throws(FileError) {
    let node = nodes.count - 1
    offset += 1
    if take("]") { return }
    while true {
      try value(depth: depth + 1)
      if take("]") { break }
      guard take(",") else { throw bad("`,` or `]` was expected") }
    }
    nodes[node].end = UInt32(nodes.count)
  }

  /// Goes past a text, which must be UTF-8.
  private mutating func skipText() throws(FileError) {
    let start = offset
    var isASCII = true
    offset += 1
    while offset < bytes.count {
      let byte = bytes[offset]
      offset += 1
      if byte == UInt8(ascii: "\"") {
        guard isASCII || isUTF8(start + 1..<offset - 1) else {
          throw .bad(path, "byte \(start)", "the text is not UTF-8")
        }
        return
      }
      guard byte >= 32 else { throw bad("a control character in a text") }
      if byte >= 0x80 { isASCII = false }
      if byte == UInt8(ascii: "\\") { _ = try escape() }
    }
    throw .bad(path, "byte \(start)", "the text has no end")
  }

  /// Whether the bytes of `range` are UTF-8, looked at in pieces, since a text may be long.
  private func isUTF8(_ range: Range<Int>) -> Bool {
    var start = range.lowerBound
    while start < range.upperBound {
      var end = min(start + Self.piece, range.upperBound)
      // Not in the middle of a character, of at most four bytes.
      for _ in 0..<3 where end < range.upperBound && bytes[end] & 0xc0 == 0x80 { end -= 1 }
      guard bytes.text(start..<end) != nil else { return false }
      start = end
    }
    return true
  }

  /// Reads a text that was checked.
  mutating func text() throws(FileError) -> String {
    offset += 1
    var utf8: [UInt8] = []
    while bytes[offset] != UInt8(ascii: "\"") {
      let byte = bytes[offset]
      offset += 1
      if byte == UInt8(ascii: "\\") { utf8 += try escape() } else { utf8.append(byte) }
    }
    return String(decoding: utf8, as: UTF8.self)
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

  private mutating func scalar() throws(FileError) {
    let start = offset
    offset = Self.scalarEnd(bytes, start)
    let first = bytes[start]
    let isNumber =
      first == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first)
    guard !isNumber else {
      // Some programs write `NaN` and `Infinity`, which are not numbers in JSON.
      guard let number = ASCIINumber.double(bytes, start..<offset), number.isFinite else {
        throw .bad(path, "byte \(start)", "a value was expected")
      }
      return
    }
    guard offset - start <= 5, ["null", "true", "false"].contains(bytes.text(start..<offset)) else {
      throw .bad(path, "byte \(start)", "a value was expected")
    }
  }

  /// Where a number or word that starts at `start` ends.
  static func scalarEnd(_ bytes: FileBytes, _ start: Int) -> Int {
    var end = start
    let limit = min(bytes.count, start + longestScalar)
    while end < limit, !isSpace(bytes[end]) {
      let byte = bytes[end]
      if byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}") {
        break
      }
      end += 1
    }
    return end
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard offset < bytes.count, bytes[offset] == UInt8(ascii: character) else { return false }
    offset += 1
    return true
  }

  private mutating func skipSpace() {
    while offset < bytes.count, Self.isSpace(bytes[offset]) { offset += 1 }
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 32 || byte == 9 || byte == 10 || byte == 13
  }

  private func bad(_ problem: String) -> FileError { .bad(path, "byte \(offset)", problem) }
}
