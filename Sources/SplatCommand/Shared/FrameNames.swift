import SplatFiles

/// The names of the files for rendered frames.
enum FrameNames {
  private static let endings = [
    ".png", ".jpg", ".jpeg", ".webp", ".heic", ".heif", ".avif", ".tif", ".tiff", ".bmp",
  ]

  /// Names without ending for frames of images called `names`, folders kept, each unique.
  static func names(for names: [String]) -> [String] {
    let stems = names.map(stem)
    var uses: [String: Int] = [:]
    for stem in stems { uses[stem, default: 0] += 1 }
    // Images whose names differ only in their endings keep them.
    var result = zip(names, stems).map { uses[$1] == 1 ? $1 : inside($0) }
    if Set(result).count < result.count {
      result = result.enumerated().map { "\($1)-\(numbered($0))" }
    }
    return result
  }

  /// The number of a frame, with five digits or more.
  static func numbered(_ index: Int) -> String {
    let digits = String(index)
    return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
  }

  /// `name` without the ending of an image file, and without steps out of its folder.
  static func stem(_ name: String) -> String {
    let name = inside(name)
    let lower = name.lowercased()
    guard let ending = endings.first(where: { lower.hasSuffix($0) }),
      name.count > ending.count, !lower.dropLast(ending.count).hasSuffix("/")
    else { return name }
    return String(name.dropLast(ending.count))
  }

  private static func inside(_ name: String) -> String {
    let parts = name.split(separator: "/").filter { $0 != "." && $0 != ".." }
    return parts.isEmpty ? "frame" : parts.joined(separator: "/")
  }
}

extension FrameNames {
  /// Warns if the folder for frames called `names` holds other pictures, which stay among them.
  static func warnOfOthers(in folder: String, names: [String]) {
    let frames = Set(names)
    let others = FilePaths.files(below: folder).filter {
      $0.lowercased().hasSuffix(".png") && !$0.contains(".depth.png") && !frames.contains(stem($0))
    }
    guard let first = others.first else { return }
    Console.warn(
      """
      \(folder) holds \(Wording.count(others.count, "other picture")), such as \(first), which \
      will be mixed with the \(Wording.count(names.count, "frame"))
      """)
  }
}
