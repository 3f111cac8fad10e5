import SplatCore

/// Makes a ``Scene`` of the files of NeRF programs.
enum NeRFScene {
  static func open(
    path: String, file: String, testEvery: Int, onBadImage: ((FileError) -> Void)? = nil
  ) throws(FileError) -> Scene {
    var views: [SceneView] = []
    if file == "transforms_train.json" {
      views = try read(path, file, onBadImage) { _ in false }
      // A scene without a split of its own is still worth training.
      if FilePaths.exists("\(path)/transforms_test.json") {
        views += try read(path, "transforms_test.json", onBadImage) { _ in true }
      }
    } else {
      views = try read(path, file, onBadImage) { testEvery > 0 && $0 % testEvery == 0 }
    }
    var names: Set<String> = []
    for view in views {
      guard names.insert(view.name).inserted else {
        throw .bad("\(path)/\(file)", nil, "a second frame of \(view.name)")
      }
    }
    return Scene(views: views, points: PointCloud(), warnings: [], kind: .nerf, path: path)
  }

  private static func read(
    _ path: String, _ file: String, _ onBadImage: ((FileError) -> Void)?, isTest: (Int) -> Bool
  ) throws(FileError) -> [SceneView] {
    let top = try JSONPlace(path: "\(path)/\(file)")
    let frames = try TransformsFile(top).frames
    guard !frames.isEmpty else { throw top.bad("holds no frames") }
    var found: [(index: Int, frame: TransformsFile.Frame, name: String, image: String)] = []
    var missing: [String] = []
    for (index, frame) in frames.enumerated() {
      let place = try frame.place.member("file_path")
      let name = try imageName(place)
      if let distortion = frame.distortion {
        throw distortion.bad("the lens has distortion; undistorted images are supported")
      }
      if let image = imagePath("\(path)/\(name)") {
        found.append((index, frame, name, image))
      } else {
        missing.append(name)
      }
    }
    if let onBadImage {
      for name in missing {
        onBadImage(FileError(.notFound, path: "\(path)/\(name)", problem: "does not exist"))
      }
    } else {
      try MissingImages.check(missing, in: path)
    }
    var views: [SceneView] = []
    for (index, frame, name, image) in found {
      do throws(FileError) {
        let header = try header(image, frame, file)
        views.append(
          SceneView(
            name: name, camera: try frame.camera(width: header.width, height: header.height),
            imagePath: image, isTest: isTest(index)))
      } catch {
        guard let onBadImage, error.path == image else { throw error }
        onBadImage(error)
      }
    }
    return views
  }

  /// The header of the frame's image, whose size is that of the frame if it has one.
  private static func header(_ image: String, _ frame: TransformsFile.Frame, _ file: String)
    throws(FileError) -> ImageFile.Header
  {
    let header = try ImageFile.size(path: image)
    if let size = frame.size, size != (header.width, header.height) {
      throw .bad(
        image, nil,
        """
        is \(header.width) x \(header.height) pixels; \(size.width) x \(size.height) were expected \
        from \(file)
        """)
    }
    return header
  }

  /// The path below the scene's folder, with what `.` means taken out.
  private static func imageName(_ place: JSONPlace) throws(FileError) -> String {
    let text = try place.text()
    let parts = text.split(separator: "/").filter { $0 != "." }
    guard !parts.isEmpty, !text.hasPrefix("/"), !parts.contains(".."), !text.contains("\0") else {
      throw place.bad("`\(text)` does not lie in the scene's folder")
    }
    return parts.joined(separator: "/")
  }

  /// The file that is meant by a path that may lack its ending.
  private static func imagePath(_ path: String) -> String? {
    ["", ".png", ".jpg", ".jpeg"].map { path + $0 }.first { FilePaths.isFile($0) }
  }
}
