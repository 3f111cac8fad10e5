import Foundation
import SplatFiles

/// Lends `body` the path of an empty folder, which is removed afterwards.
///
/// - Parameter isInMemory: whether the folder is on a disk in memory, where there is one: thousands
///   of small files are written much faster there.
func withTemporaryFolder<Result>(isInMemory: Bool = false, _ body: (String) throws -> Result)
  throws -> Result
{
  let memory = "/dev/shm"
  let base =
    isInMemory && FileManager.default.isWritableFile(atPath: memory)
    ? memory : FileManager.default.temporaryDirectory.path
  let folder = "\(base)/splat-files-\(UUID().uuidString)"
  try FileOutput.makeFolder(folder)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try body(folder)
}

/// The bytes of the file at `path`.
func bytes(of path: String) throws -> [UInt8] { try FileInput.read(path: path) }

/// The error that `body` throws, or nothing.
func fileError(_ body: () throws(FileError) -> Void) -> FileError? {
  do {
    try body()
    return nil
  } catch {
    return error
  }
}
