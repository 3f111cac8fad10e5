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
    let folder = options.folder(options.imagesFolder, in: path)
    guard FilePaths.exists(folder) else {
      throw FileError(
        .notFound, path: folder, problem: "does not exist; a folder of images was expected")
    }
    if onBadImage == nil {
      try MissingImages.check(
        images.map(\.name).filter { !FilePaths.exists("\(folder)/\($0)") }, in: folder)
    }
    // A view of each, or a report of what is wrong with its photo.
    let lenses = try lenses()
    var views: [SceneView] = []
    for (index, image) in images.enumerated() {
      guard let lens = lenses[image.cameraID] else { continue }
      do throws(FileError) {
        var view = try view(of: image, lens: lens, folder: folder)
        view.isTest = options.isTest(index)
        views.append(view)
      } catch {
        guard let onBadImage else { throw error }
        onBadImage(error)
      }
    }
    return Scene(
      views: views, points: model.pointCloud, warnings: warnings(), kind: .colmap, path: path)
  }

  /// The lenses of the cameras that images were taken with, by the cameras' numbers.
  private func lenses() throws(FileError) -> [UInt32: PhotoLens] {
    let used = Set(model.images.map(\.cameraID))
    var lenses: [UInt32: PhotoLens] = [:]
    for camera in model.cameras where used.contains(camera.id) {
      lenses[camera.id] = try camera.photoLens(path: file("cameras"))
    }
    return lenses
  }

  private func view(of image: COLMAPModel.ImageEntry, lens: PhotoLens, folder: String)
    throws(FileError) -> SceneView
  {
    let imagePath = "\(folder)/\(image.name)"
    let fitted = try lens.fitted(
      to: imagePath, mayDiffer: options.imagesFolder != "images", source: "the model's camera")
    return try SceneView(
      name: image.name, lens: fitted, viewMatrix: image.viewMatrix, area: options.area,
      imagePath: imagePath)
  }

  private func warnings() -> [String] {
    var warnings: [String] = []
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
        \(file("images")): \(model.droppedImages) images left out whose pose or camera is not a \
        number
        """)
    }
    if model.points.isEmpty {
      warnings.append("\(modelFolder): the model has no points; training starts from random ones")
    }
    if model.droppedPoints > 0 {
      warnings.append(
        "\(file("points3D")): \(model.droppedPoints) points left out whose position is not finite")
    }
    return warnings
  }

  private func file(_ name: String) -> String {
    let isBinary = FilePaths.exists("\(modelFolder)/images.bin")
    return "\(modelFolder)/\(name).\(isBinary ? "bin" : "txt")"
  }
}
