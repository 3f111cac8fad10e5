/// What the name of a depth map, or of the map of its confidence, says of the photo it belongs to.
enum DepthName {
  private static let depthMarks = ["depth", "depths", "depthmap"]
  private static let confidenceMarks = ["confidence", "conf", "confidences"]
  /// At the start of a name this may be a part of other words.
  private static let shortMark = "conf"

  /// The photo's name in small letters, without endings and without what marks a depth map.
  ///
  /// `b_depth.png`, `b.depth.npy`, `depth_b.png` and `b.jpg.png` belong to `b.jpg`.
  static func photo(ofDepths file: String) -> String { unmarked(file, depthMarks) }

  /// The same for a map of confidence.
  static func photo(ofConfidence file: String) -> String {
    unmarked(file, confidenceMarks + depthMarks)
  }

  private static func unmarked(_ file: String, _ marks: [String]) -> String {
    let lower = file.lowercased()
    let stem = SceneFiles.photoStem(SceneFiles.stem(lower))
    let slash = stem.lastIndex(of: "/").map { stem.index(after: $0) } ?? stem.startIndex
    let folder = stem[..<slash]
    var name = stem[slash...]
    for mark in marks {
      for separator in ["_", ".", "-"] {
        if name.hasSuffix(separator + mark), name.count > mark.count + 1 {
          name = name.dropLast(mark.count + 1)
        } else if mark != shortMark, name.hasPrefix(mark + separator), name.count > mark.count + 1 {
          name = name.dropFirst(mark.count + 1)
        }
      }
    }
    return SceneFiles.photoStem("\(folder)\(name)")
  }

  /// The name in small letters, without its endings and with all marks.
  static func plain(_ file: String) -> String { unmarked(file, []) }

  /// Whether the name of a file says that it is a map of confidence.
  static func isConfidence(_ file: String) -> Bool {
    unmarked(file, confidenceMarks) != plain(file)
  }

  /// What ``photo(ofDepths:)`` may be for the photo `name`: with all of its folders, without
  /// the first, and without any.
  static func keys(of name: String) -> [String] {
    let keys = MaskName.keys(of: name)
    guard let last = keys[0].lastIndex(of: "/") else { return keys }
    return keys + [String(keys[0][keys[0].index(after: last)...])]
  }

  /// The names that are looked for, for messages.
  static func examples(of name: String) -> String {
    let stem = SceneFiles.photoStem(name.split(separator: "/").last.map(String.init) ?? name)
    return "\(stem).png, \(stem).npy, \(stem)_depth.png or \(stem).depth.npy"
  }
}
