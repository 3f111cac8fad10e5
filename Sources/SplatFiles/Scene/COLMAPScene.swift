import SplatCore

/// Makes a ``Scene`` of a COLMAP model and a folder of images.
struct COLMAPScene {
  private let path: String
  private let model: COLMAPModel
  private let modelFolder: String
  /// The name of the folder of images.
  private let imagesFolder: String
  private let onBadImage: ((FileError) -> Void)?

  init(path: String, imagesFolder: String, onBadImage: ((FileError) -> Void)? = nil)
    throws(FileError)
  {
    self.onBadImage = onBadImage
    self.path = path
    self.imagesFolder = imagesFolder
    modelFolder = COLMAPModel.folder(of: path) ?? path
    model = try COLMAPModel.read(path: path)
  }

  func scene(testEvery: Int) throws(FileError) -> Scene {
    guard !model.images.isEmpty else {
      throw .bad(file("images"), nil, "holds no images")
    }
    let images = model.images.sorted { $0.name < $1.name }
    for (left, right) in zip(images, images.dropFirst()) where left.name == right.name {
      throw .bad(file("images"), "image \(right.id)", "a second image called \(right.name)")
    }
    let folder = imagesFolder.hasPrefix("/") ? imagesFolder : "\(path)/\(imagesFolder)"
    guard FilePaths.exists(folder) else {
      throw FileError(
        .notFound, path: folder, problem: "does not exist; a folder of images was expected")
    }
    if onBadImage == nil {
      try MissingImages.check(
        images.map(\.name).filter { !FilePaths.exists("\(folder)/\($0)") }, in: folder)
    }
    let cameras = Dictionary(model.cameras.map { ($0.id, $0) }) { first, _ in first }
    var views: [SceneView] = []
    for (index, image) in images.enumerated() {
      guard let entry = cameras[image.cameraID] else { continue }
      let camera = try entry.pinhole(viewMatrix: image.viewMatrix, path: file("cameras"))
      let imagePath = "\(folder)/\(image.name)"
      do throws(FileError) {
        views.append(
          SceneView(
            name: image.name, camera: try fitted(camera, to: imagePath), imagePath: imagePath,
            isTest: testEvery > 0 && index % testEvery == 0))
      } catch {
        guard let onBadImage else { throw error }
        onBadImage(error)
      }
    }
    return Scene(
      views: views, points: model.pointCloud, warnings: warnings(), kind: .colmap, path: path)
  }

  /// The camera at the size of its photo's file.
  private func fitted(_ camera: Camera, to imagePath: String) throws(FileError) -> Camera {
    let found = try ImageFile.size(path: imagePath)
    guard found.width != camera.width || found.height != camera.height else { return camera }
    let expected = "\(camera.width) x \(camera.height)"
    guard imagesFolder != "images" else {
      throw .bad(
        imagePath, nil,
        "is \(found.width) x \(found.height) pixels; the model's camera has \(expected)")
    }
    // Either side may have been rounded when the photo was made smaller.
    let ratio = SIMD2(
      Double(found.width) / Double(camera.width), Double(found.height) / Double(camera.height))
    let offX = abs(Double(found.width) - Double(camera.width) * ratio.y)
    let offY = abs(Double(found.height) - Double(camera.height) * ratio.x)
    guard min(offX, offY) <= 1.01 else {
      throw .bad(
        imagePath, nil,
        """
        is \(found.width) x \(found.height) pixels, which is not in proportion to the model's camera \
        of \(expected)
        """)
    }
    return camera.resized(width: found.width, height: found.height)
  }

  private func warnings() -> [String] {
    var warnings: [String] = []
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
