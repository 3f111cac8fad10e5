/// What the name of a mask says: the photo that it belongs to, and what its white pixels mean.
struct MaskName {
  /// The photo's name in small letters, without its ending.
  let photo: String
  /// Whether the name says that it is a mask's, so that it cannot be a photo.
  let isMarked: Bool
  /// Whether white pixels do not count, as in instant-ngp's `dynamic_mask_NAME.png`.
  let isInverted: Bool

  private static let endings = [".mask", "_mask", "-mask", " mask", ".masks", "_masks"]
  private static let beginnings = ["mask_", "mask-", "mask."]
  private static let invertedBeginning = "dynamic_mask_"

  /// Reads the name of a file, folders included.
  init(_ file: String) {
    let stem = SceneFiles.photoStem(file.lowercased())
    let slash = stem.lastIndex(of: "/").map { stem.index(after: $0) } ?? stem.startIndex
    let folder = stem[..<slash]
    var name = stem[slash...]
    isInverted = name.hasPrefix(Self.invertedBeginning)
    if isInverted {
      name = name.dropFirst(Self.invertedBeginning.count)
    } else if let beginning = Self.beginnings.first(where: { name.hasPrefix($0) }) {
      name = name.dropFirst(beginning.count)
    } else if let ending = Self.endings.first(where: { name.hasSuffix($0) }) {
      name = name.dropLast(ending.count)
    }
    isMarked = name.count < stem[slash...].count && !name.isEmpty
    photo = SceneFiles.photoStem("\(folder)\(name)")
  }

  /// What ``photo`` is for the mask of the photo `name`, with its first folder and without.
  static func keys(of name: String) -> [String] {
    let stem = SceneFiles.photoStem(name.lowercased())
    guard let slash = stem.firstIndex(of: "/") else { return [stem] }
    return [stem, String(stem[stem.index(after: slash)...])]
  }
}
