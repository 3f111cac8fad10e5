import Foundation
import SplatFiles

/// Lends `body` the path of an empty folder, which is removed afterwards.
func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("splat-files-\(UUID().uuidString)").path
  try FileOutput.makeFolder(folder)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try body(folder)
}

/// The bytes of the file at `path`.
func bytes(of path: String) throws -> [UInt8] { [UInt8](try FileInput.read(path: path)) }

/// The error that `body` throws, or nothing.
func fileError(_ body: () throws(FileError) -> Void) -> FileError? {
  do {
    try body()
    return nil
  } catch {
    return error
  }
}
