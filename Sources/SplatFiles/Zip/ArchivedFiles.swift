import SplatPlatform

extension FileBytes {
  /// Reads the regular file at `path`, which may lie in a zip archive.
  package convenience init(path: String) throws(FileError) {
    guard let (folder, name) = try ZipFolder.containing(missing: path),
      let bytes = try folder.read(name)
    else {
      try self.init(file: path)
      return
    }
    self.init(bytes)
  }
}
