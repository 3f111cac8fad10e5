extension FileOutput {
  /// Writes `text` as UTF-8 as the whole content of the file at `path`.
  public static func write(_ text: String, to path: String) throws(FileError) {
    try write(Array(text.utf8), to: path)
  }
}
