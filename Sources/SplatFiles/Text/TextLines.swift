/// The lines of a text file, as ranges of bytes without their line ends.
///
/// A line ends with a line feed, with a carriage return before it or not.
struct TextLines {
  let bytes: FileBytes
  /// Where the next line starts.
  private(set) var offset: Int
  /// The number of the line that was read last, from 1.
  private(set) var number: Int

  init(_ bytes: FileBytes, offset: Int = 0, number: Int = 0) {
    self.bytes = bytes
    // Programs for Windows begin a text with the mark of UTF-8.
    let hasMark = offset == 0 && bytes.count >= 3 && bytes.slice(0..<3) == [0xef, 0xbb, 0xbf]
    self.offset = hasMark ? 3 : offset
    self.number = number
  }

  /// The next line, or nothing at the end of the file.
  mutating func next() -> Range<Int>? {
    guard offset < bytes.count else { return nil }
    let start = offset
    var end = start
    while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
    offset = min(end + 1, bytes.count)
    number += 1
    if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return start..<end
  }

  /// The next line that is neither empty nor a comment, which starts with `#`.
  mutating func nextContent() -> Range<Int>? {
    while let line = next() {
      let start = Self.skipSpace(bytes, line)
      if start < line.upperBound, bytes[start] != UInt8(ascii: "#") {
        return start..<line.upperBound
      }
    }
    return nil
  }

  /// Where the first byte that is no space is, or the end of `range`.
  static func skipSpace(_ bytes: FileBytes, _ range: Range<Int>) -> Int {
    var index = range.lowerBound
    while index < range.upperBound, isSpace(bytes[index]) { index += 1 }
    return index
  }

  /// Takes the first word off `rest`.
  static func nextWord(_ bytes: FileBytes, _ rest: inout Range<Int>) -> Range<Int>? {
    let start = skipSpace(bytes, rest)
    guard start < rest.upperBound else { return nil }
    var end = start
    while end < rest.upperBound, !isSpace(bytes[end]) { end += 1 }
    rest = end..<rest.upperBound
    return start..<end
  }

  @inline(__always)
  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 32 || (byte >= 9 && byte <= 13)
  }
}
