package import SplatCore

/// Lists of cameras as JSON: `cameras.json` of the 3DGS release, `transforms.json` of NeRF
/// programs, and `camera_path.json` of nerfstudio.
public enum CameraPath {
  /// Reads the cameras in the file at `path`, in its order.
  ///
  /// - Parameters:
  ///   - path: the file; the images that it names need not exist.
  ///   - defaultSize: the size in pixels of images of which the file does not say it.
  /// - Returns: at least one camera.
  public static func read(path: String, defaultSize: (width: Int, height: Int)? = nil)
    throws(FileError) -> [NamedCamera]
  {
    try read(JSONPlace(path: path), defaultSize)
  }

  /// Reads cameras from the bytes of a file; `path` is for messages.
  public static func read(
    _ bytes: [UInt8], path: String, defaultSize: (width: Int, height: Int)? = nil
  ) throws(FileError) -> [NamedCamera] {
    try read(JSONPlace(bytes, path: path), defaultSize)
  }

  private static func read(_ top: JSONPlace, _ defaultSize: (width: Int, height: Int)?)
    throws(FileError) -> [NamedCamera]
  {
    var cameras: [NamedCamera] = []
    if top.isArray {
      for element in try top.elements(limit: SceneLimits.mostViews) {
        cameras.append(try inriaCamera(element, index: cameras.count, defaultSize))
      }
    } else if top.optional("frames") != nil {
      let file = try TransformsFile(top)
      for (index, frame) in file.frames.enumerated() {
        guard let size = frame.size ?? defaultSize else {
          throw frame.place.bad("the file gives no image size (`w` and `h`), and none was chosen")
        }
        cameras.append(
          NamedCamera(
            name: safeName(frame.filePath, index),
            camera: try frame.camera(width: size.width, height: size.height)))
      }
    } else if let path = top.optional("camera_path") {
      let size = try size(top) ?? defaultSize
      for element in try path.elements(limit: SceneLimits.mostViews) {
        cameras.append(try flightCamera(element, of: top, index: cameras.count, size))
      }
    } else {
      throw top.bad(
        """
        is \(top.kindInWords); an array of cameras or an object with `frames` or `camera_path` was \
        expected
        """)
    }
    guard !cameras.isEmpty else { throw top.bad("holds no cameras") }
    return cameras
  }

  /// The size of all frames of a `camera_path.json`, if it is there.
  private static func size(_ top: JSONPlace) throws(FileError) -> (width: Int, height: Int)? {
    guard let width = top.optional("render_width"), let height = top.optional("render_height")
    else { return nil }
    return (try width.imageSide(), try height.imageSide())
  }

  /// A camera of a `camera_path.json`: a matrix by rows, with the axes of OpenGL, and a vertical
  /// angle of view in degrees.
  private static func flightCamera(
    _ entry: JSONPlace, of top: JSONPlace, index: Int, _ size: (width: Int, height: Int)?
  ) throws(FileError) -> NamedCamera {
    // Only perspective cameras of a known size are drawn.
    if let type = entry.optional("camera_type") ?? top.optional("camera_type") {
      let name = try type.text()
      guard name == "perspective" else {
        throw type.bad("is \(name); only perspective cameras are drawn")
      }
    }
    guard let size else {
      throw top.bad("has no `render_width` and `render_height`, and no size was chosen")
    }
    // Sixteen numbers, or four rows of four.
    let place = try entry.member("camera_to_world")
    var numbers: [Double] = []
    for element in try place.elements(limit: 16) {
      numbers += element.isArray ? try element.numbers(4) : [try element.number()]
    }
    guard numbers.count == 16 || numbers.count == 12 else {
      throw place.bad("has \(numbers.count) numbers; 16 were expected")
    }
    var rows: [[Double]] = []
    for row in stride(from: 0, to: 12, by: 4) {
      rows.append([numbers[row], -numbers[row + 1], -numbers[row + 2]])
    }
    let worldFromCamera = try RigidTransform(
      checking: rows, translation: SIMD3(numbers[3], numbers[7], numbers[11]), at: place)
    // The lens has its centre in the middle of the picture.
    let focal = try entry.member("fov").focalLength(ofSide: size.height, degreesOnly: true)
    return NamedCamera(
      name: safeName(nil, index),
      camera: Camera(
        width: size.width, height: size.height, focalLength: SIMD2(repeating: focal),
        principalPoint: SIMD2(Double(size.width), Double(size.height)) / 2,
        viewMatrix: worldFromCamera.inverse))
  }

  private static func inriaCamera(
    _ entry: JSONPlace, index: Int, _ defaultSize: (width: Int, height: Int)?
  ) throws(FileError) -> NamedCamera {
    NamedCamera(
      name: safeName(try entry.optional("img_name")?.text(), index),
      camera: try camera(entry, defaultSize: defaultSize))
  }

  /// The camera of an entry of `cameras.json`.
  package static func camera(
    _ entry: JSONPlace, defaultSize: (width: Int, height: Int)? = nil
  ) throws(FileError) -> Camera {
    let position = try entry.member("position").numbers(3)
    let rows = try entry.member("rotation").elements(limit: 3)
    let place = try entry.member("rotation")
    guard rows.count == 3 else { throw place.bad("has \(rows.count) rows; 3 were expected") }
    var numbers: [[Double]] = []
    for row in rows { numbers.append(try row.numbers(3)) }
    let worldFromCamera = try RigidTransform(
      checking: numbers, translation: SIMD3(position[0], position[1], position[2]), at: place)
    let width = try entry.optional("width")?.imageSide() ?? defaultSize?.width
    let height = try entry.optional("height")?.imageSide() ?? defaultSize?.height
    guard let width, let height else { throw entry.bad("has no `width` and `height`") }
    let focalLength = try focalLength(entry, width: width, height: height)
    let center = SIMD2(
      try entry.number("cx") ?? Double(width) / 2, try entry.number("cy") ?? Double(height) / 2)
    return Camera(
      width: width, height: height, focalLength: focalLength, principalPoint: center,
      viewMatrix: worldFromCamera.inverse)
  }

  /// The focal lengths of an entry of `cameras.json`; some programs write angles of view in their
  /// place.
  private static func focalLength(_ entry: JSONPlace, width: Int, height: Int) throws(FileError)
    -> SIMD2<Double>
  {
    func angle(_ names: [String], _ side: Int) throws(FileError) -> Double? {
      try names.lazy.compactMap(entry.optional).first?.focalLength(ofSide: side)
    }
    if entry.optional("fx") == nil {
      let fx = try angle(["FoVx", "fov_x", "fovx"], width)
      let fy = try angle(["FoVy", "fov_y", "fovy", "fov"], height)
      if let first = fx ?? fy { return SIMD2(first, fy ?? first) }
    }
    let fx = try entry.member("fx").focalLength()
    return SIMD2(fx, try entry.optional("fy")?.focalLength() ?? fx)
  }

  /// A name that is safe for the camera's files; its number where the file gives none.
  private static func safeName(_ text: String?, _ index: Int) -> String {
    let parts = (text ?? "").split(separator: "/").filter { $0 != "." && $0 != ".." }
    guard !parts.isEmpty else {
      let digits = String(index)
      return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    }
    return parts.joined(separator: "/").replacing("\0", with: "")
  }

  /// Writes `cameras` to `path` in the layout of `cameras.json`, with the principal points added as
  /// `cx` and `cy`.
  public static func write(_ cameras: [NamedCamera], to path: String) throws(FileError) {
    try FileOutput.write(text(cameras, path: path), to: path)
  }

  /// The text of a file of `cameras`; `path` is for messages.
  package static func text(_ cameras: [NamedCamera], path: String) throws(FileError) -> String {
    var entries: [String] = []
    for (index, named) in cameras.enumerated() {
      let camera = named.camera
      let pose = camera.viewMatrix.inverse
      let rows = [pose.rotation.row0, pose.rotation.row1, pose.rotation.row2]
      let numbers =
        rows.flatMap { [$0.x, $0.y, $0.z] }
        + (0..<2).flatMap { [camera.focalLength[$0], camera.principalPoint[$0]] }
        + (0..<3).map { pose.translation[$0] }
      guard numbers.allSatisfy(\.isFinite) else {
        throw FileError(
          .cannotWrite, path: path, problem: "camera \(index) (\(named.name)) is not finite")
      }
      let position = (0..<3).map { "\(pose.translation[$0])" }.joined(separator: ", ")
      let rotation = rows.map { "[\($0.x), \($0.y), \($0.z)]" }.joined(separator: ", ")
      entries.append(
        """
        {"id": \(index), "img_name": \(JSON.text(named.name).text), "width": \(camera.width), \
        "height": \(camera.height), "position": [\(position)], "rotation": [\(rotation)], \
        "fy": \(camera.focalLength.y), "fx": \(camera.focalLength.x), \
        "cx": \(camera.principalPoint.x), "cy": \(camera.principalPoint.y)}
        """)
    }
    return "[\n" + entries.joined(separator: ",\n") + "\n]\n"
  }
}
