/// A value of a JSON file and its place, which errors name.
package struct JSONPlace: Sendable {
  private let document: JSONDocument
  private let node: Int

  /// Reads the file at `path`.
  package init(path: String) throws(FileError) {
    try self.init(FileBytes(path: path), path: path)
  }

  /// Reads a text that is in memory; `path` is for messages.
  package init(_ bytes: [UInt8], path: String) throws(FileError) {
    try self.init(FileBytes(bytes), path: path)
  }

  /// Reads the bytes of a file; `path` is for messages.
  init(_ bytes: FileBytes, path: String) throws(FileError) {
    self.init(try JSONDocument(bytes, path: path), 0)
  }

  fileprivate init(_ document: JSONDocument, _ node: Int) {
    self.document = document
    self.node = node
  }

  /// The file.
  var path: String { document.path }
  /// The path to the value from the top, such as `frames[3].transform_matrix`.
  var place: String { document.place(of: node) }

  private var kind: JSONDocument.Kind { document.kind(of: node) }
  /// What the value is, for messages.
  package var kindInWords: String { kind.words }
  /// Whether the value is an array.
  var isArray: Bool { kind == .array }
  /// Whether the value is `null`.
  var isNull: Bool { kind == .null }
  /// The truth value, if it is one.
  package var bool: Bool? { kind == .bool ? document.isTrue(node) : nil }

  /// A text, number or truth value as it stands in the file; nothing for other values.
  package var scalarText: String? {
    switch kind {
    case .text: document.text(node)
    case .number, .bool: document.source(of: node)
    case .null, .array, .object: nil
    }
  }
  /// Whether the value is an object.
  package var isObject: Bool { kind == .object }

  /// An error about this value.
  package func bad(_ problem: String) -> FileError {
    let place = place
    return .bad(path, place.isEmpty ? nil : place, problem)
  }

  private func mismatch(_ expected: String) -> FileError {
    bad("is \(kindInWords); \(expected) was expected")
  }

  /// The member called `name`, if this is an object that has it and it is not null.
  package func optional(_ name: String) -> JSONPlace? {
    guard kind == .object else { return nil }
    let content = document.content(of: node)
    var found: Int?
    var member = content.lowerBound
    while member < content.upperBound {
      // Of several members with one name, the last counts.
      if document.isText(member, name) { found = member + 1 }
      member = document.after(member + 1)
    }
    guard let found, document.kind(of: found) != .null else { return nil }
    return JSONPlace(document, found)
  }

  /// The member called `name`.
  package func member(_ name: String) throws(FileError) -> JSONPlace {
    guard kind == .object else { throw mismatch("an object with `\(name)`") }
    guard let member = optional(name) else { throw bad("has no `\(name)`") }
    return member
  }

  /// The members of an object that are not null, by their names.
  ///
  /// - Parameter limit: an object with more members is refused.
  package func members(limit: Int) throws(FileError) -> [String: JSONPlace] {
    guard kind == .object else { throw mismatch("an object") }
    var members: [String: JSONPlace] = [:]
    var count = 0
    let content = document.content(of: node)
    var member = content.lowerBound
    while member < content.upperBound {
      count += 1
      guard count <= limit else { throw bad("has more than \(limit) members, the most expected") }
      let isNull = document.kind(of: member + 1) == .null
      members[document.text(member)] = isNull ? nil : JSONPlace(document, member + 1)
      member = document.after(member + 1)
    }
    return members
  }

  /// The values of an object's members, in the order of the file.
  func values() throws(FileError) -> JSONElements {
    guard kind == .object else { throw mismatch("an object") }
    return JSONElements(document, document.content(of: node), step: 1)
  }

  /// The elements of an array.
  package func elements() throws(FileError) -> JSONElements {
    guard kind == .array else { throw mismatch("an array") }
    return JSONElements(document, document.content(of: node), step: 0)
  }

  /// The elements of an array that has at most `limit` of them.
  func elements(limit: Int) throws(FileError) -> [JSONPlace] {
    let elements = try elements()
    let count = elements.count
    guard count <= limit else {
      throw bad("has \(count) elements; at most \(limit) were expected")
    }
    return Array(elements)
  }

  /// The number, which is finite.
  package func number() throws(FileError) -> Double {
    guard kind == .number else { throw mismatch("a number") }
    return document.number(node)
  }

  /// The number of the member called `name`, if there is one.
  package func number(_ name: String) throws(FileError) -> Double? {
    guard let member = optional(name) else { return nil }
    return try member.number()
  }

  /// The text.
  package func text() throws(FileError) -> String {
    guard kind == .text else { throw mismatch("a text") }
    return document.text(node)
  }

  /// The numbers of an array of at least `count` of them.
  package func numbers(_ count: Int) throws(FileError) -> [Double] {
    var numbers: [Double] = []
    for element in try elements().prefix(count) { numbers.append(try element.number()) }
    guard numbers.count == count else {
      throw bad("has \(numbers.count) elements; \(count) were expected")
    }
    return numbers
  }
}

/// Consecutive values of a JSON text.
package struct JSONElements: Sequence, IteratorProtocol {
  private let document: JSONDocument
  private var position: Int
  private let end: Int
  /// The number of nodes before each value: that of its name in an object.
  private let step: Int

  fileprivate init(_ document: JSONDocument, _ content: Range<Int>, step: Int) {
    self.document = document
    position = content.lowerBound
    end = content.upperBound
    self.step = step
  }

  package mutating func next() -> JSONPlace? {
    guard position < end else { return nil }
    defer { position = document.after(position + step) }
    return JSONPlace(document, position + step)
  }

  /// The number of values; counting them visits each.
  package var count: Int {
    var (count, node) = (0, position)
    while node < end {
      node = document.after(node + step)
      count += 1
    }
    return count
  }
}
