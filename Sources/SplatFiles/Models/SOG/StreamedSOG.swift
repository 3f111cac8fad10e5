import SplatCore

/// PlayCanvas' streamed SOG: a tree of levels of detail, whose Gaussians lie in many SOG models.
///
/// The finest level of every leaf of the tree is read, and the environment, if there is one.
enum StreamedSOG {
  /// The description of the tree.
  static let description = "lod-meta.json"
  /// The most models, and nodes of the tree.
  private static let mostFiles = 10_000
  private static let mostNodes = 1_000_000
  /// No model has more levels of detail.
  private static let mostLevels = 100

  /// Whether a JSON file is such a description.
  static func isDescription(_ top: JSONPlace) -> Bool {
    top.optional("tree") != nil && top.optional("filenames") != nil
  }

  /// Reads the model whose description is at `path`; the others lie beside it.
  static func read(_ top: JSONPlace, folderOf path: String) throws(FileError) -> SplatFile {
    let folder = FilePaths.folder(of: path)
    return try read(top, fileBytes: nil) { (name) throws(FileError) in
      let path = folder + name
      guard FilePaths.isFile(path) else {
        throw FileError(
          .notFound, path: top.path,
          problem: "is a streamed SOG model; its `\(name)` does not exist")
      }
      guard ModelFormat(ending: path) == .sog, path.hasSuffix(".sog") else {
        return try SOGFile.reader(JSONPlace(path: path), folderOf: path)
      }
      return try archived(FileBytes(path: path), path: path)
    }
  }

  /// Reads the model of an archive that `description` describes.
  static func read(
    _ archive: ZipArchive, _ description: ZipArchive.Member, path: String, fileBytes: Int
  ) throws(FileError) -> SplatFile {
    let folder = FilePaths.folder(of: description.name)
    let top = try SOGFile.top(archive, description, path: path)
    return try read(top, fileBytes: fileBytes) { (name) throws(FileError) in
      guard let member = archive.member(folder + name) else {
        throw .bad(path, nil, "holds no `\(folder + name)`, which \(description.name) names")
      }
      guard name.hasSuffix(".sog") else {
        return try SOGFile.reader(archive, member, path: path, fileBytes: fileBytes)
      }
      let bytes = try ArchivedModel.read(member, in: archive, fileBytes: fileBytes)
      return try archived(FileBytes(bytes), path: "\(path)/\(member.name)")
    }
  }

  private static func archived(_ bytes: FileBytes, path: String) throws(FileError) -> SOGReader {
    let archive = try ZipArchive(bytes, path: path)
    guard let description = SOGFile.description(in: archive, SOGLayout.description) else {
      throw .bad(path, nil, "holds no \(SOGLayout.description), as SOG models do")
    }
    return try SOGFile.reader(archive, description, path: path, fileBytes: bytes.count)
  }

  private static func read(
    _ top: JSONPlace, fileBytes: Int?, open: (String) throws(FileError) -> SOGReader
  ) throws(FileError) -> SplatFile {
    // The names of the models; each lies in a folder of its own, so that none is counted twice.
    var names: [String] = []
    for place in try top.member("filenames").elements(limit: mostFiles) {
      names.append(try name(place))
    }
    guard Set(names.map(owner)).count == names.count else {
      throw try top.member("filenames").bad("names a model, or a model's folder, twice")
    }
    // What is taken of each of them, and all of the environment.
    let ranges = try finestRanges(top.member("tree"), fileCount: names.count)
    var wanted = zip(names, ranges).filter { !$0.1.isEmpty }.map { (name: $0, ranges: $1) }
    if let place = top.optional("environment") {
      let environment = try name(place)
      if !names.map(owner).contains(owner(environment)) { wanted.append((environment, [])) }
    }
    // One model after the other.
    var parts: [Splats] = []
    var (count, bytes) = (0, 0)
    for (name, ranges) in wanted {
      let reader = try open(name)
      let splats = try part(reader.splats(path: name), ranges, name: name, path: top.path)
      count += splats.count
      bytes += reader.fileBytes
      try ModelLimits.check(
        count: count, shDegree: splats.shDegree, fileBytes: fileBytes ?? bytes, path: top.path)
      parts.append(splats)
    }
    guard !parts.isEmpty else { throw top.bad("holds no Gaussians") }
    return try SplatFile(checking: Splats(merging: parts), format: .sog, path: top.path)
  }

  private static func name(_ place: JSONPlace) throws(FileError) -> String {
    let name = try place.text()
    guard FilePaths.isInside(name) else {
      throw place.bad("`\(name)` does not lie in the model's folder")
    }
    return name.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
  }

  /// What no other model shares: an archive itself, or the folder of a description.
  private static func owner(_ name: String) -> String {
    name.hasSuffix(".sog") ? name : FilePaths.folder(of: name)
  }

  /// The ranges of Gaussians of each file at the finest level of each leaf.
  private static func finestRanges(
    _ tree: JSONPlace, fileCount: Int
  ) throws(FileError) -> [[Range<Int>]] {
    var ranges = [[Range<Int>]](repeating: [], count: fileCount)
    var pending = [tree]
    var visited = 0
    while let node = pending.popLast() {
      visited += 1
      guard visited <= mostNodes else { throw node.bad("is one of more than \(mostNodes) nodes") }
      if let children = try node.optional("children")?.elements(limit: mostNodes),
        !children.isEmpty
      {
        pending += children.reversed()
        continue
      }
      let levels = try node.optional("lods")?.members(limit: mostLevels) ?? [:]
      let finest = levels.compactMap { key, place in Int(key).map { ($0, place) } }
        .min { $0.0 < $1.0 }
      guard let place = finest?.1 else { continue }
      let file = try GLTFTables.index(place.member("file"))
      guard file < fileCount else {
        throw try place.member("file").bad("is \(file); there are \(fileCount) files")
      }
      let offset = try place.optional("offset").map(GLTFTables.index) ?? 0
      let count = try GLTFTables.index(place.member("count"))
      if count > 0 { ranges[file].append(offset..<offset + count) }
    }
    return ranges
  }

  /// The Gaussians of some ranges of a model; all if there is no range.
  private static func part(
    _ splats: Splats, _ ranges: [Range<Int>], name: String, path: String
  ) throws(FileError) -> Splats {
    let sorted = ranges.sorted { $0.lowerBound < $1.lowerBound }
    for (range, next) in zip(sorted, sorted.dropFirst()) where range.upperBound > next.lowerBound {
      throw .bad(path, name, "is used twice from \(next.lowerBound) on")
    }
    if let last = sorted.last, last.upperBound > splats.count {
      throw .bad(path, name, "holds \(splats.count) Gaussians; \(last.upperBound) were expected")
    }
    let taken = sorted.reduce(0) { $0 + $1.count }
    guard !sorted.isEmpty, taken < splats.count else { return splats }
    var result = Splats(count: taken, shDegree: splats.shDegree)
    result.isAntialiased = splats.isAntialiased
    result.parameters = splats.parameters.gathered(sorted.flatMap { $0.map(Int32.init) })
    return result
  }
}
