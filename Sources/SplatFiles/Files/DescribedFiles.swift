/// Files that belong together, one of which describes the others and names them.
///
/// Readers start with the description, which is written last. Where it takes the place of an
/// earlier one, it first names copies of the new files, so that it leads at no moment to files of
/// which some are earlier ones.
package enum DescribedFiles {
  /// A file that the description names.
  package struct Part {
    /// The name, in the folder of the description.
    package let name: String
    /// Adds the content to the file.
    let write: (inout FileOutput) throws(FileError) -> Void

    /// Creates a part of its name and what adds its content.
    package init(
      name: String, write: @escaping (inout FileOutput) throws(FileError) -> Void
    ) {
      self.name = name
      self.write = write
    }
  }

  /// What the names of the copies begin with.
  private static let copyPrefix = "new_"

  /// Writes the `parts` and then the description at `path`.
  ///
  /// - Parameter description: the bytes of the description of parts whose names begin with
  ///   `prefix`.
  package static func write(
    _ parts: [Part], describedAt path: String, _ description: (_ prefix: String) -> [UInt8]
  ) throws(FileError) {
    let folder = FilePaths.folder(of: path)
    for prefix in FilePaths.isFile(path) ? [copyPrefix, ""] : [""] {
      for part in parts { try FileOutput.write(to: folder + prefix + part.name, part.write) }
      try FileOutput.write(description(prefix), to: path)
    }
    // There may also be copies that a killed program made.
    for part in parts { FileOutput.discard(folder + copyPrefix + part.name) }
  }
}
