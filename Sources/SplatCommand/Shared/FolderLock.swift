import SplatFiles
import SplatPlatform

/// The right to write to a folder, which one program has at a time.
///
/// It ends with the program, however that ends, and leaves nothing in the folder.
final class FolderLock: Sendable {
  private let descriptor: Int32

  /// Locks the folder at `path`, which must exist.
  ///
  /// - Throws: `FileError` if another program has locked it. Where the system cannot lock folders,
  ///   as on some network drives, nothing is locked.
  init(_ path: String) throws(FileError) {
    descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK else {
      return
    }
    close(descriptor)
    throw FileError(
      .cannotWrite, path: path,
      problem: "another training is writing to it; another -o was expected, or wait for its end")
  }

  /// Locks the folder at `path` as soon as no other program has locked it, where the system can.
  init(waitingFor path: String) {
    descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    if descriptor >= 0 { _ = flock(descriptor, LOCK_EX) }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }
}
