extension Scene {
  /// Takes masks and the split from a `transforms.json` beside the COLMAP model that the views are
  /// from, as nerfstudio's programs leave it and users add to it.
  mutating func annotate(_ options: SceneOptions) throws(FileError) {
    let file = "\(path)/transforms.json"
    guard FilePaths.isFile(file) else { return }
    let transforms: TransformsFile
    do throws(FileError) { transforms = try TransformsFile(JSONPlace(path: file)) } catch {
      warnings.append("\(error); the file is not used, the COLMAP model is")
      return
    }
    let finder = ViewFinder(views.map(\.name))
    // The masks and depth maps that frames name.
    var masked = 0
    var withDepth = 0
    var listed: Set<Int> = []
    for frame in transforms.frames {
      guard let name = frame.filePath, let index = finder.view(name) else { continue }
      listed.insert(index)
      if let depth = try frame.depth(in: path) {
        views[index].depth = depth
        withDepth += 1
      }
      guard options.masks == .automatic, let mask = frame.place.optional("mask_path") else {
        continue
      }
      let maskPath = "\(path)/\(try mask.pathInside())"
      guard FilePaths.isFile(maskPath) else { throw mask.bad("\(maskPath) does not exist") }
      views[index].maskPath = maskPath
      masked += 1
    }
    // What is used of the file, and what is not.
    let isSplit = transforms.split != nil
    let usesDepths = withDepth > 0 && options.depths == .automatic
    let used =
      (masked > 0 ? ["masks"] : []) + (usesDepths ? ["depth maps"] : [])
      + (isSplit ? ["the split"] : [])
    if !used.isEmpty {
      warnings.append(
        """
        \(file): \(used.joined(separator: " and ")) are taken from here; cameras and points are \
        those of the COLMAP model
        """)
    }
    if listed.count < views.count, !listed.isEmpty {
      warnings.append(
        """
        \(file): \(views.count - listed.count) of the \(views.count) photos of the COLMAP model \
        are not listed here; they are used, too
        """)
    }
    if let split = transforms.split { apply(split) }
  }
}
