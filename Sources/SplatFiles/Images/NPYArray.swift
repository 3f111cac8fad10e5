/// An array of numbers in a file of NumPy's format, versions 1 to 3.
struct NPYArray {
  /// The lengths of the axes.
  let shape: [Int]
  /// Whether the numbers are integers.
  let isInteger: Bool
  /// The numbers in the order of C: the last index changes first; none if they were not asked for.
  let values: [Float]

  /// The types of numbers that are read, and the bytes of each.
  private static let sizes = [
    "f2": 2, "f4": 4, "f8": 8, "u1": 1, "u2": 2, "i2": 2, "u4": 4, "i4": 4,
  ]
  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
  private static let mostAxes = 4

  /// Reads the file at `path`, perhaps without its numbers.
  init(path: String, readsValues: Bool = true) throws(FileError) {
    let bytes = try FileBytes(path: path)
    guard bytes.count >= 10, bytes.slice(0..<6) == Self.magic else {
      throw .bad(path, "byte 0", "is no NumPy array, by its first bytes")
    }
    // The header is a dictionary in Python's notation.
    var reader = ByteReader(bytes, path: path, offset: 8)
    let length =
      bytes[6] == 1
      ? Int(try reader.integer(UInt16.self, "the header's length"))
      : Int(try reader.integer(UInt32.self, "the header's length"))
    let start = reader.offset
    try reader.skip(length, "the header")
    let header = NPYHeader(bytes.text(start..<reader.offset) ?? "")
    guard let type = header.text("descr"), let size = Self.sizes[String(type.dropFirst())] else {
      throw .bad(
        path, "header",
        """
        holds numbers of the type \(header.text("descr") ?? "?"); \
        \(Self.sizes.keys.sorted().joined(separator: ", ")) are read
        """)
    }
    guard let shape = header.shape, shape.count <= Self.mostAxes, let count = Self.count(shape),
      let total = Self.count([count, size]), total == reader.remaining
    else {
      throw .bad(
        path, "header",
        """
        describes an array of \(header.shape.map { "\($0)" } ?? "no shape") and type \(type), \
        which \(reader.remaining) bytes do not hold
        """)
    }
    // The numbers.
    self.shape = shape
    isInteger = !type.contains("f")
    guard readsValues else {
      values = []
      return
    }
    let (kind, isBig, data) = (type.dropFirst(), type.first == ">", reader.offset)
    let stored = (0..<count).map { index in
      Self.number(bytes, at: data + index * size, kind, isBig: isBig)
    }
    values = header.isFortran ? Self.transposed(stored, shape) : stored
  }

  /// The product of lengths, if it is a number and none is negative.
  private static func count(_ shape: [Int]) -> Int? {
    var count = 1
    for length in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: length)
      guard length >= 0, !overflow else { return nil }
      count = product
    }
    return count
  }

  private static func number(_ bytes: FileBytes, at offset: Int, _ kind: Substring, isBig: Bool)
    -> Float
  {
    func bits<Value: FixedWidthInteger & BitwiseCopyable>(_ type: Value.Type) -> Value {
      let value = bytes.load(type, at: offset)
      return isBig ? Value(bigEndian: value) : Value(littleEndian: value)
    }
    return switch kind {
    case "f2": Half.float(bits(UInt16.self))
    case "f4": Float(bitPattern: bits(UInt32.self))
    case "f8": Float(Double(bitPattern: bits(UInt64.self)))
    case "u1": Float(bits(UInt8.self))
    case "u2": Float(bits(UInt16.self))
    case "i2": Float(bits(Int16.self))
    case "u4": Float(bits(UInt32.self))
    default: Float(bits(Int32.self))
    }
  }

  /// `values`, of which the first index changes first, in the order of C.
  private static func transposed(_ values: [Float], _ shape: [Int]) -> [Float] {
    var result = [Float](repeating: 0, count: values.count)
    var place = [Int](repeating: 0, count: shape.count)
    for value in values {
      var index = 0
      for (axis, length) in shape.enumerated() { index = index * length + place[axis] }
      result[index] = value
      for axis in shape.indices {
        place[axis] += 1
        if place[axis] < shape[axis] { break }
        place[axis] = 0
      }
    }
    return result
  }
}

/// The dictionary at the start of a NumPy file.
private struct NPYHeader {
  private let source: String

  init(_ source: String) { self.source = source }

  /// What follows the key called `name`, without spaces.
  private func value(_ name: String) -> Substring? {
    for quote in ["'", "\""] {
      guard let key = source.firstRange(of: "\(quote)\(name)\(quote)") else { continue }
      return source[key.upperBound...].drop { $0 == " " || $0 == ":" }
    }
    return nil
  }

  /// The text that is the value of `name`.
  func text(_ name: String) -> String? {
    guard let value = value(name), let quote = value.first, quote == "'" || quote == "\"" else {
      return nil
    }
    return String(value.dropFirst().prefix { $0 != quote })
  }

  /// Whether the first index changes first.
  var isFortran: Bool { value("fortran_order")?.hasPrefix("True") ?? false }

  /// The lengths of the axes.
  var shape: [Int]? {
    guard let value = value("shape"), value.first == "(" else { return nil }
    let inside = value.dropFirst().prefix { $0 != ")" }
    var shape: [Int] = []
    for part in inside.split(separator: ",") {
      let digits = part.filter { $0 != " " }
      guard !digits.isEmpty else { continue }
      guard let length = Int(digits) else { return nil }
      shape.append(length)
    }
    return shape
  }
}
