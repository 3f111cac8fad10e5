import SplatPlatform

/// The bytes of a whole file; a large file is mapped into memory.
///
/// Every access is checked against the number of bytes. The bytes do not change while the object
/// lives, as long as no other program shortens the file under a running reader.
@safe
package final class FileBytes: @unchecked Sendable {
  /// The number of bytes.
  package let count: Int
  private let base: UnsafeMutableRawPointer
  private let isMapped: Bool

  /// The alignment of copies, enough for any number.
  private static let alignment = 16
  /// Files below this size are copied: mapping one costs more than reading it.
  private static let smallestMapping = 1 << 16
  /// The bytes that Linux maps at once, by default; a multiple of the page size.
  private static let pageGroup = 1 << 16

  /// Copies bytes that are already in memory.
  package init(_ bytes: [UInt8]) {
    count = bytes.count
    isMapped = false
    unsafe base = Self.copy(of: bytes)
  }

  private static func copy(of bytes: [UInt8]) -> UnsafeMutableRawPointer {
    let base = UnsafeMutableRawPointer.allocate(
      byteCount: max(1, bytes.count), alignment: Self.alignment)
    unsafe bytes.withUnsafeBytes { source in
      if let address = source.baseAddress {
        unsafe base.copyMemory(from: address, byteCount: source.count)
      }
    }
    return unsafe base
  }

  /// Reads the regular file at `path` on the disk.
  init(file path: String) throws(FileError) {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.notOpened(path, errno) }
    defer { close(descriptor) }
    // Only a regular file has a size and an end.
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw Self.notOpened(path, errno) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      let isFolder = status.st_mode & S_IFMT == S_IFDIR
      throw FileError(
        .notFound, path: path,
        problem: isFolder ? "is a folder; a file was expected" : "is not a regular file")
    }
    // A large file is mapped.
    count = Int(status.st_size)
    if count >= Self.smallestMapping,
      let mapped = unsafe mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0),
      unsafe mapped != MAP_FAILED
    {
      unsafe base = mapped
      isMapped = true
      return
    }
    // A small one, or one that cannot be mapped, is copied.
    isMapped = false
    unsafe base = .allocate(byteCount: max(1, count), alignment: Self.alignment)
    var done = 0
    while done < count {
      let got = unsafe read(descriptor, base + done, count - done)
      if got < 0, errno == EINTR { continue }
      guard got > 0 else {
        let reason = got < 0 ? systemMessage(errno) : "it became shorter while it was read"
        throw FileError(.notFound, path: path, problem: "cannot be read: \(reason)")
      }
      done += got
    }
  }

  deinit {
    if isMapped { unsafe munmap(base, count) } else { unsafe base.deallocate() }
  }

  private static func notOpened(_ path: String, _ code: Int32) -> FileError {
    FileError(
      .notFound, path: path,
      problem: code == ENOENT || code == ENOTDIR
        ? "does not exist" : "cannot be opened: \(systemMessage(code))")
  }

  /// The byte at `index`.
  @inline(__always)
  package subscript(index: Int) -> UInt8 {
    precondition(index >= 0 && index < count)
    return unsafe base.load(fromByteOffset: index, as: UInt8.self)
  }

  /// The value whose bytes, in this machine's order, start at `offset`, aligned or not.
  @inline(__always)
  package func load<Value: BitwiseCopyable>(_ type: Value.Type, at offset: Int) -> Value {
    precondition(offset >= 0 && offset <= count - MemoryLayout<Value>.size)
    return unsafe base.loadUnaligned(fromByteOffset: offset, as: type)
  }

  /// The little-endian integer that starts at `offset`.
  @inline(__always)
  func integer<Value: FixedWidthInteger & BitwiseCopyable>(_ type: Value.Type, at offset: Int)
    -> Value
  {
    Value(littleEndian: load(type, at: offset))
  }

  /// The little-endian `Float` that starts at `offset`.
  @inline(__always)
  func float(at offset: Int) -> Float { Float(bitPattern: integer(UInt32.self, at: offset)) }

  /// The bytes of `range` as text, if they are UTF-8.
  package func text(_ range: Range<Int>) -> String? {
    String(validating: slice(range), as: UTF8.self)
  }

  /// A copy of the bytes of `range`.
  package func slice(_ range: Range<Int>) -> [UInt8] {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    return unsafe [UInt8](
      UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count))
  }

  /// Gives the memory of `range` back, as far as it is mapped.
  ///
  /// The bytes stay readable: they are read from the file again when they are used again.
  package func release(_ range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    guard isMapped, !range.isEmpty else { return }
    // The system maps pages in aligned groups: a group that is released in part comes back whole
    // with the next byte that is read from it.
    let shift = unsafe Int(bitPattern: base) % Self.pageGroup
    let start = (range.lowerBound + shift) / Self.pageGroup
    let end = (range.upperBound + shift + Self.pageGroup - 1) / Self.pageGroup
    let first = max(0, start * Self.pageGroup - shift)
    let last = min(count, end * Self.pageGroup - shift)
    unsafe madvise(base + first, last - first, MADV_DONTNEED)
  }

  /// Lends all bytes to C code.
  func withPointer<Result>(_ body: (UnsafeRawPointer, Int) -> Result) -> Result {
    unsafe body(base, count)
  }
}
