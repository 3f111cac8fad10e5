import SplatCore

extension Scene {
  /// Finds the depth maps of the views: those that the scene has named, or those in the folder that
  /// `options` name.
  ///
  /// - Throws: an error if the folder was asked for and does not exist, or lacks the maps of most
  ///   photos.
  mutating func findDepths(_ options: SceneOptions) throws(FileError) {
    switch options.depths {
    case .none:
      for index in views.indices { views[index].depth = nil }
      return
    case .automatic: leaveOutUnreadableDepths()
    case .folder(let name): try findDepths(in: options.folder(name, in: path))
    }
    leaveOutDepthsOfPanoramas()
    findConfidences()
    try checkDepthBits()
  }

  /// Takes maps from a folder, by the names of their photos.
  private mutating func findDepths(in folder: String) throws(FileError) {
    guard FilePaths.isFolder(folder) else {
      throw FileError(
        .notFound, path: folder, problem: "does not exist; a folder of depth maps was expected")
    }
    let files = NamedMaps(folder, by: DepthName.photo(ofDepths:))
    let scales = try Self.scales(in: folder)
    var missing: [String] = []
    for index in views.indices {
      views[index].depth = nil
      guard let file = files.file(for: views[index].name) else {
        missing.append(views[index].name)
        continue
      }
      if let problem = DepthFile.problem("\(folder)/\(file)") { throw problem }
      let unit = scales.file(for: file)
      views[index].depth = DepthSource(
        path: "\(folder)/\(file)", unit: unit ?? DepthFile.millimetre)
    }
    guard let first = missing.first else { return }
    let text = """
      holds no depth map of \(missing.count) of \(views.count) photos: \
      \(MissingImages.list(missing)); \(DepthName.examples(of: first)) was expected for \(first)
      """
    guard 2 * missing.count <= views.count else {
      throw FileError(.notFound, path: folder, problem: text)
    }
    warnings.append("\(folder): \(text)")
  }

  /// The units of the maps that `splat render --depth` wrote to `folder`.
  private static func scales(in folder: String) throws(FileError) -> DepthScales {
    let path = "\(folder)/depth.json"
    guard FilePaths.isFile(path) else { return DepthScales() }
    return try DepthScales(JSONPlace(path: path))
  }

  /// Leaves out maps that the scene names and that are not there or cannot be read: the scene can
  /// be trained on without.
  private mutating func leaveOutUnreadableDepths() {
    var missing: [String] = []
    var unreadable: FileError?
    for index in views.indices {
      guard let depth = views[index].depth else { continue }
      if !FilePaths.isFile(depth.path) {
        missing.append(String(depth.path.dropFirst(path.count + 1)))
        views[index].depth = nil
      } else if let problem = DepthFile.problem(depth.path) {
        unreadable = unreadable ?? problem
        views[index].depth = nil
      }
    }
    if !missing.isEmpty {
      warnings.append(
        """
        \(path): \(missing.count) depth maps that the scene names do not exist: \
        \(MissingImages.list(missing))
        """)
    }
    if let unreadable { warnings.append("\(unreadable); nothing is learnt from such depths") }
  }

  /// Depth maps are along the axis of a camera, and panoramas have none.
  private mutating func leaveOutDepthsOfPanoramas() {
    let panoramas = views.indices.filter { views[$0].isPanorama && views[$0].depth != nil }
    guard let first = panoramas.first else { return }
    warnings.append(
      """
      \(path): depth maps of panoramas are not used, such as that of \(views[first].name)
      """)
    for index in panoramas { views[index].depth = nil }
  }

  /// Finds maps of confidence in a folder beside that of the depths, or among them.
  private mutating func findConfidences() {
    var known: [String: [NamedMaps]] = [:]
    for index in views.indices {
      guard let depth = views[index].depth else { continue }
      let folder = FilePaths.folder(of: depth.path)
      let maps = known[folder] ?? NamedMaps.confidences(besideDepthsIn: folder)
      known[folder] = maps
      let name = String(depth.path.dropFirst(folder.count))
      let key = DepthName.photo(ofDepths: name)
      for folder in maps {
        guard let file = folder.file(named: key) else { continue }
        views[index].depth?.confidencePath = "\(folder.folder)/\(file)"
        break
      }
    }
  }

  /// Integers of 8 bits cannot be depths in a unit: they need points to compare with.
  private func checkDepthBits() throws(FileError) {
    guard points.count == 0 else { return }
    for view in views {
      guard let depth = view.depth, depth.path.lowercased().hasSuffix(".png"),
        try DepthFile.size(path: depth.path).isShallow
      else { continue }
      throw .bad(
        depth.path, nil,
        """
        has 8 bits per sample: depths in millimetres have 16, and those of a network are aligned \
        to the scene's points, of which there are none
        """)
    }
  }
}

/// Where the depth map of a photo is.
public struct DepthSource: Sendable, Equatable {
  /// The file of the map.
  public var path: String
  /// What integers of more than 8 bits are multiplied by, in world units.
  public var unit: Double
  /// The file that says how certain the depths are, if there is one.
  public var confidencePath: String?

  /// Creates a source from its parts.
  public init(path: String, unit: Double = 0.001, confidencePath: String? = nil) {
    self.path = path
    self.unit = unit
    self.confidencePath = confidencePath
  }
}

/// The files of a folder, by the photos that they belong to.
private struct NamedMaps {
  let folder: String
  /// The files by the names of their photos, as they are and without marks.
  private let exact: [String: [String]]
  private let files: [String: [String]]

  private static let confidenceFolders = ["confidence", "confidences", "conf"]

  init(_ folder: String, by photo: (String) -> String) {
    self.init(
      folder,
      FilePaths.files(below: folder).filter {
        DepthFile.isDepth($0) && !DepthName.isConfidence($0)
      }, by: photo)
  }

  private init(_ folder: String, _ files: [String], by photo: (String) -> String) {
    self.folder = folder
    exact = Dictionary(grouping: files, by: DepthName.plain)
    self.files = Dictionary(grouping: files, by: photo)
  }

  /// The maps of confidence that may belong to depths in `folder`, whose path ends in a slash.
  static func confidences(besideDepthsIn folder: String) -> [NamedMaps] {
    let inside = folder.isEmpty ? "." : String(folder.dropLast())
    let marked = FilePaths.files(in: inside).filter {
      DepthFile.isDepth($0) && DepthName.isConfidence($0)
    }
    let above = FilePaths.folder(of: inside)
    let beside = FilePaths.folders(in: above.isEmpty ? "." : above).filter {
      confidenceFolders.contains($0.lowercased())
    }
    let photo = DepthName.photo(ofConfidence:)
    return [NamedMaps(inside, marked, by: photo)]
      + beside.map { name in
        NamedMaps(
          above + name, FilePaths.files(in: above + name).filter(DepthFile.isDepth), by: photo)
      }
  }

  /// The file for the photo called `name`.
  func file(for name: String) -> String? {
    for key in DepthName.keys(of: name) {
      if let found = file(named: key) { return found }
    }
    return nil
  }

  /// The file that belongs to the photo with the key `key`: one that can be read, if there are
  /// several.
  func file(named key: String) -> String? {
    guard let found = exact[key] ?? files[key] else { return nil }
    return found.first { DepthFile.problem($0) == nil } ?? found.first
  }
}

/// The units of depth maps, by the frames that they are of.
private struct DepthScales {
  private var scales: [String: Double] = [:]

  init() {}

  init(_ top: JSONPlace) throws(FileError) {
    for (name, frame) in try top.member("frames").members(limit: SceneLimits.mostFiles) {
      scales[DepthName.photo(ofDepths: name + ".png")] = try frame.member("scale").number()
    }
  }

  /// The unit of the map called `name`.
  func file(for name: String) -> Double? { scales[DepthName.photo(ofDepths: name)] }
}
