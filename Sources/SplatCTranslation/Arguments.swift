package import SplatCBase
package import SplatCore

/// Checks of what C programs hand over.
package enum Arguments {
  /// Sizes and strides in bytes are below this, so that sums of them do not overflow.
  package static let largestSize = 1 << 44

  /// A copy of a structure, whose first member says how large the caller's is.
  package static func structure<Structure: BitwiseCopyable>(
    _ pointer: UnsafePointer<Structure>?, _ name: String, empty: Structure
  ) throws(CallFailure) -> Structure {
    let pointer = unsafe try existing(pointer, name)
    let known = MemoryLayout<Structure>.size
    let size = unsafe UnsafeRawPointer(pointer).load(as: UInt.self)
    guard size >= UInt(known), size <= 1 << 16 else {
      throw .argument("\(name)->struct_size", size, expected: "\(known), the structure's size")
    }
    let bytes = unsafe UnsafeRawBufferPointer(start: pointer, count: Int(size))
    for index in known..<Int(size) where unsafe bytes[index] != 0 {
      throw .argument(
        "\(name) has a member that this version does not know, in byte \(index); expected 0")
    }
    return unsafe pointer.pointee
  }

  /// A pointer that is neither NULL nor misaligned.
  package static func existing<Value>(
    _ pointer: UnsafePointer<Value>?, _ name: String
  ) throws(CallFailure) -> UnsafePointer<Value> {
    guard let pointer = unsafe pointer else { throw .argument("\(name) is NULL") }
    try unsafe checkAlignment(UnsafeRawPointer(pointer), MemoryLayout<Value>.alignment, name)
    return unsafe pointer
  }

  /// A pointer to a result that is neither NULL nor misaligned.
  package static func result<Value>(
    _ pointer: UnsafeMutablePointer<Value>?, _ name: String
  ) throws(CallFailure) -> UnsafeMutablePointer<Value> {
    guard let pointer = unsafe pointer else { throw .argument("\(name) is NULL") }
    try unsafe checkAlignment(UnsafeRawPointer(pointer), MemoryLayout<Value>.alignment, name)
    return unsafe pointer
  }

  package static func checkAlignment(
    _ pointer: UnsafeRawPointer, _ alignment: Int, _ name: String
  ) throws(CallFailure) {
    guard UInt(bitPattern: pointer) % UInt(alignment) == 0 else {
      throw .argument("\(name) is not aligned to \(alignment) bytes")
    }
  }

  /// An array of `count` elements that must be there, unless the count is 0.
  package static func array<Element: BitwiseCopyable & Sendable>(
    _ pointer: UnsafePointer<Element>?, count: Int, _ name: String
  ) throws(CallFailure) -> BufferView<Element> {
    guard count > 0 else { return emptyView() }
    let pointer = unsafe try existing(pointer, name)
    return unsafe BufferView(base: UnsafeMutablePointer(mutating: pointer), count: count)
  }

  /// An array of `count` elements that is written unless it is NULL.
  package static func output<Element: BitwiseCopyable & Sendable>(
    _ pointer: UnsafeMutablePointer<Element>?, count: Int, _ name: String
  ) throws(CallFailure) -> BufferView<Element>? {
    guard let pointer = unsafe pointer, count > 0 else { return nil }
    try unsafe checkAlignment(UnsafeRawPointer(pointer), MemoryLayout<Element>.alignment, name)
    return unsafe BufferView(base: pointer, count: count)
  }

  private static func emptyView<Element: BitwiseCopyable & Sendable>() -> BufferView<Element> {
    // Never read: its count is 0.
    unsafe BufferView(
      base: UnsafeMutablePointer<Element>(bitPattern: MemoryLayout<Element>.alignment)
        .unsafelyUnwrapped, count: 0)
  }

  /// A number that is finite and for which `isValid` holds.
  package static func number<Number: BinaryFloatingPoint>(
    _ value: Number, _ place: String, expected: String, _ isValid: (Number) -> Bool
  ) throws(CallFailure) -> Number {
    guard value.isFinite, isValid(value) else { throw .argument(place, value, expected: expected) }
    return value
  }

  /// An integer within `range`.
  package static func integer(
    _ value: Int32, _ place: String, in range: ClosedRange<Int32>
  ) throws(CallFailure) -> Int {
    guard range.contains(value) else {
      throw .argument(place, value, expected: "\(range.lowerBound) to \(range.upperBound)")
    }
    return Int(value)
  }

  /// Flags of which only those in `known` may be set.
  package static func checkFlags(_ flags: UInt32, known: UInt32, _ place: String)
    throws(CallFailure)
  {
    guard flags & ~known == 0 else {
      throw .argument(place, flags, expected: "a sum of the flags that the header names")
    }
  }
}
