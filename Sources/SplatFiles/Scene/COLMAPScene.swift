import SplatCore

/// Makes a ``Scene`` of a COLMAP model and a folder of images.
struct COLMAPScene {
  private let path: String
  private let model: COLMAPModel
  private let modelFolder: String
  private let options: SceneOptions
  private let onBadImage: ((FileError) -> Void)?

  init(path: String, options: SceneOptions, onBadImage: ((FileError) -> Void)? = nil)
    throws(FileError)
  {
    self.onBadImage = onBadImage
    self.path = path
    self.options = options
    modelFolder = COLMAPModel.folder(of: path) ?? path
    model = try COLMAPModel.read(path: path)
  }

  func scene() throws(FileError) -> Scene {
    guard !model.images.isEmpty else {
      throw .bad(file("images"), nil, "holds no images")
    }
    // The images by name, each once.
    let images = model.images.sorted { $0.name < $1.name }
    for (left, right) in zip(images, images.dropFirst()) where left.name == right.name {
      throw .bad(file("images"), "image \(right.id)", "a second image called \(right.name)")
    }
    // Their photos must be there.
    var folder = PhotoFolder(options.folder(options.imagesFolder, in: path))
    guard FilePaths.exists(folder.path) || !options.needsPhotos else {
      throw FileError(
        .notFound, path: folder.path, problem: "does not exist; a folder of images was expected")
    }
    let files = images.map { folder.file(of: $0.name) }
    if onBadImage == nil, options.needsPhotos {
      try MissingImages.check(
        zip(images, files).filter { $1 == nil }.map(\.0.name), in: folder.path)
    }
    // A view of each, or a report of what is wrong with its photo.
    let lenses = try lenses()
    var scene = Scene(
      views: [], points: PointCloud(), warnings: warnings(), kind: .colmap, path: path)
    var resized = ResizedPhotos()
    for (index, image) in images.enumerated() {
      guard let lens = lenses[image.cameraID] else { continue }
      do throws(FileError) {
        let file = files[index] ?? "\(folder.path)/\(image.name)"
        let fitted =
          files[index] == nil && !options.needsPhotos
          ? lens : try lens.fitted(to: file, source: "the model's camera")
        resized.add(image.name, lens, fitted)
        var view = try SceneView(
          name: image.name, lens: fitted, viewMatrix: image.viewMatrix, area: options.area,
          imagePath: file)
        view.isTest = options.isTest(index)
        scene.views.append(view)
      } catch {
        guard let onBadImage else { throw error }
        onBadImage(error)
      }
    }
    if options.usesOwnImages {
      scene.warnings += [resized.warning(path)].compactMap(\.self)
    }
    scene.moveOrigin(options)
    scene.points = model.pointCloud(origin: scene.origin)
    return scene
  }

  /// The lenses of the cameras that images were taken with, by the cameras' numbers.
  private func lenses() throws(FileError) -> [UInt32: PhotoLens] {
    let used = Set(model.images.map(\.cameraID))
    var lenses: [UInt32: PhotoLens] = [:]
    for camera in model.cameras where used.contains(camera.id) {
      lenses[camera.id] =
        options.arePanoramas
        ? PhotoLens(panoramaWidth: camera.width, height: camera.height)
        : try camera.photoLens(path: file("cameras"))
    }
    return lenses
  }

  private func warnings() -> [String] {
    var warnings: [String] = []
    // Models and images that are not used.
    let folders = COLMAPModel.folders(of: path)
    if folders.count > 1 {
      let others = folders.dropFirst().map { "\($0.path) (\($0.images))" }
      warnings.append(
        """
        \(path): of \(folders.count) models the one with the most images is used, \
        \(folders[0].path) (\(folders[0].images)); not \(MissingImages.list(others))
        """)
    }
    if model.droppedImages > 0 {
      warnings.append(
        """
        \(file("images")): \(model.droppedImages) \(model.droppedImages == 1 ? "image" : "images") \
        left out whose pose or camera is not a number
        """)
    }
    // Points that are missing, from elsewhere, or left out.
    if model.points.isEmpty {
      warnings.append("\(modelFolder): the model has no points; training starts from random ones")
    }
    if let points = model.pointsPath {
      warnings.append("\(points): the points are read from here")
    }
    if model.droppedPoints > 0 {
      warnings.append(
        """
        \(model.pointsPath ?? file("points3D")): \(model.droppedPoints) points left out whose \
        position is not finite
        """
      )
    }
    return warnings
  }

  private func file(_ name: String) -> String { COLMAPModel.file(name, in: modelFolder) }
}
