/// Elements of an accessor that stand in a list of their own, with their indices in another.
struct GLTFSparseElements: Sendable {
  /// The buffer of the elements.
  let bytes: FileBytes
  private let indexBytes: FileBytes
  private let indexStart: Int
  private let indexType: IndexType
  private let count: Int
  private let start: Int
  private let size: Int

  /// The type of an index.
  private enum IndexType: Int {
    case uint8 = 5121
    case uint16 = 5123
    case uint32 = 5125

    var size: Int {
      switch self {
      case .uint8: 1
      case .uint16: 2
      case .uint32: 4
      }
    }
  }

  /// Finds the lists of an accessor of `total` elements, each of `size` bytes.
  init(
    _ place: JSONPlace, of total: Int, size: Int, in tables: GLTFTables, buffers: [GLTFBuffer]
  ) throws(FileError) {
    count = try GLTFTables.index(place.member("count"))
    self.size = size
    // The indices.
    let indices = try place.member("indices")
    let typePlace = try indices.member("componentType")
    guard let type = IndexType(rawValue: try GLTFTables.index(typePlace)) else {
      throw typePlace.bad("is no type of indices; 5121, 5123 or 5125 was expected")
    }
    indexType = type
    (indexBytes, indexStart) = try Self.list(
      indices, bytes: count * type.size, in: tables, buffers: buffers)
    // The elements.
    (bytes, start) = try Self.list(
      place.member("values"), bytes: count * size, in: tables, buffers: buffers)
    // Indices ascend, so that an element is found fast.
    var last = -1
    for order in 0..<count {
      let index = index(order)
      guard index > last, index < total else {
        throw indices.bad("do not ascend from 0 to below \(total) at \(order)")
      }
      last = index
    }
  }

  private static func list(
    _ place: JSONPlace, bytes needed: Int, in tables: GLTFTables, buffers: [GLTFBuffer]
  ) throws(FileError) -> (FileBytes, Int) {
    let (_, buffer) = try tables.bytes(place.member("bufferView"), buffers: buffers)
    let offset = try place.optional("byteOffset").map(GLTFTables.index) ?? 0
    guard offset + needed <= buffer.range.count else {
      throw place.bad("needs \(offset + needed) bytes of a view of \(buffer.range.count)")
    }
    return (buffer.bytes, buffer.range.lowerBound + offset)
  }

  /// The index of the element number `order`.
  private func index(_ order: Int) -> Int {
    let place = indexStart + order * indexType.size
    return switch indexType {
    case .uint8: Int(indexBytes[place])
    case .uint16: Int(indexBytes.integer(UInt16.self, at: place))
    case .uint32: Int(indexBytes.integer(UInt32.self, at: place))
    }
  }

  /// Where in ``bytes`` an element is; nothing if it is not in the list.
  func place(of element: Int) -> Int? {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if index(middle) < element { low = middle + 1 } else { high = middle }
    }
    return low < count && index(low) == element ? start + low * size : nil
  }
}
