import SplatCore

/// Makes a ``Scene`` of the files of NeRF programs: nerfstudio's and instant-ngp's
/// `transforms.json`, or `transforms_train.json` and `transforms_test.json` as Blender scenes have
/// them.
struct NeRFScene {
  let path: String
  let file: String
  let options: SceneOptions
  let onBadImage: ((FileError) -> Void)?

  func scene() throws(FileError) -> Scene {
    var scene = Scene(views: [], points: PointCloud(), warnings: [], kind: .nerf, path: path)
    let first = try TransformsFile(JSONPlace(path: "\(path)/\(file)"))
    scene.views = try self.views(of: first, file, &scene)
    // Blender's scenes have a file for each part of the split; others are split here, by name.
    if file == "transforms.json" {
      scene.views.sort { $0.name < $1.name }
      for index in scene.views.indices { scene.views[index].isTest = options.isTest(index) }
      if let split = first.split { scene.apply(split) }
    } else {
      try addTestViews(&scene)
    }
    // No name may come twice.
    var names: Set<String> = []
    for view in scene.views {
      guard names.insert(view.name).inserted else {
        throw .bad("\(path)/\(file)", nil, "a second frame of \(view.name)")
      }
    }
    scene.moveOrigin(options)
    // The points, if there are any.
    if let points = try pointsFile(first) {
      scene.points = try PointCloudPLY.read(path: points, origin: scene.origin)
    }
    return scene
  }

  /// Adds the views for testing that stand beside those for training.
  private func addTestViews(_ scene: inout Scene) throws(FileError) {
    let others = ["transforms_test.json", "transforms_val.json"]
    guard let other = others.first(where: { FilePaths.exists("\(path)/\($0)") }) else {
      // A scene without a split of its own is split here, by name.
      let sorted = scene.views.indices.sorted { scene.views[$0].name < scene.views[$1].name }
      for (place, index) in sorted.enumerated() {
        scene.views[index].isTest = options.isTest(place)
      }
      return
    }
    let test = try TransformsFile(JSONPlace(path: "\(path)/\(other)"))
    scene.views += try self.views(of: test, other, &scene).map { view in
      var view = view
      view.isTest = true
      return view
    }
  }

  /// The file of points: the one that is named, or one with the name that such a file has.
  private func pointsFile(_ transforms: TransformsFile) throws(FileError) -> String? {
    if let place = transforms.pointsFile { return "\(path)/\(try place.pathInside())" }
    return ["points3D.ply", "points3d.ply", "sparse_pc.ply"].map { "\(path)/\($0)" }
      .first(where: FilePaths.isFile)
  }

  /// The views of the frames whose image exists; of the others there is a warning.
  private func views(of transforms: TransformsFile, _ file: String, _ scene: inout Scene)
    throws(FileError) -> [SceneView]
  {
    // Find the image of each frame, and make a view of both.
    guard !transforms.frames.isEmpty else {
      throw .bad("\(path)/\(file)", "frames", "holds no frames")
    }
    var views: [SceneView] = []
    var missing: [String] = []
    var resized = ResizedPhotos()
    var folder = PhotoFolder(path)
    for frame in transforms.frames {
      let written = try photoName(frame.place.member("file_path"))
      let name = inImagesFolder(written)
      let image = Self.imageFile(name, in: &folder)
      guard image != nil || (!options.needsPhotos && frame.size != nil) else {
        missing.append(name)
        continue
      }
      do throws(FileError) {
        let full = name == written ? nil : Self.imageFile(written, in: &folder)
        views.append(
          try view(of: frame, name: written, image: image, full: full, file, &resized))
      } catch {
        guard let onBadImage, error.path == image else { throw error }
        onBadImage(error)
      }
    }
    // Warn of what is not as the file says.
    if options.usesOwnImages {
      scene.warnings += [resized.warning("\(path)/\(file)")].compactMap(\.self)
    }
    if !missing.isEmpty {
      if views.isEmpty, onBadImage == nil, options.needsPhotos {
        try MissingImages.check(missing, in: path)
      }
      scene.warnings.append(
        """
        \(path)/\(file): \(missing.count) of \(transforms.frames.count) frames left out whose \
        image does not exist: \(MissingImages.list(missing))
        """)
    }
    return views
  }

  /// The view of a frame.
  ///
  /// - Parameters:
  ///   - frame: the frame.
  ///   - name: the name of its photo.
  ///   - image: the file of its photo, if it has one.
  ///   - full: the photo that the frame means, where `image` is a smaller one.
  ///   - file: the file that the frame stands in.
  ///   - resized: receives photos of another size.
  private func view(
    of frame: TransformsFile.Frame, name: String, image: String?, full: String?, _ file: String,
    _ resized: inout ResizedPhotos
  ) throws(FileError) -> SceneView {
    // Where the file gives no size, lengths are in pixels of the photo that it names.
    var size = frame.size
    if size == nil, let photo = full ?? image {
      let header = try ImageFile.size(path: photo)
      size = (header.width, header.height)
    }
    guard let size else { throw frame.place.bad("has no `w` and `h`, and no photo") }
    let lens =
      options.arePanoramas
      ? PhotoLens(panoramaWidth: size.width, height: size.height)
      : try frame.lens(width: size.width, height: size.height)
    var maskPath: String?
    if options.masks == .automatic, let mask = frame.place.optional("mask_path") {
      let file = "\(path)/\(try mask.pathInside())"
      guard FilePaths.isFile(file) else { throw mask.bad("\(file) does not exist") }
      maskPath = file
    }
    var fitted = lens
    if let image { fitted = try lens.fitted(to: image, source: file) }
    resized.add(name, lens, fitted)
    var view = try SceneView(
      name: name, lens: fitted, viewMatrix: try frame.viewMatrix(), area: options.area,
      imagePath: image ?? "\(path)/\(name)", maskPath: maskPath)
    view.depth = try frame.depth(in: path)
    return view
  }

  /// The name of a photo within the scene's folder.
  ///
  /// Some programs write where it was on their machine; then its end must lead to a photo here.
  private func photoName(_ place: JSONPlace) throws(FileError) -> String {
    let text = try place.text().replacing("\\", with: "/")
    let isAbsolute = text.hasPrefix("/") || text.dropFirst().hasPrefix(":/")
    guard isAbsolute, !text.contains("\0") else { return try place.pathInside() }
    let parts = text.split(separator: "/").filter { $0 != "." && $0 != ".." }
    for start in parts.indices.dropFirst() {
      let end = parts[start...].joined(separator: "/")
      if FilePaths.isFile("\(path)/\(end)") { return end }
    }
    return try place.pathInside()
  }

  /// `name` in the folder of images that was asked for, such as `images_4`.
  private func inImagesFolder(_ name: String) -> String {
    guard options.imagesFolder != "images", name.hasPrefix("images/") else { return name }
    return options.imagesFolder + name.dropFirst("images".count)
  }

  /// The file that is meant by a path that may lack its ending.
  private static func imageFile(_ name: String, in folder: inout PhotoFolder) -> String? {
    for ending in ["", ".png", ".jpg", ".jpeg", ".webp", ".heic", ".avif"] {
      if FilePaths.isFile("\(folder.path)/\(name)\(ending)") {
        return "\(folder.path)/\(name)\(ending)"
      }
    }
    for ending in ["", ".png", ".jpg", ".jpeg", ".webp", ".heic", ".avif"] {
      if let file = folder.file(of: name + ending) { return file }
    }
    return nil
  }
}
