import SplatPlatform
import Synchronization

/// A zip archive that is used as if it were a folder: `scene.zip/images/a.jpg` names a file in it.
///
/// Nothing is unpacked to the disk; a file is expanded when it is read.
final class ZipFolder: Sendable {
  /// The archive's path.
  let path: String
  /// The files below the archive, by their paths in it.
  let files: [String: ZipArchive.Member]
  /// The folders, by their paths in the archive; that of the archive itself is empty.
  let folders: Set<String>
  private let archive: ZipArchive

  /// Archives of photos and a reconstruction expand to no more than this many times their size.
  private static let largestExpansion = 32
  /// What an archive may always expand to, in bytes.
  private static let smallArchive = 16 << 20

  private init(path: String) throws(FileError) {
    let bytes = try FileBytes(file: path)
    archive = try ZipArchive(bytes, path: path)
    self.path = path
    let limit = bytes.count * Self.largestExpansion + Self.smallArchive
    var files: [String: ZipArchive.Member] = [:]
    var folders: Set<String> = [""]
    var total = 0
    for member in archive.members {
      total += member.size
      guard total <= limit else {
        throw .bad(
          path, nil,
          """
          expands to more than \(Self.largestExpansion) times its \(bytes.count) bytes, which no \
          scene does
          """)
      }
      files[member.name] = member
      var folder = Substring(member.name)
      while let slash = folder.lastIndex(of: "/") {
        folder = folder[..<slash]
        guard folders.insert(String(folder)).inserted else { break }
      }
    }
    self.files = files
    self.folders = folders
  }

  /// The bytes of a file.
  func read(_ name: String) throws(FileError) -> [UInt8]? {
    guard let member = files[name] else { return nil }
    return try archive.read(member, limit: Int.max)
  }

  /// The archives in use, with what shows whether their files have changed.
  private static let known = Mutex<[(identity: Identity, folder: ZipFolder)]>([])

  private struct Identity: Equatable {
    var path: String
    var device: UInt64
    var file: UInt64
    var size: Int64
    var seconds: Int
    var nanoseconds: Int
  }

  /// Few scenes are open at once.
  private static let mostKnown = 4

  /// Opens the archive at `path`, or takes the one that is open.
  static func open(_ path: String) throws(FileError) -> ZipFolder {
    let identity = identity(path)
    if let known = known.withLock({ known in known.first { $0.identity == identity } }) {
      return known.folder
    }
    let folder = try ZipFolder(path: path)
    if let identity {
      known.withLock { known in
        known = known.suffix(mostKnown - 1) + [(identity, folder)]
      }
    }
    return folder
  }

  private static func identity(_ path: String) -> Identity? {
    var status = stat()
    guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    #if canImport(Darwin)
      let time = status.st_mtimespec
    #else
      let time = status.st_mtim
    #endif
    return Identity(
      path: path, device: UInt64(truncatingIfNeeded: status.st_dev),
      file: UInt64(truncatingIfNeeded: status.st_ino), size: Int64(status.st_size),
      seconds: time.tv_sec, nanoseconds: time.tv_nsec)
  }

  /// The archive that `path` leads into, and the path in it.
  ///
  /// - Returns: nothing if no folder of the path is a zip archive.
  static func containing(_ path: String) throws(FileError) -> (folder: ZipFolder, name: String)? {
    for slash in path.indices where path[slash] == "/" && slash != path.startIndex {
      let prefix = String(path[..<slash])
      guard let identity = identity(prefix) else { continue }
      guard ZipArchive.isZip(try FileBytes(file: identity.path)) else { return nil }
      let parts = path[path.index(after: slash)...].split(separator: "/").filter { $0 != "." }
      return (try open(prefix), parts.joined(separator: "/"))
    }
    return nil
  }

  /// As ``containing(_:)``, for a path that leads nowhere on the disk because it goes through a
  /// file.
  static func containing(missing path: String) throws(FileError) -> (
    folder: ZipFolder, name: String
  )? {
    guard unsafe access(path, F_OK) != 0, errno == ENOTDIR else { return nil }
    return try containing(path)
  }
}
