extension Scene {
  /// Finds the masks of the views in the folder that `options` name, or else beside the photos.
  ///
  /// The mask of `a/b.jpg` is `a/b.png` or `a/b.jpg.png`, or a name that ``MaskName`` reads; in
  /// scenes that name their photos `images/a/b.jpg` too.
  ///
  /// - Throws: an error if the folder was asked for and does not exist, or holds no mask.
  mutating func findMasks(_ options: SceneOptions) throws(FileError) {
    // The folder of masks, if there is one to look into.
    let folder: String
    switch options.masks {
    case .none: return
    case .automatic:
      guard views.allSatisfy({ $0.maskPath == nil }) else { return }
      guard let name = Self.masksFolder(in: path) else {
        if FilePaths.isFile("\(path)/masks") {
          warnings.append("\(path)/masks: is no folder; it is not used as masks")
        }
        return findMasksBesidePhotos()
      }
      folder = "\(path)/\(name)"
    case .folder(let name):
      folder = options.folder(name, in: path)
      guard FilePaths.isFolder(folder) else {
        throw FileError(
          .notFound, path: folder, problem: "does not exist; a folder of masks was expected")
      }
    }
    // Each view's mask, by its name.
    var masks = MaskFiles(SceneFiles.images(in: folder))
    for index in views.indices {
      guard let mask = masks.take(for: views[index].name) else { continue }
      views[index].maskPath = "\(folder)/\(mask.file)"
      views[index].hasInvertedMask = mask.isInverted
    }
    // Photos that were not registered may have masks too; any other file may be a mistake.
    if !masks.unused.isEmpty {
      for image in SceneFiles.images(in: options.folder(options.imagesFolder, in: path)) {
        _ = masks.take(for: image)
      }
    }
    let unused = masks.unused
    if !unused.isEmpty {
      let count = unused.count
      warnings.append(
        """
        \(folder): \(count) \(count == 1 ? "file is the mask" : "files are the masks") of no photo \
        and not used: \(MissingImages.list(unused)); the mask of NAME.jpg is NAME.png, \
        NAME.jpg.png, NAME.mask.png or NAME_mask.png
        """)
    }
    if views.allSatisfy({ $0.maskPath == nil }), case .folder = options.masks {
      throw FileError(
        .notFound, path: folder,
        problem: "holds no mask for any image; NAME.png or NAME.jpg.png was expected")
    }
  }

  /// The folder of masks, however its name is written.
  private static func masksFolder(in path: String) -> String? {
    let folders = FilePaths.folders(in: path)
    return ["masks", "mask"].lazy.compactMap { name in
      folders.first { $0.lowercased() == name }
    }.first
  }

  /// Finds masks in the folders of the photos, by names that are not those of photos.
  private mutating func findMasksBesidePhotos() {
    let photos = Set(views.map(\.imagePath))
    let folders = Set(views.map { FilePaths.folder(of: $0.imagePath) })
    var masks: [String: (path: String, isInverted: Bool)] = [:]
    for folder in folders.sorted() {
      for file in FilePaths.files(in: folder.isEmpty ? "." : folder) {
        let name = MaskName(file)
        guard name.isMarked, SceneFiles.isImage(file), !photos.contains(folder + file) else {
          continue
        }
        masks[folder + name.photo] = (folder + file, name.isInverted)
      }
    }
    guard !masks.isEmpty else { return }
    for index in views.indices {
      let photo = views[index].imagePath
      let folder = FilePaths.folder(of: photo)
      let stem = SceneFiles.photoStem(photo.dropFirst(folder.count).lowercased())
      guard let mask = masks[folder + stem] else { continue }
      views[index].maskPath = mask.path
      views[index].hasInvertedMask = mask.isInverted
    }
  }
}

/// The files in a folder of masks, and which of them have found their photos.
private struct MaskFiles {
  private let files: [String]
  private let exact: Set<String>
  private let byPhoto: [String: [String]]
  private var used: Set<String> = []

  init(_ files: [String]) {
    self.files = files
    exact = Set(files)
    byPhoto = Dictionary(grouping: files) { MaskName($0).photo }
  }

  /// The files that no photo has taken, in order.
  var unused: [String] { files.filter { !used.contains($0) } }

  /// Takes the mask of the photo `name`: one with the same name, or with a name made of it.
  mutating func take(for name: String) -> (file: String, isInverted: Bool)? {
    let similar = MaskName.keys(of: name).compactMap { byPhoto[$0] }.first ?? []
    let named = Self.names(of: name).first(where: exact.contains)
    guard let file = named ?? similar.first else { return nil }
    used.formUnion([file])
    // A file whose name is the photo's own says nothing of what white means.
    return (file, named == nil && MaskName(file).isInverted)
  }

  /// The names that the mask of the image `name` has as a rule, the likeliest first.
  private static func names(of name: String) -> [String] {
    var names = [name]
    if let slash = name.firstIndex(of: "/") {
      names.append(String(name[name.index(after: slash)...]))
    }
    return names.flatMap { name in
      let stem = SceneFiles.stem(name)
      return ["\(name).png", "\(stem).png", name, "\(stem).jpg"]
    }
  }
}
