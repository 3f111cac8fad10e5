/// A value of a JSON file together with where it stands, so that errors can name the place.
package struct JSONPlace {
  package let value: JSONValue
  /// The file.
  let path: String
  /// How one gets to the value from the top, such as `frames[3].transform_matrix`.
  let place: String

  /// Reads the file at `path`.
  init(path: String) throws(FileError) {
    self.init(
      value: try JSONValue.read(try FileBytes(path: path), path: path), path: path, place: "")
  }

  /// Reads a text that is in memory; `path` is for messages.
  package init(_ bytes: [UInt8], path: String) throws(FileError) {
    self.init(value: try JSONValue.read(FileBytes(bytes), path: path), path: path, place: "")
  }

  init(value: JSONValue, path: String, place: String) {
    self.value = value
    self.path = path
    self.place = place
  }

  /// An error about this value.
  package func bad(_ problem: String) -> FileError {
    .bad(path, place.isEmpty ? nil : place, problem)
  }

  /// The member called `name`, if this is an object that has it and it is not null.
  package func optional(_ name: String) -> JSONPlace? {
    guard case .object(let members) = value, let member = members[name] else { return nil }
    if case .null = member { return nil }
    return JSONPlace(value: member, path: path, place: place.isEmpty ? name : "\(place).\(name)")
  }

  /// The member called `name`.
  package func member(_ name: String) throws(FileError) -> JSONPlace {
    guard case .object = value else {
      throw bad("is \(value.kind); an object with `\(name)` was expected")
    }
    guard let member = optional(name) else { throw bad("has no `\(name)`") }
    return member
  }

  /// The members of an object with their names, sorted by these.
  func members() throws(FileError) -> [(name: String, place: JSONPlace)] {
    guard case .object(let members) = value else {
      throw bad("is \(value.kind); an object was expected")
    }
    return members.keys.sorted().compactMap { name in
      optional(name).map { (name, $0) }
    }
  }

  /// The elements of an array.
  package func elements() throws(FileError) -> [JSONPlace] {
    guard case .array(let values) = value else {
      throw bad("is \(value.kind); an array was expected")
    }
    return values.enumerated().map { index, value in
      JSONPlace(value: value, path: path, place: "\(place)[\(index)]")
    }
  }

  /// The number, which is finite.
  package func number() throws(FileError) -> Double {
    guard case .number(let number) = value else {
      throw bad("is \(value.kind); a number was expected")
    }
    return number
  }

  /// The number of the member called `name`, if there is one.
  package func number(_ name: String) throws(FileError) -> Double? {
    guard let member = optional(name) else { return nil }
    return try member.number()
  }

  /// The text.
  package func text() throws(FileError) -> String {
    guard case .string(let text) = value else {
      throw bad("is \(value.kind); a text was expected")
    }
    return text
  }

  /// The number of pixels of an image's side, which some programs write with a fraction of zero.
  func imageSide() throws(FileError) -> Int {
    let number = try number()
    guard number >= 1, number <= Double(ImageFile.largestSide), number == number.rounded() else {
      throw bad(
        "is \(number); a whole number of pixels, 1 to \(ImageFile.largestSide), was expected")
    }
    return Int(number)
  }

  /// The numbers of an array of at least `count` of them.
  package func numbers(_ count: Int) throws(FileError) -> [Double] {
    let elements = try elements()
    guard elements.count >= count else {
      throw bad("has \(elements.count) elements; \(count) were expected")
    }
    var numbers: [Double] = []
    for element in elements.prefix(count) { numbers.append(try element.number()) }
    return numbers
  }
}
