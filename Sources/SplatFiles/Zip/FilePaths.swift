import SplatPlatform

/// Questions about paths, which may lead into zip archives.
package enum FilePaths {
  /// Whether a file or folder is at `path`.
  package static func exists(_ path: String) -> Bool {
    guard unsafe access(path, F_OK) != 0 else { return true }
    guard errno == ENOTDIR, let (folder, name) = archived(path) else { return false }
    return folder.files[name] != nil || folder.folders.contains(name)
  }

  /// Whether something other than a folder is at `path`.
  package static func isFile(_ path: String) -> Bool {
    var status = stat()
    if unsafe stat(path, &status) == 0 { return status.st_mode & S_IFMT != S_IFDIR }
    // A path that does not exist leads into an archive only if it goes through a file.
    guard errno == ENOTDIR, let (folder, name) = archived(path) else { return false }
    return folder.files[name] != nil
  }

  /// Whether a folder, or a zip archive in its place, is at `path`.
  package static func isFolder(_ path: String) -> Bool { exists(path) && !isFile(path) }

  /// The paths of all files below the folder at `path`, relative to it and sorted; links are
  /// followed, but not back into a folder that leads to them.
  package static func files(below path: String) -> [String] {
    if let (folder, name) = archived(path + "/") {
      let start = name.isEmpty ? "" : name + "/"
      return folder.files.keys.filter { $0.hasPrefix(start) }
        .map { String($0.dropFirst(start.count)) }.sorted()
    }
    var files: [String] = []
    collect(path, "", [], &files)
    return files.sorted()
  }

  /// The names of the files in the folder at `path`, sorted.
  static func files(in path: String) -> [String] {
    if let (folder, name) = archived(path.hasSuffix("/") ? path : path + "/") {
      let start = name.isEmpty ? "" : name + "/"
      return folder.files.keys.filter { $0.hasPrefix(start) }
        .map { String($0.dropFirst(start.count)) }.filter { !$0.contains("/") }.sorted()
    }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.filter { isFile("\(path)/\($0)") }.sorted()
  }

  /// Folders are followed to this depth; links could make many paths of a few folders.
  private static let deepestFolder = 16

  /// Adds the files in the folder at `path`, whose names start with `prefix`, and those below it.
  ///
  /// - Parameter parents: the folders that lead here.
  private static func collect(
    _ path: String, _ prefix: String, _ parents: [FolderIdentity], _ files: inout [String]
  ) {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return }
    let identity = FolderIdentity(device: UInt64(status.st_dev), node: UInt64(status.st_ino))
    guard !parents.contains(identity), parents.count < deepestFolder,
      files.count < SceneLimits.mostFiles
    else { return }
    for name in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] {
      let child = "\(path)/\(name)"
      guard unsafe stat(child, &status) == 0 else { continue }
      if status.st_mode & S_IFMT == S_IFDIR {
        collect(child, "\(prefix)\(name)/", parents + [identity], &files)
      } else {
        files.append(prefix + name)
      }
    }
  }

  /// What tells a folder from all others, by whatever path it is reached.
  private struct FolderIdentity: Equatable {
    var device: UInt64
    var node: UInt64
  }

  /// The names of the folders in the folder at `path`, sorted.
  package static func folders(in path: String) -> [String] {
    if let (folder, name) = archived(path + "/") {
      let start = name.isEmpty ? "" : name + "/"
      return folder.folders.filter { $0.hasPrefix(start) && $0.count > start.count }
        .map { String($0.dropFirst(start.count)) }.filter { !$0.contains("/") }.sorted()
    }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.filter { isFolder("\(path)/\($0)") }.sorted()
  }

  /// `name` as a path with slashes between its parts, as Windows does not write it, and without
  /// parts that are `.`; nothing if it does not lead to something in the folder that it is
  /// relative to.
  static func inside(_ name: String) -> String? {
    let slashed = name.contains("\\") ? name.replacing("\\", with: "/") : name
    guard isInside(slashed) else { return nil }
    guard slashed.hasPrefix("./") || slashed.contains("//") || slashed.contains("/./")
    else { return slashed }
    return slashed.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
  }

  /// Whether `name` leads to something in the folder that it is relative to.
  static func isInside(_ name: String) -> Bool {
    let parts = name.split(separator: "/").filter { $0 != "." }
    return !parts.isEmpty && !name.hasPrefix("/") && !parts.contains("..") && !name.contains("\0")
  }

  /// The folder of the file at `path`, up to the slash; empty for one in the current folder.
  static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }

  private static func archived(_ path: String) -> (folder: ZipFolder, name: String)? {
    // A damaged archive is an error where it is opened.
    try? ZipFolder.containing(path)
  }
}
