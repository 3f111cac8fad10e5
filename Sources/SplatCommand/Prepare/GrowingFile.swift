import Foundation
import SplatFiles

/// A text file that another program writes to.
struct GrowingFile {
  private let handle: FileHandle
  private var rest = ""

  init(path: String, offset: UInt64) throws {
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw FileError(.notFound, path: path, problem: "cannot be opened")
    }
    try handle.seek(toOffset: offset)
    self.handle = handle
  }

  /// The lines that have been ended since the last call.
  mutating func lines() -> [Substring] {
    let data = (try? handle.readToEnd()) ?? Data()
    rest += String(decoding: data, as: UTF8.self)
    // Programs write over a line with carriage returns.
    let parts = rest.split(omittingEmptySubsequences: false) {
      $0 == "\n" || $0 == "\r" || $0 == "\r\n"
    }
    guard parts.count > 1, let last = parts.last else { return [] }
    let lines = Array(parts.dropLast())
    rest = String(last)
    return lines
  }
}
