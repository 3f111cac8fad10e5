#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Questions about paths.
package enum FilePaths {
  /// Whether a file or folder is at `path`.
  package static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

  /// Whether something other than a folder is at `path`.
  package static func isFile(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFDIR
  }
}
