/// A header of fixed size that the file holds.
struct ByteHeader {
  let bytes: FileBytes
  let start: Int

  init(_ bytes: FileBytes, start: Int) {
    self.bytes = bytes
    self.start = start
  }

  func integer(_ offset: Int) -> Int {
    Int(bytes.integer(UInt32.self, at: start + offset))
  }

  func short(_ offset: Int) -> Int {
    Int(bytes.integer(UInt16.self, at: start + offset))
  }

  func float(_ offset: Int) -> Float {
    bytes.float(at: start + offset)
  }
}
