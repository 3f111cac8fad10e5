/// A 64-bit FNV-1a checksum (Fowler, Noll, Vo): any one changed byte changes it.
@usableFromInline
package struct Checksum: Sendable {
  @usableFromInline package private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  package init() {}

  /// Adds a byte, or any number as one step.
  @inlinable @inline(__always)
  package mutating func add(_ number: UInt64) {
    value = (value ^ number) &* 0x0000_0100_0000_01b3
  }

  /// Adds bytes, one after the other.
  @inlinable
  package mutating func add(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { add(UInt64(byte)) }
  }
}
