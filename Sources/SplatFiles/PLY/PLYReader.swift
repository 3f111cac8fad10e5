/// Finds and reads the elements of a PLY file, whatever they mean.
package struct PLYReader {
  package let bytes: FileBytes
  package let path: String
  package let header: PLYHeader

  /// Where the rows of an element without lists are in a binary file.
  package struct Table {
    /// The position of the first row.
    package var offset: Int
    /// The bytes of a row.
    package var stride: Int
    /// The position of each property in a row.
    package var columns: [Int]
  }

  package init(_ bytes: FileBytes, path: String) throws(FileError) {
    self.bytes = bytes
    self.path = path
    header = try PLYHeader(bytes, path: path)
  }

  /// The element called `name`, if there is one.
  package func element(_ name: String) -> PLYHeader.Element? {
    header.elements.first { $0.name == name }
  }

  /// The place of the rows of the element called `name`; nothing if rows differ in length or are
  /// text.
  ///
  /// The file holds all rows of the table.
  package func table(_ name: String) throws(FileError) -> Table? {
    guard header.format != .ascii, let element = element(name), !element.hasLists else {
      return nil
    }
    var reader = ByteReader(
      bytes, path: path, offset: header.dataOffset, isBigEndian: header.format == .bigEndian)
    try skipElements(before: name, &reader)
    try checkCount(element, from: reader.offset)
    var columns: [Int] = []
    var stride = 0
    for property in element.properties {
      columns.append(stride)
      stride += property.type.size
    }
    return Table(offset: reader.offset, stride: stride, columns: columns)
  }

  /// Calls `body` with every row of the element called `name`, in order; a list's value is NaN.
  package func forEachRow(
    of name: String, _ body: (_ row: Int, _ values: [Double]) throws(FileError) -> Void
  ) throws(FileError) {
    guard let element = element(name) else { return }
    if header.format == .ascii {
      var words = PLYWords(bytes, after: header, path: path)
      for earlier in header.elements.prefix(while: { $0.name != name }) {
        try checkCount(earlier, from: words.offset)
        guard !earlier.properties.isEmpty else { continue }
        for _ in 0..<earlier.count { _ = try words.row(earlier) }
      }
      try checkCount(element, from: words.offset)
      guard !element.properties.isEmpty else { return }
      for row in 0..<element.count {
        let start = words.offset
        try body(row, try words.row(element))
        release(start..<words.offset)
      }
    } else {
      var reader = ByteReader(
        bytes, path: path, offset: header.dataOffset, isBigEndian: header.format == .bigEndian)
      try skipElements(before: name, &reader)
      try checkCount(element, from: reader.offset)
      guard !element.properties.isEmpty else { return }
      for row in 0..<element.count {
        let start = reader.offset
        try body(row, try self.row(element, &reader))
        release(start..<reader.offset)
      }
    }
  }

  /// Takes the pieces of the file that end in a stretch that was read out of memory.
  private func release(_ read: Range<Int>) {
    let piece = 1 << 20
    let (first, next) = (read.lowerBound / piece, read.upperBound / piece)
    if first < next { bytes.release(first * piece..<next * piece) }
  }

  private func skipElements(before name: String, _ reader: inout ByteReader) throws(FileError) {
    for element in header.elements.prefix(while: { $0.name != name }) {
      try checkCount(element, from: reader.offset)
      if element.hasLists {
        for _ in 0..<element.count { _ = try row(element, &reader) }
      } else {
        try reader.skip(element.smallestRow * element.count, "element \(element.name)")
      }
    }
  }

  /// Throws unless the bytes from `offset` on can hold the rows of `element`.
  func checkCount(_ element: PLYHeader.Element, from offset: Int) throws(FileError) {
    // In text a number takes at least a digit and, but for the last, a space.
    let smallest = header.format == .ascii ? 2 * element.properties.count : element.smallestRow
    let left = bytes.count - offset + (header.format == .ascii ? 1 : 0)
    guard smallest == 0 || element.count <= left / smallest else {
      throw .bad(
        path, "element \(element.name)",
        "\(element.count) rows were announced; the file's size allows at most \(left / smallest)")
    }
  }

  private func row(_ element: PLYHeader.Element, _ reader: inout ByteReader) throws(FileError)
    -> [Double]
  {
    var values: [Double] = []
    values.reserveCapacity(element.properties.count)
    for property in element.properties {
      let start = reader.offset
      let type = property.lengthType ?? property.type
      try reader.skip(type.size, "a row of element \(element.name)")
      let value = type.load(bytes, at: start, isBigEndian: reader.isBigEndian)
      guard property.lengthType != nil else {
        values.append(value)
        continue
      }
      guard value >= 0 else {
        throw .bad(path, "byte \(start)", "the list \(property.name) has a length of \(Int(value))")
      }
      try reader.skip(Int(value) * property.type.size, "the list \(property.name)")
      values.append(.nan)
    }
    return values
  }
}
