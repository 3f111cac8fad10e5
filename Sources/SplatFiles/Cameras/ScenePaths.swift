extension JSONPlace {
  /// The path below the scene's folder that is written here, with slashes between its parts and
  /// without the parts that are `.`.
  func pathInside() throws(FileError) -> String {
    let text = try text()
    guard let path = FilePaths.inside(text) else {
      throw bad("`\(text)` does not lie in the scene's folder")
    }
    return path
  }
}
