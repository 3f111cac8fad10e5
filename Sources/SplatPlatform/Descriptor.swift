/// An open file of the system, which is closed with this object.
package final class Descriptor: Sendable {
  /// The system's number of the file.
  package let number: Int32

  /// Takes over an open file.
  package init(_ number: Int32) { self.number = number }

  /// Opens the file at `path` with the flags of `open`; nothing if that fails, with the reason in
  /// `errno`.
  package convenience init?(path: String, flags: Int32) {
    let number = unsafe open(path, flags | O_CLOEXEC, 0o666)
    guard number >= 0 else { return nil }
    self.init(number)
  }

  deinit { close(number) }

  /// Writes all bytes.
  ///
  /// - Returns: 0, or the number of the system's error.
  @discardableResult
  package func write(_ bytes: [UInt8]) -> Int32 { Self.write(bytes, to: number) }

  /// Writes all bytes to a file that is open.
  ///
  /// - Returns: 0, or the number of the system's error.
  @discardableResult
  package static func write(_ bytes: [UInt8], to number: Int32) -> Int32 {
    unsafe bytes.withUnsafeBytes { source in
      var done = 0
      while done < source.count, let base = source.baseAddress {
        let written = unsafe systemWrite(number, base + done, source.count - done)
        if written < 0, errno == EINTR { continue }
        guard written > 0 else { return written < 0 ? errno : ENOSPC }
        done += written
      }
      return 0
    }
  }

  /// What follows up to the end, or up to where the file or pipe has no more for now.
  package func readToEnd() -> [UInt8] {
    var result: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let size = part.count
      let count = unsafe part.withUnsafeMutableBytes { buffer in
        guard let base = buffer.baseAddress else { return 0 }
        return unsafe systemRead(number, base, size)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return result }
      result += part[..<count]
    }
  }

  /// The content of a small file, such as those in `/proc`; nothing if it cannot be opened.
  package static func text(ofFile path: String) -> String? {
    Descriptor(path: path, flags: O_RDONLY).map { String(decoding: $0.readToEnd(), as: UTF8.self) }
  }
}

// Inside the type these names would be its own methods.
private func systemWrite(_ number: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
  unsafe write(number, bytes, count)
}

private func systemRead(_ number: Int32, _ bytes: UnsafeMutableRawPointer, _ count: Int) -> Int {
  unsafe read(number, bytes, count)
}
