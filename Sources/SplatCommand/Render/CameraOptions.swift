import ArgumentParser
import SplatCore
import SplatFiles

/// The cameras that a model is drawn from.
struct CameraOptions: ParsableArguments {
  /// Which photos of a scene are meant.
  enum Split: String, ExpressibleByArgument, CaseIterable {
    case train, test, all
  }

  @Option(
    help: ArgumentHelp("The cameras of a scene's photos.", valueName: "scene"), completion: .file())
  var scene: String?

  @Option(help: "Which of the scene's photos.")
  var split: Split?

  @Option(
    help: ArgumentHelp(
      "The cameras of a file: cameras.json or transforms.json.", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var path: String?

  @Option(help: ArgumentHelp("This many cameras on a circle around the model.", valueName: "count"))
  var orbit: Int?

  @Option(
    help: ArgumentHelp(
      "This many cameras on the part of the circle that the photos have seen.", valueName: "count"))
  var arc: Int?

  @Option(
    help: ArgumentHelp(
      "This many cameras on a smooth closed flight past the cameras of the photos.",
      valueName: "count"))
  var tour: Int?

  @OptionGroup(title: "Orbit") var orbitOptions: OrbitOptions

  @Option(help: ArgumentHelp("The size of the frames, such as 1280x720.", valueName: "size"))
  var size: ImageSize?

  @Flag(
    help: """
      Draw panoramas of all directions (equirectangular), 2048x1024 if --size says nothing else; \
      the camera looks at their middle.
      """)
  var panorama = false

  @Option(
    help: ArgumentHelp("The scene's folder of images. (default: images)", valueName: "dir"),
    completion: .directory)
  var images: String?

  @Option(
    help: ArgumentHelp(
      "The first of every this many photos is for testing. (default: 8)", valueName: "n"))
  var testEvery: Int?

  /// The most cameras of a circle or a flight.
  private static let mostFrames = 100_000
  /// The width of panoramas without --size, in pixels.
  private static let panoramaWidth = 2048

  func validate() throws {
    // Where the cameras come from.
    let counts = [("--orbit", orbit), ("--arc", arc), ("--tour", tour)]
    let ways = counts.filter { $0.1 != nil }.map(\.0) + (path == nil ? [] : ["--path"])
    guard ways.count <= 1 else {
      throw ValidationError(
        "Only one of --path, --orbit, --arc and --tour can be given, not \(ways[0]) and \(ways[1])."
      )
    }
    guard scene == nil || path == nil else {
      throw ValidationError("Only one of --scene and --path can be given.")
    }
    for case (let name, let count?) in counts where !(1...Self.mostFrames).contains(count) {
      throw ValidationError("\(name) is \(count); 1...100,000 cameras are expected.")
    }
    // What goes with what.
    if let option = orbitOptions.given, orbit == nil, arc == nil {
      throw ValidationError("\(option) needs --orbit or --arc.")
    }
    if scene == nil {
      let stray =
        split != nil
        ? "--split" : images != nil ? "--images" : testEvery != nil ? "--test-every" : nil
      if let stray { throw ValidationError("\(stray) needs --scene.") }
    }
    if panorama, let size, size.width != 2 * size.height {
      throw ValidationError(
        """
        --size is \(size.width)x\(size.height); panoramas are twice as wide as high, such as \
        \(size.width)x\(max(1, size.width / 2)).
        """)
    }
    if let testEvery, testEvery < 1 {
      throw ValidationError("--test-every is \(testEvery); 1 or more is expected.")
    }
  }

  /// The cameras, with the names of their frames.
  func plan(model: ModelLocation, file: SplatFile) throws -> [NamedCamera] {
    // Take the cameras from the source that was given, or from beside the model.
    var cameras: [NamedCamera]
    if let path {
      let fallback = size.map { (width: $0.width, height: $0.height) }
      cameras = try CameraPath.read(path: path, defaultSize: fallback)
      // Cameras in coordinates of a map are brought to the model's frame.
      if let origin = model.origin(of: file), origin != .zero,
        Scene.isMap(cameras.map(\.camera.center))
      {
        for index in cameras.indices {
          let view = cameras[index].camera.viewMatrix
          cameras[index].camera.viewMatrix.translation = view(origin)
        }
      }
    } else {
      let known = try knownCameras(model, file)
      cameras = try around(file, known.map(\.camera)) ?? known
    }
    guard !cameras.isEmpty else {
      throw ValidationError(
        """
        No cameras: there is no cameras.json beside the model. Give one of --scene SCENE, \
        --path FILE and --orbit COUNT.
        """)
    }
    // Bring them to the size of the frames.
    if panorama {
      let lens = PhotoLens(
        panoramaWidth: size?.width ?? Self.panoramaWidth,
        height: size?.height ?? Self.panoramaWidth / 2)
      cameras = PanoramaView.joined(cameras).map {
        let camera = Camera(
          width: lens.width, height: lens.height, focalLength: lens.focalLength,
          viewMatrix: $0.camera.viewMatrix)
        return NamedCamera(name: $0.name, camera: camera)
      }
    } else if let size {
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

  /// The cameras of the scene that was given, else those beside the model, which may be none.
  private func knownCameras(_ model: ModelLocation, _ file: SplatFile) throws -> [NamedCamera] {
    guard let scene else { return model.cameras().relative(to: file.origin) }
    return try model.cameras(
      ofScene: scene, origin: model.origin(of: file), images: images, testEvery: testEvery,
      split: split)
  }

  /// The cameras of the circle or flight that was asked for, if one was.
  private func around(_ file: SplatFile, _ known: [Camera]) throws -> [NamedCamera]? {
    guard orbit != nil || arc != nil || tour != nil else { return nil }
    let circle = Orbit(
      splats: file.splats, cameras: known, statedUp: file.upAxis, size: size,
      shape: orbitOptions.shape)
    if let orbit {
      if let degrees = circle.unseenDegrees {
        Console.warn(
          """
          no photo was taken from \(Wording.fixed(degrees, 0)) of the circle's 360 degrees, and \
          frames from there show what was not seen; --arc \(orbit) stays with what was
          """)
      }
      return circle.cameras(count: orbit)
    }
    guard let count = arc ?? tour else { return nil }
    guard !known.isEmpty else {
      throw ValidationError(
        """
        \(arc != nil ? "--arc" : "--tour") needs the cameras of the photos, and there is no \
        cameras.json beside the model; --scene SCENE gives them.
        """)
    }
    return arc != nil
      ? circle.arc(count: count) : Tour(cameras: known, size: size).cameras(count: count)
  }
}

extension ModelLocation {
  /// The cameras of a scene's photos, at the size that the training used.
  ///
  /// - Parameters:
  ///   - path: the scene.
  ///   - origin: where the model's origin lies in the scene's frame.
  ///   - images: its folder of images, if it is not that of the training.
  ///   - testEvery: every which photo is for testing, if it is not as in the training.
  ///   - split: which of the photos; all if nothing.
  func cameras(
    ofScene path: String, origin: SIMD3<Double>?, images: String? = nil, testEvery: Int? = nil,
    split: CameraOptions.Split? = nil
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
