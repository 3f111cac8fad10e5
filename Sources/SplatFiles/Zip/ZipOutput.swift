import CZip

/// Makes zip archives, through libzip.
package enum ZipOutput {
  /// The bytes of an archive of files, stored as they are, since what is put into one here is
  /// compressed already; `path` is for messages.
  ///
  /// The same files give the same bytes: all have the earliest time that an archive can hold.
  package static func archive(_ files: [(name: String, bytes: [UInt8])], path: String)
    throws(FileError) -> [UInt8]
  {
    precondition(!files.isEmpty, "libzip keeps no empty archives")
    var error = unsafe zip_error_t()
    defer { unsafe zip_error_fini(&error) }
    guard let target = unsafe zip_source_buffer_create(nil, 0, 0, &error) else {
      throw failure(path, unsafe ZipMessage.text(&error))
    }
    defer { unsafe zip_source_free(target) }
    // The archive takes over one reference and gives it up when it is closed or discarded.
    unsafe zip_source_keep(target)
    guard let archive = unsafe zip_open_from_source(target, ZIP_TRUNCATE, &error) else {
      unsafe zip_source_free(target)
      throw failure(path, unsafe ZipMessage.text(&error))
    }
    // libzip reads the files when the archive is closed, so they are held until then.
    let held = files.map { FileBytes($0.bytes) }
    for (file, bytes) in zip(files, held) {
      guard unsafe add(bytes, file.name, to: archive) else {
        let text = unsafe ZipMessage.text(zip_get_error(archive))
        unsafe zip_discard(archive)
        throw failure(path, text)
      }
    }
    let isClosed = withExtendedLifetime(held) { unsafe zip_close(archive) == 0 }
    guard isClosed else {
      let text = unsafe ZipMessage.text(zip_get_error(archive))
      unsafe zip_discard(archive)
      throw failure(path, text)
    }
    return try unsafe content(of: target, path)
  }

  private static func add(_ bytes: FileBytes, _ name: String, to archive: OpaquePointer) -> Bool {
    unsafe bytes.withPointer { base, count in
      guard let source = unsafe zip_source_buffer(archive, base, UInt64(count), 0) else {
        return false
      }
      let index = unsafe zip_file_add(archive, name, source, ZIP_FL_ENC_UTF_8)
      guard index >= 0 else {
        unsafe zip_source_free(source)
        return false
      }
      // 1 January 1980, 0:00.
      return unsafe zip_set_file_compression(archive, UInt64(index), ZIP_CM_STORE, 0) == 0
        && zip_file_set_dostime(archive, UInt64(index), 0, 0x21, 0) == 0
    }
  }

  private static func content(of source: OpaquePointer, _ path: String) throws(FileError)
    -> [UInt8]
  {
    var status = unsafe zip_stat_t()
    guard unsafe zip_source_stat(source, &status) == 0, unsafe zip_source_open(source) == 0 else {
      throw failure(path, unsafe ZipMessage.text(zip_source_error(source)))
    }
    defer { unsafe zip_source_close(source) }
    var bytes = [UInt8](repeating: 0, count: Int(unsafe status.size))
    let got = unsafe bytes.withUnsafeMutableBytes {
      unsafe zip_source_read(source, $0.baseAddress, UInt64($0.count))
    }
    guard got == bytes.count else {
      throw failure(path, unsafe ZipMessage.text(zip_source_error(source)))
    }
    return bytes
  }

  private static func failure(_ path: String, _ reason: String) -> FileError {
    FileError(.cannotWrite, path: path, problem: "the archive cannot be made: \(reason)")
  }
}
