import Foundation

/// The files of a scene's folder, by the paths that its other files name them by.
enum SceneFiles {
  /// The path below the scene's folder that is written at `place`, with what `.` means taken out.
  static func inside(_ place: JSONPlace) throws(FileError) -> String {
    let text = try place.text()
    let parts = text.split(separator: "/").filter { $0 != "." }
    guard !parts.isEmpty, !text.hasPrefix("/"), !parts.contains(".."), !text.contains("\0") else {
      throw place.bad("`\(text)` does not lie in the scene's folder")
    }
    return parts.joined(separator: "/")
  }

  /// The names of all image files below `folder`, sorted, folders in it included.
  static func images(in folder: String) -> [String] {
    let endings = ["png", "jpg", "jpeg", "webp"]
    let names = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
    return names.filter { name in
      guard let dot = name.lastIndex(of: ".") else { return false }
      let isHidden = name.split(separator: "/").contains { $0.hasPrefix(".") }
      return !isHidden && endings.contains(name[name.index(after: dot)...].lowercased())
    }.sorted()
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
