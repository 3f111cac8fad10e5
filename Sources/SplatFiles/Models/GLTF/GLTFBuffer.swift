/// A stretch of bytes that accessors refer to.
struct GLTFBuffer: Sendable {
  let bytes: FileBytes
  let range: Range<Int>

  init(bytes: FileBytes, range: Range<Int>) {
    self.bytes = bytes
    self.range = range
  }

  /// All bytes of a file.
  init(_ bytes: FileBytes) { self.init(bytes: bytes, range: 0..<bytes.count) }
}
