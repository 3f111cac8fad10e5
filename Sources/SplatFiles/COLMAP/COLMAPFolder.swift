import SplatCore

extension COLMAPModel {
  /// The folder that holds the model of the scene at `path`: of those in `sparse`, `colmap/sparse`
  /// and `path` itself, the one with the most images.
  package static func folder(of path: String) -> String? { folders(of: path).first?.path }

  /// The folders that hold models of the scene at `path`, those with the most images first, with
  /// the numbers of images if there are several.
  ///
  /// COLMAP leaves several models side by side if it cannot connect all photos.
  static func folders(of path: String) -> [(path: String, images: Int)] {
    let base = path.hasSuffix("/") ? String(path.dropLast()) : path
    for parent in ["\(base)/sparse", "\(base)/colmap/sparse"] {
      let found = FilePaths.folders(in: parent).map { "\(parent)/\($0)" }.filter(isModel)
      if found.count > 1 {
        let counted = found.map { (path: $0, images: imageCount($0)) }
        // Folders are sorted by name, and sorting keeps the order of equal ones.
        return counted.enumerated().sorted {
          ($1.element.images, $0.offset) < ($0.element.images, $1.offset)
        }.map(\.element)
      }
      if let only = found.first { return [(only, 0)] }
      if isModel(parent) { return [(parent, 0)] }
    }
    return isModel(base) ? [(base, 0)] : []
  }

  private static func isModel(_ folder: String) -> Bool {
    ["bin", "txt"].contains { FilePaths.isFile("\(folder)/images.\($0)") }
  }

  /// The number of images that the model in `folder` says it has; 0 if it cannot be read.
  private static func imageCount(_ folder: String) -> Int {
    let binary = "\(folder)/images.bin"
    if FilePaths.isFile(binary) {
      guard let bytes = try? FileBytes(path: binary), bytes.count >= 8 else { return 0 }
      return Int(clamping: bytes.integer(UInt64.self, at: 0))
    }
    let text = "\(folder)/images.txt"
    guard let bytes = try? FileBytes(path: text) else { return 0 }
    return (try? COLMAPText.images(bytes, path: text))?.count ?? 0
  }

  /// Reads the model of the scene, or the folder of model files, at `path`.
  ///
  /// Binary files are preferred; where one is missing, its text takes its place, and for points a
  /// PLY file. Points may be missing. Images must refer to cameras that exist.
  public static func read(path: String) throws(FileError) -> COLMAPModel {
    guard let folder = folder(of: path) else {
      throw FileError(
        .notFound, path: path,
        problem: "holds no COLMAP model: images.bin or images.txt in sparse/0, sparse or itself")
    }
    // Cameras and images, which must be there.
    var model = COLMAPModel()
    let images = file("images", in: folder)
    let cameras = file("cameras", in: folder)
    let cameraBytes = try FileBytes(path: cameras)
    let imageBytes = try FileBytes(path: images)
    model.cameras =
      cameras.hasSuffix(".bin")
      ? try COLMAPBinary.cameras(cameraBytes, path: cameras)
      : try COLMAPText.cameras(cameraBytes, path: cameras)
    model.images =
      images.hasSuffix(".bin")
      ? try COLMAPBinary.images(imageBytes, path: images)
      : try COLMAPText.images(imageBytes, path: images)
    // Every image names a camera.
    let ids = Set(model.cameras.map(\.id))
    for image in model.images where !ids.contains(image.cameraID) {
      throw .bad(
        images, "image \(image.id)", "names camera \(image.cameraID), which does not exist")
    }
    model.dropUnknownImages()
    try model.readPoints(in: folder)
    return model
  }

  /// The binary file called `name` in the model's folder, or the text file where there is none.
  static func file(_ name: String, in folder: String) -> String {
    let binary = "\(folder)/\(name).bin"
    let text = "\(folder)/\(name).txt"
    // Without either, the kind that the images have is missed.
    guard !FilePaths.exists(binary) else { return binary }
    return FilePaths.exists(text) || !FilePaths.exists("\(folder)/images.bin") ? text : binary
  }

  /// Reads the points of the model in `folder`: of the first file that has any.
  private mutating func readPoints(in folder: String) throws(FileError) {
    let usual = FilePaths.exists("\(folder)/images.bin") ? "bin" : "txt"
    for ending in [usual, "bin", "txt", "ply"] where points.isEmpty {
      let path = "\(folder)/points3D.\(ending)"
      guard FilePaths.exists(path) else { continue }
      switch ending {
      case "bin":
        (points, droppedPoints) = try COLMAPBinary.points(try FileBytes(path: path), path: path)
      case "txt":
        (points, droppedPoints) = try COLMAPText.points(try FileBytes(path: path), path: path)
      default:
        try PointCloudPLY.forEachPoint(path: path) { position, color in
          points.append(Point(id: UInt64(points.count + 1), position: position, color: color))
        }
      }
      pointsPath = points.isEmpty || ending == usual ? nil : path
    }
  }

  /// Drops the images whose pose or camera is not a number, and such cameras.
  private mutating func dropUnknownImages() {
    let unknown = Set(cameras.filter { $0.parameters.contains { $0.isNaN } }.map(\.id))
    let known = images.filter { !$0.isUnknown && !unknown.contains($0.cameraID) }
    droppedImages = images.count - known.count
    images = known
    cameras.removeAll { unknown.contains($0.id) }
  }

  /// Writes `cameras.bin`, `images.bin` (without observations) and `points3D.bin` (without tracks)
  /// into the folder at `path`, which is created.
  public func write(to path: String) throws(FileError) {
    try FileOutput.makeFolder(path)
    // The cameras.
    var out = LittleEndianBytes()
    out.append(UInt64(cameras.count))
    for camera in cameras {
      out.append(camera.id)
      out.append(camera.lens.rawValue)
      out.append(UInt64(camera.width))
      out.append(UInt64(camera.height))
      for parameter in camera.parameters { out.append(parameter.bitPattern) }
    }
    try FileOutput.write(out.bytes, to: "\(path)/cameras.bin")
    // The images, without observations.
    out = LittleEndianBytes()
    out.append(UInt64(images.count))
    for image in images {
      out.append(image.id)
      let (q, t) = (image.rotation, image.translation)
      for value in [q.w, q.x, q.y, q.z, t.x, t.y, t.z] { out.append(value.bitPattern) }
      out.append(image.cameraID)
      out.bytes += Array(image.name.utf8) + [0]
      out.append(UInt64(0))
    }
    try FileOutput.write(out.bytes, to: "\(path)/images.bin")
    // The points, without tracks.
    out = LittleEndianBytes()
    out.append(UInt64(points.count))
    for point in points {
      out.append(point.id)
      for axis in 0..<3 { out.append(point.position[axis].bitPattern) }
      for channel in 0..<3 { out.append(point.color[channel]) }
      out.append(point.error.bitPattern)
      out.append(UInt64(0))
    }
    try FileOutput.write(out.bytes, to: "\(path)/points3D.bin")
  }
}
