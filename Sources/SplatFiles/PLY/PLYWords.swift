/// The numbers of a text PLY file, one after another.
struct PLYWords {
  let bytes: FileBytes
  let path: String
  private(set) var lines: TextLines
  private var rest = 0..<0

  init(_ bytes: FileBytes, after header: PLYHeader, path: String) {
    self.bytes = bytes
    self.path = path
    lines = TextLines(bytes, offset: header.dataOffset, number: header.lineCount)
  }

  var offset: Int { lines.offset - rest.count }

  mutating func row(_ element: PLYHeader.Element) throws(FileError) -> [Double] {
    var values: [Double] = []
    values.reserveCapacity(element.properties.count)
    for property in element.properties {
      let value = try number(property.name)
      guard property.lengthType != nil else {
        values.append(value)
        continue
      }
      guard value >= 0, value <= Double(bytes.count), value == value.rounded() else {
        throw .bad(
          path, "line \(lines.number)", "the list \(property.name) has a length of \(value)")
      }
      for _ in 0..<Int(value) { _ = try number(property.name) }
      values.append(.nan)
    }
    return values
  }

  private mutating func number(_ name: String) throws(FileError) -> Double {
    while true {
      if let word = TextLines.nextWord(bytes, &rest) {
        guard let value = ASCIINumber.double(bytes, word) else {
          throw .bad(path, "line \(lines.number)", "the value of \(name) is not a number")
        }
        return value
      }
      guard let line = lines.next() else {
        throw .bad(
          path, "line \(lines.number)", "the file ends where a value of \(name) was expected")
      }
      rest = line
    }
  }
}
