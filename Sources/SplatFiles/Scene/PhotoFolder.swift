/// Finds the files of the photos that a scene names.
///
/// A name may differ from its file's in the normal form of Unicode, in capital letters or in the
/// direction of slashes: scenes and photos move between systems that treat these in different ways.
struct PhotoFolder {
  /// The folder.
  let path: String
  /// The files below the folder by their names, and by what ``plain(_:)`` makes of them.
  private var files: (exact: [String: String], plain: [String: [String]])?

  init(_ path: String) { self.path = path }

  /// The path of the photo called `name`; nothing if there is none.
  mutating func file(of name: String) -> String? {
    let direct = "\(path)/\(name)"
    if FilePaths.isFile(direct) { return direct }
    // Strings are equal whatever their normal form.
    let files = listed()
    if let file = files.exact[name] { return "\(path)/\(file)" }
    if let similar = files.plain[Self.plain(name)], similar.count == 1 {
      return "\(path)/\(similar[0])"
    }
    // Some programs name photos from the folder above.
    let start = (path.split(separator: "/").last.map(String.init) ?? "") + "/"
    guard start.count > 1, name.hasPrefix(start) else { return nil }
    return file(of: String(name.dropFirst(start.count)))
  }

  private mutating func listed() -> (exact: [String: String], plain: [String: [String]]) {
    if let files { return files }
    var exact: [String: String] = [:]
    var plain: [String: [String]] = [:]
    for file in SceneFiles.images(in: path) {
      exact[file] = file
      plain[Self.plain(file), default: []].append(file)
    }
    files = (exact, plain)
    return (exact, plain)
  }

  private static func plain(_ name: String) -> String {
    name.lowercased().replacing("\\", with: "/")
  }
}
