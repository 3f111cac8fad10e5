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
    var views = try self.views(of: first, file, &scene)
    // Blender's scenes have a file for each part of the split; others are split here, by name.
    if file != "transforms.json" {
      scene.views = views
      // A scene without a split of its own is still worth training.
      if FilePaths.exists("\(path)/transforms_test.json") {
        let test = try TransformsFile(JSONPlace(path: "\(path)/transforms_test.json"))
        views = try self.views(of: test, "transforms_test.json", &scene)
        scene.views += views.map { view in
          var view = view
          view.isTest = true
          return view
        }
      }
    } else {
      views.sort { $0.name < $1.name }
      let held = first.heldOut
      for index in views.indices {
        views[index].isTest =
          held.isEmpty
          ? options.isTest(index)
          : held.contains(views[index].name)
      }
      scene.views = views
    }
    // No name may come twice.
    var names: Set<String> = []
    for view in scene.views {
      guard names.insert(view.name).inserted else {
        throw .bad("\(path)/\(file)", nil, "a second frame of \(view.name)")
      }
    }
    // The points, if there are any.
    if let place = first.pointsFile {
      let points = "\(path)/\(try place.pathInside())"
      scene.points = try PointCloudPLY.read(path: points)
    }
    return scene
  }

  /// The views of the frames whose image exists; of the others there is a warning.
  private func views(of transforms: TransformsFile, _ file: String, _ scene: inout Scene)
    throws(FileError) -> [SceneView]
  {
    guard !transforms.frames.isEmpty else {
      throw .bad("\(path)/\(file)", "frames", "holds no frames")
    }
    var views: [SceneView] = []
    var missing: [String] = []
    for frame in transforms.frames {
      let written = try frame.place.member("file_path").pathInside()
      let name = inImagesFolder(written)
      guard let image = Self.imagePath("\(path)/\(name)") else {
        missing.append(name)
        continue
      }
      do throws(FileError) {
        views.append(try view(of: frame, name: written, image: image, file))
      } catch {
        guard let onBadImage, error.path == image else { throw error }
        onBadImage(error)
      }
    }
    if !missing.isEmpty {
      if views.isEmpty, onBadImage == nil { try MissingImages.check(missing, in: path) }
      scene.warnings.append(
        """
        \(path)/\(file): \(missing.count) of \(transforms.frames.count) frames left out whose \
        image does not exist: \(MissingImages.list(missing))
        """)
    }
    return views
  }

  private func view(of frame: TransformsFile.Frame, name: String, image: String, _ file: String)
    throws(FileError) -> SceneView
  {
    let header = try ImageFile.size(path: image)
    let size = frame.size ?? (header.width, header.height)
    let lens = try frame.lens(width: size.width, height: size.height)
    var maskPath: String?
    if options.masks == .automatic, let mask = frame.place.optional("mask_path") {
      let file = "\(path)/\(try mask.pathInside())"
      guard FilePaths.isFile(file) else { throw mask.bad("\(file) does not exist") }
      maskPath = file
    }
    return try SceneView(
      name: name,
      lens: lens.fitted(to: image, mayDiffer: options.imagesFolder != "images", source: file),
      viewMatrix: try frame.viewMatrix(), area: options.area, imagePath: image, maskPath: maskPath)
  }

  /// `name` in the folder of images that was asked for, such as `images_4`.
  private func inImagesFolder(_ name: String) -> String {
    guard options.imagesFolder != "images", name.hasPrefix("images/") else { return name }
    return options.imagesFolder + name.dropFirst("images".count)
  }

  /// The file that is meant by a path that may lack its ending.
  private static func imagePath(_ path: String) -> String? {
    ["", ".png", ".jpg", ".jpeg", ".webp", ".heic", ".avif"].map { path + $0 }
      .first { FilePaths.isFile($0) }
  }
}
