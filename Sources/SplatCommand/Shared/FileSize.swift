import SplatFiles
import SplatPlatform

/// How large files are.
enum FileSize {
  /// The bytes of the file, or of all files in the folder, at `path`; 0 if there is none.
  static func of(_ path: String) -> Int {
    let names = FilePaths.isFolder(path) ? FilePaths.files(below: path) : []
    let files = names.isEmpty ? [path] : names.map { "\(path)/\($0)" }
    return files.reduce(0) { total, file in
      var status = stat()
      guard unsafe stat(file, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
        return total
      }
      return total + Int(status.st_size)
    }
  }
}
