extension Scene {
  /// Finds the masks of the views in the folder that `options` name.
  ///
  /// The mask of `a/b.jpg` is `a/b.png` or `a/b.jpg.png`; in scenes that name their photos
  /// `images/a/b.jpg` too.
  ///
  /// - Throws: an error if the folder was asked for and does not exist, or if a file in it is the
  ///   mask of no image.
  mutating func findMasks(_ options: SceneOptions) throws(FileError) {
    // The folder of masks, if there is one to look into.
    let folder: String
    switch options.masks {
    case .none: return
    case .automatic:
      folder = "\(path)/masks"
      let isNamed = views.contains { $0.maskPath != nil }
      guard !isNamed, FilePaths.isFolder(folder) else { return }
    case .folder(let name):
      folder = options.folder(name, in: path)
      guard FilePaths.isFolder(folder) else {
        throw FileError(
          .notFound, path: folder, problem: "does not exist; a folder of masks was expected")
      }
    }
    // Each view's mask, by its name.
    let files = SceneFiles.images(in: folder)
    var owners: [String: String] = [:]
    for file in files { owners[file] = "" }
    for index in views.indices {
      let candidates = Self.maskNames(of: views[index].name)
      guard let name = candidates.first(where: { owners[$0] != nil }) else { continue }
      owners[name] = views[index].name
      views[index].maskPath = "\(folder)/\(name)"
    }
    // Photos that were not registered may have masks too; any other mask is a mistake.
    let images = SceneFiles.images(in: options.folder(options.imagesFolder, in: path))
    for image in images {
      for name in Self.maskNames(of: image) where owners[name] == "" { owners[name] = image }
    }
    for file in files where owners[file] == "" {
      throw .bad(
        "\(folder)/\(file)", nil,
        "is the mask of no image: the mask of NAME.jpg is NAME.png or NAME.jpg.png")
    }
    if views.allSatisfy({ $0.maskPath == nil }), case .folder = options.masks {
      throw FileError(
        .notFound, path: folder,
        problem: "holds no mask for any image; NAME.png or NAME.jpg.png was expected")
    }
  }

  /// The names that the mask of the image `name` may have, the likeliest first.
  private static func maskNames(of name: String) -> [String] {
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
