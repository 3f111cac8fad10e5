import SplatFiles
import SplatPlatform

/// A text file that another program writes to.
struct GrowingFile {
  private let file: Descriptor
  private var rest = ""

  /// Opens the file, whose lines so far are left out.
  init(path: String) throws(FileError) {
    guard let file = Descriptor(path: path, flags: O_RDONLY),
      lseek(file.number, 0, SEEK_END) >= 0
    else { throw FileError(.notFound, path: path, systemError: errno) }
    self.file = file
  }

  /// The lines that have been ended since the last call.
  mutating func lines() -> [Substring] {
    rest += String(decoding: file.readToEnd(), as: UTF8.self)
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
