public import Foundation

extension FileOutput {
  /// Writes `data` as the whole content of the file at `path`.
  public static func write(_ data: Data, to path: String) throws(FileError) {
    try write([UInt8](data), to: path)
  }

  /// Writes `text` as UTF-8 as the whole content of the file at `path`.
  public static func write(_ text: String, to path: String) throws(FileError) {
    try write(Array(text.utf8), to: path)
  }
}
