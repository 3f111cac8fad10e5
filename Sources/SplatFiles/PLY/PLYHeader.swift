/// The header of a PLY file: what elements it holds, and where their data starts.
package struct PLYHeader {
  /// How the numbers of a file are written.
  package enum Format: String {
    case ascii
    case littleEndian = "binary_little_endian"
    case bigEndian = "binary_big_endian"
  }

  /// A column of an element: a number in each row, or a list of them.
  package struct Property {
    package var name: String
    package var type: PLYScalar
    /// The type of a list's length; nothing for a single number.
    package var lengthType: PLYScalar?
  }

  /// A table of a file.
  package struct Element {
    package var name: String
    package var count: Int
    package var properties: [Property] = []

    /// The bytes of a row in a binary file, or of its lengths alone where it holds lists.
    var smallestRow: Int {
      properties.reduce(0) { $0 + ($1.lengthType ?? $1.type).size }
    }

    /// Whether some property is a list.
    var hasLists: Bool { properties.contains { $0.lengthType != nil } }
  }

  package private(set) var format = Format.ascii
  package private(set) var elements: [Element] = []
  /// The texts after the word `comment`.
  package private(set) var comments: [String] = []
  /// The position of the first byte after the header.
  package private(set) var dataOffset = 0
  /// The number of lines that the header takes.
  package private(set) var lineCount = 0

  /// A header that is longer than this is no header.
  private static let largest = 1 << 20
  private static let longestLine = 10_000
  /// The most elements, and properties of one, that a header has; models have up to 86 properties.
  private static let mostElements = 100
  private static let mostProperties = 2000

  /// Reads the header at the start of `bytes`.
  package init(_ bytes: FileBytes, path: String) throws(FileError) {
    // The first line.
    var lines = TextLines(bytes)
    guard let first = lines.next(), first.count == 3, bytes.text(first) == "ply" else {
      throw .bad(path, "byte 0", "is not a PLY file: it does not start with a line `ply`")
    }
    // A keyword and its words in each line that follows, up to the last.
    var sawFormat = false
    while true {
      let start = lines.offset
      guard start < Self.largest, let line = lines.next(), line.upperBound < bytes.count else {
        throw .bad(path, "byte \(start)", "the header has no `end_header`")
      }
      if let comment = Self.comment(bytes, line) {
        comments.append(comment)
        continue
      }
      guard line.count < Self.longestLine, let text = bytes.text(line) else {
        throw .bad(path, "line \(lines.number)", "the header's line is not text")
      }
      let words = text.split { $0 == " " || $0 == "\t" }.map(String.init)
      let place = "line \(lines.number)"
      switch words.first {
      case "end_header": break
      case "format":
        guard words.count >= 2, let format = Format(rawValue: words[1]) else {
          throw .bad(
            path, place,
            "`\(text)` is no known format: ascii, binary_little_endian or binary_big_endian")
        }
        self.format = format
        sawFormat = true
      case "element": try addElement(words, path, place)
      case "property": try addProperty(words, path, place)
      case nil: break
      default: throw .bad(path, place, "`\(text)` is no line of a PLY header")
      }
      if words.first == "end_header" { break }
    }
    // The data follow.
    guard sawFormat else { throw .bad(path, "header", "names no format") }
    dataOffset = lines.offset
    lineCount = lines.number
  }

  /// What follows the word `comment` in a line, if it starts with it; `obj_info` means the same.
  ///
  /// Comments may be in any encoding, and hold what is no text.
  private static func comment(_ bytes: FileBytes, _ line: Range<Int>) -> String? {
    var rest = line
    guard let word = TextLines.nextWord(bytes, &rest),
      ["comment", "obj_info"].contains(bytes.text(word))
    else { return nil }
    let text = String(decoding: bytes.slice(rest.dropFirst()), as: UTF8.self)
    return String(text.map { $0.isNewline || ($0.asciiValue ?? 32) < 32 ? " " : $0 })
  }

  private mutating func addElement(_ words: [String], _ path: String, _ place: String)
    throws(FileError)
  {
    guard words.count == 3, let count = Int(words[2]), count >= 0 else {
      throw .bad(path, place, "`element NAME COUNT` was expected")
    }
    guard elements.count < Self.mostElements else {
      throw .bad(path, place, "more than \(Self.mostElements) elements; at most so many are read")
    }
    guard !elements.contains(where: { $0.name == words[1] }) else {
      throw .bad(path, place, "a second element `\(words[1])`")
    }
    elements.append(Element(name: words[1], count: count))
  }

  private mutating func addProperty(_ words: [String], _ path: String, _ place: String)
    throws(FileError)
  {
    let types = words.dropFirst().dropLast().filter { $0 != "list" }.map(PLYScalar.init(name:))
    let isList = words.count == 5 && words[1] == "list"
    guard isList || words.count == 3, let last = types.last, let type = last, let length = types[0]
    else {
      throw .bad(path, place, "`property TYPE NAME` with a known type was expected")
    }
    guard !elements.isEmpty else { throw .bad(path, place, "a property before any element") }
    guard !isList || !length.isFloat else {
      throw .bad(path, place, "the length of a list cannot be a \(words[2])")
    }
    let name = words[words.count - 1]
    guard elements[elements.count - 1].properties.count < Self.mostProperties else {
      throw .bad(
        path, place, "more than \(Self.mostProperties) properties; at most so many are read")
    }
    guard !elements[elements.count - 1].properties.contains(where: { $0.name == name }) else {
      throw .bad(path, place, "a second property `\(name)`")
    }
    elements[elements.count - 1].properties.append(
      Property(name: name, type: type, lengthType: isList ? length : nil))
  }
}
