/// Zip archives of scenes' folders.
package enum SceneArchive {
  /// The path of the scene's folder in the archive at `path`: the archive itself, or a folder in
  /// it.
  package static func folder(in path: String) throws(FileError) -> String {
    guard ZipArchive.isZip(try FileBytes(path: path)) else {
      throw FileError(
        .notFound, path: path,
        problem: "is a file and no zip archive; the folder of a scene was expected")
    }
    // A damaged archive is reported as such, and not as a scene that is missing.
    _ = try ZipFolder.open(path)
    let candidates = [path] + FilePaths.folders(in: path).map { "\(path)/\($0)" }
    // Without a scene the archive itself is what the message is about.
    return candidates.first(where: holdsScene) ?? path
  }

  /// Whether the file at `path` is an archive of a scene.
  package static func isScene(file path: String) -> Bool {
    guard let folder = try? folder(in: path) else { return false }
    return holdsScene(folder)
  }

  private static func holdsScene(_ folder: String) -> Bool {
    COLMAPModel.folder(of: folder) != nil || OpenSfMScene.file(in: folder) != nil
      || ["transforms_train.json", "transforms.json"].contains {
        FilePaths.isFile("\(folder)/\($0)")
      }
  }
}
