import SplatCore
import SplatPlatform

/// The cameras of a NeRF program's `transforms.json`.
struct TransformsFile {
  /// A frame: an image and its pose, with the lens of the frame or of the file.
  struct Frame {
    /// Where the frame stands in the file.
    let place: JSONPlace
    /// The image's file as it is written, often without an ending.
    let filePath: String?
    /// The size of the image, if the file says it.
    let size: (width: Int, height: Int)?
    fileprivate let shared: [String: JSONPlace]
  }

  /// More settings than this no file has.
  private static let mostMembers = 10_000

  /// The frames, in the order of the file.
  let frames: [Frame]
  /// Where the file of points is named, if there is one.
  let pointsFile: JSONPlace?
  /// Which images the file itself wants for training and for testing, if it says so.
  let split: SceneSplit?

  init(_ top: JSONPlace) throws(FileError) {
    var frames: [Frame] = []
    let shared = try top.members(limit: Self.mostMembers)
    for place in try top.member("frames").elements(limit: SceneLimits.mostViews) {
      let width = try (place.optional("w") ?? shared["w"])?.imageSide()
      let height = try (place.optional("h") ?? shared["h"])?.imageSide()
      var size: (width: Int, height: Int)?
      if let width, let height { size = (width, height) }
      frames.append(
        Frame(
          place: place, filePath: try place.optional("file_path")?.text(), size: size,
          shared: shared))
    }
    self.frames = frames
    pointsFile = shared["ply_file_path"]
    func names(_ lists: [String]) throws(FileError) -> [String]? {
      guard lists.contains(where: { shared[$0] != nil }) else { return nil }
      var names: [String] = []
      for list in lists {
        for name in try shared[list]?.elements(limit: SceneLimits.mostViews) ?? [] {
          names.append(try name.pathInside())
        }
      }
      return names
    }
    split = SceneSplit(
      source: top.path, train: try names(["train_filenames"]),
      test: try names(["val_filenames", "test_filenames"]))
  }
}

extension TransformsFile.Frame {
  /// The frame's camera for an image of `width` x `height` pixels, without the distortion of its
  /// lens.
  func camera(width: Int, height: Int) throws(FileError) -> Camera {
    if let named = member("camera_model"), Self.panoramas.contains(try named.text()) {
      throw named.bad(
        "is \(try named.text()); cameras of panoramas are taken from their scene, with --scene")
    }
    let lens = try pinhole(width: width, height: height)
    return Camera(
      width: width, height: height, focalLength: lens.focalLength,
      principalPoint: lens.principalPoint, viewMatrix: try viewMatrix())
  }

  /// The frame's lens for an image of `width` x `height` pixels.
  func lens(width: Int, height: Int) throws(FileError) -> PhotoLens {
    let model = try self.model()
    if Self.panoramas.contains(model) { return PhotoLens(panoramaWidth: width, height: height) }
    var lens = try pinhole(width: width, height: height)
    lens.distortion = try distortion(model)
    try lens.check(path: place.path, place: place.place, model: model)
    return lens
  }

  /// Where the frame's depth map is, in the scene at `path`, by nerfstudio's name for it or by
  /// instant-ngp's.
  func depth(in path: String) throws(FileError) -> DepthSource? {
    guard let place = place.optional("depth_file_path") ?? place.optional("depth_path") else {
      return nil
    }
    // A path on another machine leads nowhere here, which is said where maps are looked for.
    let text = try place.text()
    let name = FilePaths.inside(text) ?? text.split(separator: "/").last.map(String.init) ?? "?"
    var source = DepthSource(path: "\(path)/\(name)")
    if let unit = member("integer_depth_scale") ?? member("depth_unit_scale_factor") {
      source.unit = try unit.number()
      guard source.unit > 0, source.unit.isFinite else {
        throw unit.bad("is \(source.unit); a size above 0 was expected")
      }
    }
    return source
  }

  /// The transform from the world to the camera.
  func viewMatrix() throws(FileError) -> RigidTransform { try worldFromCamera().inverse }

  private func pinhole(width: Int, height: Int) throws(FileError) -> PhotoLens {
    let ratio = SIMD2(
      Double(width) / Double(size?.width ?? width), Double(height) / Double(size?.height ?? height))
    let fx: Double
    if let place = member("fl_x") {
      fx = try place.focalLength() * ratio.x
    } else if let place = member("camera_angle_x") {
      fx = try focal(ofAngle: place, side: width)
    } else if let place = member("camera_angle_y") {
      fx = try focal(ofAngle: place, side: height)
    } else {
      throw place.bad("there is no `fl_x` and no `camera_angle_x`, here or for the whole file")
    }
    var fy = fx
    if let place = member("fl_y") {
      fy = try place.focalLength() * ratio.y
    } else if member("fl_x") == nil, let place = member("camera_angle_y") {
      fy = try focal(ofAngle: place, side: height)
    }
    let center = SIMD2(
      try member("cx")?.number() ?? Double(size?.width ?? width) / 2,
      try member("cy")?.number() ?? Double(size?.height ?? height) / 2)
    return PhotoLens(
      width: width, height: height, focalLength: SIMD2(fx, fy), principalPoint: center * ratio,
      distortion: LensDistortion())
  }

  /// The name of the camera model; a file without one means OpenCV's.
  private func model() throws(FileError) -> String {
    if let named = member("camera_model") {
      let name = try named.text()
      let known = Self.perspectives + Self.fisheyes + Self.panoramas
      guard known.contains(name) else {
        throw named.bad("is \(name); \(known.joined(separator: ", ")) are supported")
      }
      return name
    }
    // instant-ngp's files have flags in its place.
    for flag in ["is_fisheye", "is_fisheye_camera"] {
      if member(flag)?.bool == true { return "OPENCV_FISHEYE" }
    }
    return "OPENCV"
  }

  private static let perspectives = [
    "OPENCV", "PINHOLE", "SIMPLE_PINHOLE", "SIMPLE_RADIAL", "RADIAL",
  ]
  /// The angles of view, in radians, that a focal length follows from.
  private static let angles = 1e-4..<3.14
  private static let fisheyes = ["OPENCV_FISHEYE", "FISHEYE"]
  private static let panoramas = ["EQUIRECTANGULAR", "SPHERICAL"]

  /// nerfstudio and instant-ngp name coefficients as OpenCV does, k3 and k4 being those of r⁶ and
  /// r⁸.
  private func distortion(_ model: String) throws(FileError) -> LensDistortion {
    func number(_ name: String) throws(FileError) -> Double { try member(name)?.number() ?? 0 }
    let radial = SIMD4(try number("k1"), try number("k2"), try number("k3"), try number("k4"))
    let tangential = SIMD2(try number("p1"), try number("p2"))
    for name in ["k5", "k6", "ftheta_p0", "orthographic_scale"] {
      guard let place = member(name), let value = try? place.number(), value != 0 else { continue }
      throw place.bad("is \(value); lens models with it are not supported")
    }
    guard Self.fisheyes.contains(model) else {
      return LensDistortion(radial: radial, tangential: tangential)
    }
    return LensDistortion(projection: .equidistant, radial: radial)
  }

  private func member(_ name: String) -> JSONPlace? {
    place.optional(name) ?? shared[name]
  }

  private func focal(ofAngle place: JSONPlace, side: Int) throws(FileError) -> Double {
    let angle = try place.number()
    guard Self.angles.contains(angle) else {
      throw place.bad("is \(angle); an angle between 0 and pi was expected")
    }
    return Double(side) / 2 / tan(angle / 2)
  }

  private func worldFromCamera() throws(FileError) -> RigidTransform {
    let matrix = try place.member("transform_matrix")
    let rows = try matrix.elements(limit: 4)
    guard rows.count == 3 || rows.count == 4 else {
      throw matrix.bad("has \(rows.count) rows; 4 were expected")
    }
    var turn: [[Double]] = []
    var translation = SIMD3<Double>()
    for index in 0..<3 {
      let numbers = try rows[index].numbers(4)
      // The camera of OpenGL has y up and looks along -z.
      turn.append([numbers[0], -numbers[1], -numbers[2]])
      translation[index] = numbers[3]
    }
    return try RigidTransform(checking: turn, translation: translation, at: matrix)
  }
}
