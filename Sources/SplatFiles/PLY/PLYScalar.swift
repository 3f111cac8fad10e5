/// A number type of PLY files.
package enum PLYScalar {
  case int8, uint8, int16, uint16, int32, uint32, float, double

  /// The type called `name` in a header, by its old or its new name.
  init?(name: String) {
    switch name {
    case "char", "int8": self = .int8
    case "uchar", "uint8": self = .uint8
    case "short", "int16": self = .int16
    case "ushort", "uint16": self = .uint16
    case "int", "int32": self = .int32
    case "uint", "uint32": self = .uint32
    case "float", "float32": self = .float
    case "double", "float64": self = .double
    default: return nil
    }
  }

  /// The number of bytes.
  var size: Int {
    switch self {
    case .int8, .uint8: 1
    case .int16, .uint16: 2
    case .int32, .uint32, .float: 4
    case .double: 8
    }
  }

  /// Whether it is a floating-point type.
  var isFloat: Bool { self == .float || self == .double }

  /// Whether it holds numbers that a float cannot.
  var isWide: Bool { self == .double || self == .int32 || self == .uint32 }

  /// The number at `offset` of `bytes`, which must hold it.
  @inline(__always)
  func load(_ bytes: FileBytes, at offset: Int, isBigEndian: Bool) -> Double {
    func integer<Value: FixedWidthInteger & BitwiseCopyable>(_ type: Value.Type) -> Value {
      let raw = bytes.load(type, at: offset)
      return isBigEndian ? Value(bigEndian: raw) : Value(littleEndian: raw)
    }
    return switch self {
    case .int8: Double(integer(Int8.self))
    case .uint8: Double(integer(UInt8.self))
    case .int16: Double(integer(Int16.self))
    case .uint16: Double(integer(UInt16.self))
    case .int32: Double(integer(Int32.self))
    case .uint32: Double(integer(UInt32.self))
    case .float: Double(Float(bitPattern: integer(UInt32.self)))
    case .double: Double(bitPattern: integer(UInt64.self))
    }
  }
}
