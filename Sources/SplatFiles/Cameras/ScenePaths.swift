extension JSONPlace {
  /// The path below the scene's folder that is written here, without the parts that are `.`.
  func pathInside() throws(FileError) -> String {
    let text = try text()
    guard FilePaths.isInside(text) else {
      throw bad("`\(text)` does not lie in the scene's folder")
    }
    return text.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
  }
}
