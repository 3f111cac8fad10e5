/// The files of a scene's folder, by the paths that its other files name them by.
package enum SceneFiles {
  /// The path below the scene's folder that is written at `place`, with what `.` means taken out.
  static func inside(_ place: JSONPlace) throws(FileError) -> String {
    let text = try place.text()
    guard isInside(text) else {
      throw place.bad("`\(text)` does not lie in the scene's folder")
    }
    return text.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
  }

  /// Whether `name` leads to something in the folder that it is relative to.
  static func isInside(_ name: String) -> Bool {
    let parts = name.split(separator: "/").filter { $0 != "." }
    return !parts.isEmpty && !name.hasPrefix("/") && !parts.contains("..") && !name.contains("\0")
  }

  /// The names of all image files below `folder`, sorted, folders in it included.
  package static func images(in folder: String) -> [String] {
    let endings = ["png", "jpg", "jpeg", "webp"]
    return FilePaths.files(below: folder).filter { name in
      guard let dot = name.lastIndex(of: ".") else { return false }
      let isHidden = name.split(separator: "/").contains { $0.hasPrefix(".") }
      return !isHidden && endings.contains(name[name.index(after: dot)...].lowercased())
    }
  }

  /// `name` without the ending of its last component.
  static func stem(_ name: String) -> String {
    let start = name.lastIndex(of: "/").map { name.index(after: $0) } ?? name.startIndex
    guard let dot = name[start...].lastIndex(of: "."), dot > start else { return name }
    return String(name[..<dot])
  }
}

extension SceneOptions {
  /// The folder called `name` of the scene at `path`; an absolute path stands for itself.
  func folder(_ name: String, in path: String) -> String {
    name.hasPrefix("/") ? name : "\(path)/\(name)"
  }
}
