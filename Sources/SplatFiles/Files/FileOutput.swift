import SplatPlatform

/// Writes a file so that it is either complete under its name or not there at all.
///
/// The bytes go to `NAME.tmp-...` in the same folder, which is flushed to the disk and renamed.
/// After any failure it is removed; one that a killed program left is removed by the next that
/// writes the file. A path that names a device or a pipe is written to directly.
public struct FileOutput: ~Copyable {
  private let path: String
  private let target: String
  private let temporary: String?
  private var descriptor: Int32

  /// Writes the file at `path` with the bytes that `body` gives to the output.
  package static func write(
    to path: String, _ body: (inout FileOutput) throws(FileError) -> Void
  ) throws(FileError) {
    var output = try FileOutput(path: path)
    try body(&output)
    try output.finish()
  }

  /// Writes `bytes` as the whole content of the file at `path`.
  public static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
    try write(to: path) { (output: inout FileOutput) throws(FileError) in
      try output.append(bytes)
    }
  }

  /// Creates the folder at `path` and those above it, where they do not exist.
  public static func makeFolder(_ path: String) throws(FileError) {
    var partial = path.hasPrefix("/") ? "/" : ""
    for component in path.split(separator: "/") {
      partial += partial.isEmpty || partial == "/" ? component : "/" + component
      guard unsafe mkdir(partial, 0o777) != 0 else { continue }
      let code = errno
      var status = stat()
      let isFolder = unsafe stat(partial, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
      guard !isFolder else { continue }
      guard code != EEXIST else {
        throw FileError(
          .cannotWrite, path: path,
          problem: "the folder cannot be created: \(partial) is a file")
      }
      throw Self.failure(path, "the folder cannot be created", code)
    }
  }

  /// Removes the file, or the folder with all that is in it, at `path`.
  package static func remove(_ path: String) throws(FileError) {
    do { try FileManager.default.removeItem(atPath: path) } catch {
      throw failure(path, "cannot be removed", errno)
    }
  }

  /// Gives the file or folder at `path` the name `newPath` in one step; a file there is replaced.
  package static func move(_ path: String, to newPath: String) throws(FileError) {
    guard unsafe rename(path, newPath) == 0 else {
      throw failure(newPath, "cannot be put in its place", errno)
    }
  }

  /// Removes the file at `path` if it is there.
  static func discard(_ path: String) { _ = unsafe unlink(path) }

  private init(path: String) throws(FileError) {
    var status = stat()
    let exists = unsafe stat(path, &status) == 0
    let type = status.st_mode & S_IFMT
    guard !exists || type != S_IFDIR else {
      throw FileError(.cannotWrite, path: path, problem: "is a folder; a file was to be written")
    }
    let isDirect = exists && type != S_IFREG
    let target = exists && !isDirect ? Self.withoutLinks(path) : path
    if !isDirect { Leftovers.remove(of: target) }
    let name = isDirect ? path : Leftovers.temporary(for: target)
    let flags = isDirect ? O_WRONLY | O_CLOEXEC : O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC
    let descriptor = unsafe open(name, flags, 0o666)
    guard descriptor >= 0 else { throw Self.failure(path, "cannot be created", errno) }
    self.path = path
    self.target = target
    self.temporary = isDirect ? nil : name
    self.descriptor = descriptor
  }

  deinit {
    guard descriptor >= 0 else { return }
    close(descriptor)
    if let temporary { unsafe unlink(temporary) }
  }

  /// Adds bytes at the end.
  package func append(_ bytes: [UInt8]) throws(FileError) {
    let code = Descriptor.write(bytes, to: descriptor)
    guard code == 0 else { throw Self.failure(path, "cannot be written", code) }
  }

  private mutating func finish() throws(FileError) {
    guard let temporary else { return }
    guard fsync(descriptor) == 0 else {
      throw Self.failure(path, "cannot be written", errno)
    }
    guard unsafe rename(temporary, target) == 0 else {
      throw Self.failure(path, "cannot be put in its place", errno)
    }
    close(descriptor)
    descriptor = -1
  }

  /// The file that a chain of symbolic links ends at, so that a rename does not replace the link.
  private static func withoutLinks(_ path: String) -> String {
    guard let resolved = unsafe realpath(path, nil) else { return path }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
  }

  private static func failure(_ path: String, _ what: String, _ code: Int32) -> FileError {
    FileError(.cannotWrite, path: path, problem: "\(what): \(systemMessage(code))")
  }
}
