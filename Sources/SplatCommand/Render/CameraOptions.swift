import ArgumentParser
import SplatCore
import SplatFiles

/// The cameras that a model is drawn from.
struct CameraOptions: ParsableArguments {
  /// Which photos of a scene are meant.
  enum Split: String, ExpressibleByArgument, CaseIterable {
    case train, test, all
  }

  @Option(help: ArgumentHelp("The cameras of a scene's photos.", valueName: "scene"))
  var scene: String?

  @Option(help: "Which of the scene's photos.")
  var split: Split?

  @Option(
    help: ArgumentHelp("The cameras of a file: cameras.json or transforms.json.", valueName: "file")
  )
  var path: String?

  @Option(help: ArgumentHelp("This many cameras on a circle around the model.", valueName: "count"))
  var orbit: Int?

  @Option(help: ArgumentHelp("The size of the frames, such as 1280x720.", valueName: "size"))
  var size: ImageSize?

  @Option(help: ArgumentHelp("The scene's folder of images. (default: images)", valueName: "dir"))
  var images: String?

  @Option(
    help: ArgumentHelp(
      "The first of every this many photos is for testing. (default: 8)", valueName: "n"))
  var testEvery: Int?

  func validate() throws {
    guard [scene != nil, path != nil, orbit != nil].count(where: { $0 }) <= 1 else {
      throw ValidationError("Only one of --scene, --path and --orbit can be given.")
    }
    if scene == nil {
      let stray =
        split != nil
        ? "--split" : images != nil ? "--images" : testEvery != nil ? "--test-every" : nil
      if let stray { throw ValidationError("\(stray) needs --scene.") }
    }
    if let orbit, !(1...100_000).contains(orbit) {
      throw ValidationError("--orbit is \(orbit); 1...100,000 cameras are expected.")
    }
    if let testEvery, testEvery < 1 {
      throw ValidationError("--test-every is \(testEvery); 1 or more is expected.")
    }
  }

  /// The cameras, with the names of their frames.
  func plan(model: ModelLocation, splats: Splats) throws -> [NamedCamera] {
    // Take the cameras from the source that was given, or from beside the model.
    var cameras: [NamedCamera]
    if let scene {
      cameras = try sceneCameras(
        scene, configuration: model.configuration, origin: model.origin(of: splats))
    } else if let path {
      let fallback = size.map { (width: $0.width, height: $0.height) }
      cameras = try CameraPath.read(path: path, defaultSize: fallback)
      // Cameras in coordinates of a map are brought to the model's frame.
      if let origin = model.origin(of: splats), origin != .zero,
        Scene.isMap(cameras.map(\.camera.center))
      {
        for index in cameras.indices {
          let view = cameras[index].camera.viewMatrix
          cameras[index].camera.viewMatrix.translation = view(origin)
        }
      }
    } else if let orbit {
      cameras = Orbit(splats: splats, cameras: model.cameras().map(\.camera), size: size).cameras(
        count: orbit)
    } else {
      cameras = model.cameras()
    }
    guard !cameras.isEmpty else {
      throw ValidationError(
        """
        No cameras: there is no cameras.json beside the model. Give one of --scene SCENE, \
        --path FILE and --orbit COUNT.
        """)
    }
    // Bring them to the size of the frames.
    if let size {
      for index in cameras.indices {
        cameras[index].camera = cameras[index].camera.fitted(width: size.width, height: size.height)
      }
    }
    for named in cameras where named.camera.width * named.camera.height > ImageSize.largestArea {
      throw CommandFailure(
        """
        the camera \(named.name) has \(named.camera.width) x \(named.camera.height) pixels; \
        at most \(Wording.count(ImageSize.largestArea)) in all are drawn; --size chooses fewer
        """, exitCode: CommandFailure.badData)
    }
    // Name the frames.
    let names = FrameNames.names(for: cameras.map(\.name))
    return zip(cameras, names).map { NamedCamera(name: $1, camera: $0.camera) }
  }

  private func sceneCameras(
    _ path: String, configuration: RunConfiguration?, origin: SIMD3<Double>?
  ) throws -> [NamedCamera] {
    var options = configuration?.sceneOptions ?? SceneOptions()
    options.origin = origin
    // Cameras are enough to draw from.
    options.needsPhotos = false
    if let images { options.imagesFolder = images }
    if let testEvery { options.testEvery = testEvery }
    let opened = try Scene.open(path: path, options: options)
    let scale = configuration?.scale ?? .full
    let views = opened.views.filter { view in
      switch split ?? .all {
      case .train: !view.isTest
      case .test: view.isTest
      case .all: true
      }
    }
    guard !views.isEmpty else {
      throw CommandFailure(
        """
        \(path): none of its \(opened.views.count) images is for \
        \(split == .test ? "testing" : "training")
        """, exitCode: CommandFailure.badData)
    }
    return views.map { NamedCamera(name: $0.name, camera: scale.camera($0.camera)) }
  }
}

extension Camera {
  /// The camera with a picture of another size: nothing is distorted, and as much is seen from top
  /// to bottom as before.
  func fitted(width newWidth: Int, height newHeight: Int) -> Camera {
    // A size in proportion but for rounding is only another resolution.
    if abs(Double(newWidth * height - newHeight * width)) <= Double(max(width, height)) {
      return resized(width: newWidth, height: newHeight)
    }
    var camera = self
    let ratio = Double(newHeight) / Double(height)
    camera.width = newWidth
    camera.height = newHeight
    camera.focalLength *= ratio
    let offset = principalPoint - SIMD2(Double(width), Double(height)) / 2
    camera.principalPoint = SIMD2(Double(newWidth), Double(newHeight)) / 2 + offset * ratio
    return camera
  }
}
