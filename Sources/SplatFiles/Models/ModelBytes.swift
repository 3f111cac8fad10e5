public import SplatCore
import SplatPlatform

extension ModelFile {
  /// The bytes of a file that holds a model, as ``write(_:to:options:)`` writes it.
  ///
  /// They pass through a temporary folder, because some formats are archives.
  ///
  /// - Parameters:
  ///   - splats: the model.
  ///   - format: one whose model is a single file, thus not `.gltf`.
  ///   - options: how it is written.
  public static func bytes(
    of splats: Splats, format: ModelFormat, options: Options = Options()
  ) throws(FileError) -> [UInt8] {
    let folder = try TemporaryFolder(for: "the model's bytes")
    var options = options
    options.format = format
    let path = folder.path + "/model" + format.ending
    let written = try write(splats, to: path, options: options)
    guard written.paths == [path] else {
      throw FileError(
        .cannotWrite, path: "model\(format.ending)",
        problem: "the format has \(written.paths.count) files, which are no row of bytes")
    }
    return try FileInput.read(path: path)
  }
}
