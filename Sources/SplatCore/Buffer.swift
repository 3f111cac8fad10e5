package import Synchronization

/// Scratch memory that is kept for reuse.
///
/// A buffer grows when asked for more than it holds and never shrinks. Its contents are lost when
/// it grows, and elements are undefined until written.
@safe
package final class Buffer<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
  private var base: UnsafeMutablePointer<Element>
  private var capacity = 0

  package init() { unsafe base = UnsafeMutablePointer.allocate(capacity: 0) }

  deinit { unsafe base.deallocate() }

  /// Room for `count` elements, valid until the next call.
  package func view(count: Int) -> BufferView<Element> {
    if count > capacity {
      unsafe base.deallocate()
      // An eighth more than needed, so that a slowly growing model does not allocate every time.
      capacity = count + count / 8
      let raw = UnsafeMutableRawPointer.allocate(
        byteCount: capacity * MemoryLayout<Element>.stride, alignment: 64)
      unsafe base = raw.bindMemory(to: Element.self, capacity: capacity)
      bufferAllocations.add(1, ordering: .relaxed)
    }
    return unsafe BufferView(base: base, count: count)
  }
}

/// The number of times any ``Buffer`` has allocated memory.
package let bufferAllocations = Atomic<Int>(0)

/// A range of memory that several threads may write to, each to its own part.
///
/// Bounds are checked at every scalar access, and at vector accesses in debug builds. The caller
/// ensures that no two threads write the same element and that the owner outlives the view: views
/// are handed to ``Workers`` and never stored.
@safe @frozen @usableFromInline
package struct BufferView<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
  @usableFromInline let base: UnsafeMutablePointer<Element>
  @usableFromInline package let count: Int

  @inlinable @inline(__always)
  package init(base: UnsafeMutablePointer<Element>, count: Int) {
    unsafe self.base = base
    self.count = count
  }

  @inlinable @inline(__always)
  package subscript(index: Int) -> Element {
    get {
      precondition(index >= 0 && index < count)
      return unsafe base[index]
    }
    nonmutating _modify {
      precondition(index >= 0 && index < count)
      yield unsafe &base[index]
    }
  }

  /// Like the subscript, for callers that guarantee the bounds; they are checked in debug builds
  /// only.
  @unsafe @inlinable @inline(__always)
  package subscript(unchecked index: Int) -> Element {
    get {
      assert(index >= 0 && index < count)
      return unsafe base[index]
    }
    nonmutating _modify {
      assert(index >= 0 && index < count)
      yield unsafe &base[index]
    }
  }

  /// A view of the elements of `range`.
  @inlinable @inline(__always)
  package func slice(_ range: Range<Int>) -> BufferView {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    return unsafe BufferView(base: base + range.lowerBound, count: range.count)
  }

  /// Writes `value` to every element.
  @inlinable @inline(__always)
  package func fill(_ value: Element) { unsafe base.update(repeating: value, count: count) }

  /// Copies the elements of `source` into this view, from `start` on.
  @inlinable @inline(__always)
  package func copy(_ source: BufferView, to start: Int = 0) {
    precondition(start >= 0 && start + source.count <= count)
    unsafe (base + start).update(from: source.base, count: source.count)
  }
}

extension BufferView where Element == Float {
  /// Eight consecutive elements from `index` on.
  @inlinable @inline(__always)
  package func lanes(_ index: Int) -> Lanes {
    assert(index >= 0 && index + Lanes.scalarCount <= count)
    return unsafe UnsafeRawPointer(base + index).loadUnaligned(as: Lanes.self)
  }

  /// Writes eight consecutive elements from `index` on.
  @inlinable @inline(__always)
  package func setLanes(_ index: Int, _ value: Lanes) {
    assert(index >= 0 && index + Lanes.scalarCount <= count)
    unsafe UnsafeMutableRawPointer(base + index).storeBytes(of: value, as: Lanes.self)
  }

  /// Four consecutive elements from `index` on.
  @inlinable @inline(__always)
  package func four(_ index: Int) -> SIMD4<Float> {
    assert(index >= 0 && index + 4 <= count)
    return unsafe UnsafeRawPointer(base + index).loadUnaligned(as: SIMD4<Float>.self)
  }

  /// Writes four consecutive elements from `index` on.
  @inlinable @inline(__always)
  package func setFour(_ index: Int, _ value: SIMD4<Float>) {
    assert(index >= 0 && index + 4 <= count)
    unsafe UnsafeMutableRawPointer(base + index).storeBytes(of: value, as: SIMD4<Float>.self)
  }
}

extension Array where Element: BitwiseCopyable & Sendable {
  /// Lends the elements to `body` as a view that threads may share.
  @inlinable @inline(__always)
  package mutating func withView<Result>(_ body: (BufferView<Element>) throws -> Result) rethrows
    -> Result
  {
    try unsafe withUnsafeMutableBufferPointer { pointer in
      // An empty array has no address; its view is never read.
      guard let base = pointer.baseAddress else {
        let none = UnsafeMutablePointer<Element>.allocate(capacity: 1)
        defer { unsafe none.deallocate() }
        return try body(unsafe BufferView(base: none, count: 0))
      }
      return try body(unsafe BufferView(base: base, count: pointer.count))
    }
  }

  /// Lends the elements to `body` as a read-only view.
  @inlinable @inline(__always)
  package func withReadOnlyView<Result>(_ body: (BufferView<Element>) throws -> Result) rethrows
    -> Result
  {
    try unsafe withUnsafeBufferPointer { pointer in
      guard let base = pointer.baseAddress else {
        let none = UnsafeMutablePointer<Element>.allocate(capacity: 1)
        defer { unsafe none.deallocate() }
        return try body(unsafe BufferView(base: none, count: 0))
      }
      return try body(
        unsafe BufferView(base: UnsafeMutablePointer(mutating: base), count: pointer.count))
    }
  }
}

extension BufferView {
  /// Whether both views start at the same element.
  @inlinable @inline(__always)
  package func isSame(as other: BufferView) -> Bool { unsafe base == other.base }
}

extension BufferView where Element == UInt8 {
  /// Writes `value` at byte `offset` in little-endian order; `offset` need not be aligned.
  @inlinable @inline(__always)
  package func store<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value, at offset: Int) {
    precondition(offset >= 0 && offset <= count - MemoryLayout<Value>.size)
    unsafe UnsafeMutableRawPointer(base + offset).storeBytes(of: value.littleEndian, as: Value.self)
  }

  /// Writes `value` at byte `offset` in little-endian order; `offset` need not be aligned.
  @inlinable @inline(__always)
  package func store(_ value: Float, at offset: Int) { store(value.bitPattern, at: offset) }

  /// The little-endian number at byte `offset`, which need not be aligned.
  @inlinable @inline(__always)
  package func float(at offset: Int) -> Float {
    precondition(offset >= 0 && offset <= count - MemoryLayout<UInt32>.size)
    let bits = unsafe UnsafeRawPointer(base + offset).loadUnaligned(as: UInt32.self)
    return Float(bitPattern: UInt32(littleEndian: bits))
  }
}

extension Array where Element: BitwiseCopyable & Sendable {
  /// Creates an array of `count` elements, all of which `write` writes.
  @inlinable
  package init(count: Int, writtenBy write: (BufferView<Element>) -> Void) {
    unsafe self.init(unsafeUninitializedCapacity: count) { pointer, initialized in
      if let base = pointer.baseAddress { write(unsafe BufferView(base: base, count: count)) }
      initialized = count
    }
  }
}

extension BufferView {
  /// The bytes of the elements.
  @inlinable
  package var bytes: BufferView<UInt8> {
    let size = MemoryLayout<Element>.stride
    return unsafe BufferView<UInt8>(
      base: UnsafeMutableRawPointer(base).assumingMemoryBound(to: UInt8.self), count: count * size)
  }

  /// The same memory for up to `count` elements of another type, whose alignment is not larger than
  /// that of the memory; what it holds is undefined.
  package func reused<Other>(for type: Other.Type, count: Int) -> BufferView<Other> {
    precondition(
      count * MemoryLayout<Other>.stride <= self.count * MemoryLayout<Element>.stride,
      "there is room")
    return unsafe BufferView<Other>(
      base: UnsafeMutableRawPointer(base).bindMemory(to: Other.self, capacity: count),
      count: count)
  }

  /// Lends the address of the first element to C code.
  @unsafe @inlinable
  package func withPointer<Result>(_ body: (UnsafeMutablePointer<Element>) -> Result) -> Result {
    unsafe body(base)
  }
}

extension BufferView where Element == UInt64 {
  /// Eight consecutive elements from `index` on.
  @inlinable @inline(__always)
  package func eight(_ index: Int) -> SIMD8<UInt64> {
    assert(index >= 0 && index + 8 <= count)
    return unsafe UnsafeRawPointer(base + index).loadUnaligned(as: SIMD8<UInt64>.self)
  }

  /// Writes eight consecutive elements from `index` on.
  @inlinable @inline(__always)
  package func setEight(_ index: Int, _ value: SIMD8<UInt64>) {
    assert(index >= 0 && index + 8 <= count)
    unsafe UnsafeMutableRawPointer(base + index).storeBytes(of: value, as: SIMD8<UInt64>.self)
  }
}
