/// Reads whole files.
public enum FileInput {
  /// The bytes of the regular file at `path`.
  ///
  /// - Throws: ``FileError/Kind/notFound`` if there is none, or if it is a folder or not readable.
  public static func read(path: String) throws(FileError) -> [UInt8] {
    let bytes = try FileBytes(path: path)
    return unsafe bytes.withPointer { base, count in
      unsafe [UInt8](UnsafeRawBufferPointer(start: base, count: count))
    }
  }

  /// The text of the file at `path`, which must be UTF-8.
  public static func readText(path: String) throws(FileError) -> String {
    let bytes = try FileBytes(path: path)
    guard let text = bytes.text(0..<bytes.count) else { throw .bad(path, nil, "is not UTF-8 text") }
    return text
  }
}
