import SplatCore

/// Numbers of a buffer that are read as one attribute of all points.
struct GLTFAccessor: Sendable {
  /// The number of elements.
  let count: Int
  private let bytes: FileBytes
  private let start: Int
  private let stride: Int
  private let component: Component
  private let isNormalized: Bool
  /// The elements that stand elsewhere.
  private let sparse: GLTFSparseElements?

  /// The largest distance between elements, in bytes; the standard's own is 252.
  private static let largestStride = 4096

  /// The type of a number.
  enum Component: Int {
    case int8 = 5120
    case uint8 = 5121
    case int16 = 5122
    case uint16 = 5123
    case float = 5126

    var size: Int {
      switch self {
      case .int8, .uint8: 1
      case .int16, .uint16: 2
      case .float: 4
      }
    }
  }

  /// Finds the accessor of an attribute.
  ///
  /// - Parameters:
  ///   - attribute: where its index stands.
  ///   - tables: the file's arrays.
  ///   - type: `SCALAR`, `VEC3` or `VEC4`.
  init(_ attribute: JSONPlace, in tables: GLTFTables, type: String, buffers: [GLTFBuffer])
    throws(FileError)
  {
    // The kind of the numbers.
    let place = try tables.accessor(attribute)
    guard try place.member("type").text() == type else {
      throw try place.member("type").bad("is not \(type), which \(attribute.place) needs")
    }
    let number = try place.member("componentType")
    guard let component = Component(rawValue: try GLTFTables.index(number)) else {
      throw number.bad("is no type that is read; 5120 to 5123 or 5126 was expected")
    }
    isNormalized = place.optional("normalized")?.bool ?? false
    self.component = component
    count = try GLTFTables.index(place.member("count"))
    let size = component.size * (type == "SCALAR" ? 1 : type == "VEC3" ? 3 : 4)
    if let elements = place.optional("sparse") {
      sparse = try GLTFSparseElements(
        elements, of: count, size: size, in: tables, buffers: buffers)
    } else {
      sparse = nil
    }
    // The view of a buffer that holds them; without one, all are zeros.
    guard let viewPlace = place.optional("bufferView") else {
      (bytes, start, stride) = (FileBytes([UInt8](repeating: 0, count: size)), 0, 0)
      return
    }
    let (view, buffer) = try tables.bytes(viewPlace, buffers: buffers)
    // The place of each element in the view.
    let offset = try place.optional("byteOffset").map(GLTFTables.index) ?? 0
    let stride = try view.optional("byteStride").map(GLTFTables.index) ?? size
    guard stride >= size, stride <= Self.largestStride else {
      throw view.bad("has a stride of \(stride) bytes; \(size) or more were expected")
    }
    // The view must hold all elements. Every number is below 2^32, so no sum or product here can
    // overflow.
    let needed = count == 0 ? 0 : offset + (count - 1) * stride + size
    guard needed <= buffer.range.count else {
      throw place.bad(
        "needs \(needed) bytes of \(view.place), which has \(buffer.range.count)")
    }
    bytes = buffer.bytes
    start = buffer.range.lowerBound + offset
    self.stride = stride
  }

  /// A number of an element.
  @inline(__always)
  func value(_ index: Int, _ part: Int) -> Float {
    if let place = sparse?.place(of: index) {
      return value(sparse?.bytes ?? bytes, place + part * component.size)
    }
    return value(bytes, start + index * stride + part * component.size)
  }

  /// The number at a place of the bytes.
  @inline(__always)
  private func value(_ bytes: FileBytes, _ place: Int) -> Float {
    switch component {
    case .float: return bytes.float(at: place)
    case .uint8: return Float(bytes[place]) / (isNormalized ? 255 : 1)
    case .uint16:
      let number = bytes.integer(UInt16.self, at: place)
      return Float(number) / (isNormalized ? 65535 : 1)
    case .int8:
      let number = Float(Int8(bitPattern: bytes[place]))
      return isNormalized ? max(-1, number / 127) : number
    case .int16:
      let number = Float(bytes.integer(Int16.self, at: place))
      return isNormalized ? max(-1, number / 32767) : number
    }
  }

  /// Calls `body` for each element, on several threads.
  @inline(__always)
  func forEach(_ body: @Sendable (_ index: Int) -> Void) {
    bytes.forEachRow(count, from: start, size: stride, body)
  }

  /// The first three numbers of an element.
  @inline(__always)
  func vector(_ index: Int) -> SIMD3<Float> {
    SIMD3(value(index, 0), value(index, 1), value(index, 2))
  }
}
