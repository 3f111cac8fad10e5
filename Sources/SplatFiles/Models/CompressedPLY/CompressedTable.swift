import SplatCore

/// The place of some columns of an element, all of one type.
struct CompressedTable {
  let count: Int
  private let table: PLYReader.Table
  private let offsets: [Int]

  init(_ reader: PLYReader, _ name: String, names: [String], type: PLYScalar) throws(FileError) {
    guard let element = reader.element(name) else {
      throw .bad(reader.path, "header", "has no element `\(name)`, as compressed PLY files have")
    }
    guard let table = try reader.table(name) else {
      throw .bad(reader.path, "element \(name)", "holds lists; numbers were expected")
    }
    var offsets: [Int] = []
    for column in names {
      guard let index = element.properties.firstIndex(where: { $0.name == column }),
        element.properties[index].type == type
      else {
        throw .bad(
          reader.path, "element \(name)", "has no property `\(column)` of the type \(type)")
      }
      offsets.append(table.columns[index])
    }
    count = element.count
    self.table = table
    self.offsets = offsets
  }

  /// Calls `body` for each row, on several threads.
  @inline(__always)
  func forEachRow(_ bytes: FileBytes, _ body: @Sendable (_ row: Int) -> Void) {
    bytes.forEachRow(count, from: table.offset, size: table.stride, body)
  }

  /// The four bytes of a row's entry.
  @inline(__always)
  func word(_ bytes: FileBytes, _ row: Int, _ column: Int) -> UInt32 {
    bytes.integer(UInt32.self, at: table.offset + row * table.stride + offsets[column])
  }

  /// Writes the rows of SH bytes, channel by channel, to the Gaussians' planes.
  func unpack(_ bytes: FileBytes, into view: ParameterView) {
    forEachRow(bytes) { row in
      for (entry, offset) in offsets.enumerated() {
        let plane = SplatPLYLayout.plane(ofRest: entry, of: offsets.count)
        view[plane, row] = CompressedHarmonic.value(
          bytes[table.offset + row * table.stride + offset])
      }
    }
  }
}
