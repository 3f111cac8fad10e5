import SplatPlatform

/// A folder that only this process uses, removed with all that is in it.
struct TemporaryFolder: ~Copyable {
  let path: String

  /// Creates the folder; `purpose` is for the message of an error.
  init(for purpose: String) throws(FileError) {
    let parent = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/splat-XXXXXX".utf8CString)
    let made = unsafe template.withUnsafeMutableBufferPointer { name -> String? in
      unsafe name.baseAddress.flatMap { unsafe mkdtemp($0) }.map { unsafe String(cString: $0) }
    }
    guard let made else {
      throw FileError(
        .cannotWrite, path: parent,
        problem: "a folder for \(purpose) cannot be created: \(systemMessage(errno))")
    }
    path = made
  }

  deinit { try? FileOutput.remove(path) }
}
