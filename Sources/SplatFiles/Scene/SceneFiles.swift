/// The image files of a scene's folder.
package enum SceneFiles {
  /// The names of all image files below `folder`, sorted, folders in it included.
  package static func images(in folder: String) -> [String] {
    FilePaths.files(below: folder).filter { name in
      !name.split(separator: "/").contains { $0.hasPrefix(".") } && isImage(name)
    }
  }

  /// The endings of image files.
  private static let endings = ["png", "jpg", "jpeg", "webp", "heic", "heif", "avif"]

  /// Whether `name` has the ending of an image file.
  static func isImage(_ name: String) -> Bool {
    guard let dot = name.lastIndex(of: ".") else { return false }
    return endings.contains(name[name.index(after: dot)...].lowercased())
  }

  /// `name` without the ending of an image file; other dots stay.
  static func photoStem(_ name: String) -> String { isImage(name) ? stem(name) : name }

  /// `name` without the ending of its last component.
  static func stem(_ name: String) -> String {
    let start = name.lastIndex(of: "/").map { name.index(after: $0) } ?? name.startIndex
    guard let dot = name[start...].lastIndex(of: "."), dot > start else { return name }
    return String(name[..<dot])
  }
}
