/// The image files of a scene's folder.
package enum SceneFiles {
  /// The names of all image files below `folder`, sorted, folders in it included.
  package static func images(in folder: String) -> [String] {
    let endings = ["png", "jpg", "jpeg", "webp", "heic", "heif", "avif"]
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
