/// A JSON text (RFC 8259) that has been checked, with where each of its values stands.
///
/// A value takes eight bytes beside the text; numbers and texts are read from the text when they
/// are asked for.
package final class JSONDocument: Sendable {
  /// What a value is.
  enum Kind {
    case null, bool, number, text, array, object

    /// The kind for messages.
    var words: String {
      switch self {
      case .null: "null"
      case .bool: "a truth value"
      case .number: "a number"
      case .text: "a text"
      case .array: "an array"
      case .object: "an object"
      }
    }
  }

  /// The text.
  let bytes: FileBytes
  /// The file, for messages.
  let path: String
  /// The values in the order of the text. The children of an array follow it; those of an object
  /// are its members' names, each with its value after it.
  let nodes: [JSONNode]

  /// A text that is larger than this is refused.
  private static let largestFile = 256 << 20
  /// The characters of a member's name that a message gives.
  private static let longestName = 200

  /// Reads `bytes`, which must hold a single value; `path` is for messages.
  init(_ bytes: FileBytes, path: String) throws(FileError) {
    guard bytes.count <= Self.largestFile else {
      throw .bad(path, nil, "has \(bytes.count) bytes; at most \(Self.largestFile) are read")
    }
    self.bytes = bytes
    self.path = path
    var parser = JSONParser(bytes, path: path)
    nodes = try parser.document()
  }

  func kind(of node: Int) -> Kind {
    switch bytes[Int(nodes[node].offset)] {
    case UInt8(ascii: "{"): .object
    case UInt8(ascii: "["): .array
    case UInt8(ascii: "\""): .text
    case UInt8(ascii: "t"), UInt8(ascii: "f"): .bool
    case UInt8(ascii: "n"): .null
    default: .number
    }
  }

  /// Whether the value is `true`, of those that are truth values.
  func isTrue(_ node: Int) -> Bool { bytes[Int(nodes[node].offset)] == UInt8(ascii: "t") }

  /// The nodes in an array or object.
  func content(of node: Int) -> Range<Int> { node + 1..<Int(nodes[node].end) }

  /// The node after `node` and all that is in it.
  func after(_ node: Int) -> Int { Int(nodes[node].end) }

  /// The number.
  func number(_ node: Int) -> Double {
    let start = Int(nodes[node].offset)
    return ASCIINumber.double(bytes, start..<JSONParser.scalarEnd(bytes, start)) ?? .nan
  }

  /// A number or word as it stands in the text.
  func source(of node: Int) -> String? {
    let start = Int(nodes[node].offset)
    return bytes.text(start..<JSONParser.scalarEnd(bytes, start))
  }

  /// The text, with its escapes resolved.
  func text(_ node: Int) -> String {
    var parser = JSONParser(bytes, path: path, offset: Int(nodes[node].offset))
    // It was read before, when the document was checked.
    return (try? parser.text()) ?? ""
  }

  /// Whether the text is `name`.
  func isText(_ node: Int, _ name: String) -> Bool {
    var offset = Int(nodes[node].offset) + 1
    for byte in name.utf8 {
      guard bytes[offset] == byte else {
        return bytes[offset] == UInt8(ascii: "\\") && text(node) == name
      }
      offset += 1
    }
    return bytes[offset] == UInt8(ascii: "\"")
  }

  /// The path to `node` from the top, such as `frames[3].transform_matrix`.
  func place(of node: Int) -> String {
    var place = ""
    var current = 0
    while current != node {
      let isObject = kind(of: current) == .object
      var (child, index) = (current + 1, 0)
      while node >= after(isObject ? child + 1 : child) {
        child = after(isObject ? child + 1 : child)
        index += 1
      }
      if isObject {
        place += (place.isEmpty ? "" : ".") + text(child).prefix(Self.longestName)
        current = child + 1
      } else {
        place += "[\(index)]"
        current = child
      }
    }
    return place
  }
}
