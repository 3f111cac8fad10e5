import SplatCore
import SplatPlatform

/// Makes a ``Scene`` of a `reconstruction.json` of OpenSfM or OpenDroneMap and a folder of images.
///
/// Lengths on the image are in units of its longer side, from its centre; rotations are axes times
/// angles, from the world to the camera.
struct OpenSfMScene {
  let path: String
  let file: String
  let options: SceneOptions
  let onBadImage: ((FileError) -> Void)?

  /// A rotation by more than this, in radians, is taken for damage; one by less is none.
  private static let largestTurn = 1e3
  private static let smallestTurn = 1e-9

  /// The file of the scene at `path`, if there is one.
  static func file(in path: String) -> String? {
    ["reconstruction.json", "opensfm/reconstruction.json"].map { "\(path)/\($0)" }
      .first { FilePaths.isFile($0) }
  }

  func scene() throws(FileError) -> Scene {
    var scene = Scene(views: [], points: PointCloud(), warnings: [], kind: .openSfM, path: path)
    let top = try largest(&scene)
    // The cameras, and the shots by name.
    let cameras = try top.member("cameras")
    let lensOf = try cameras.members(limit: SceneLimits.mostViews)
    var shots: [(name: String, place: JSONPlace)] = []
    for (name, shot) in try top.member("shots").members(limit: SceneLimits.mostViews) {
      guard let inside = FilePaths.inside(name) else {
        throw top.bad("the shot `\(name)` does not lie in the folder of images")
      }
      shots.append((inside, shot))
    }
    shots.sort { $0.name < $1.name }
    // Their photos must be there.
    var folder = PhotoFolder(options.folder(options.imagesFolder, in: path))
    let files = shots.map { folder.file(of: $0.name) }
    if onBadImage == nil, options.needsPhotos {
      try MissingImages.check(zip(shots, files).filter { $1 == nil }.map(\.0.name), in: folder.path)
    }
    // A view of each shot, or a report of what is wrong with its photo.
    for (index, (name, shot)) in shots.enumerated() {
      let imagePath = files[index] ?? "\(folder.path)/\(name)"
      do throws(FileError) {
        let camera = try shot.member("camera")
        guard let place = lensOf[try camera.text()] else {
          throw camera.bad("is no camera of the reconstruction")
        }
        let lens = try self.lens(place)
        let fitted =
          files[index] == nil && !options.needsPhotos
          ? lens : try lens.fitted(to: imagePath, source: "its camera in \(file)")
        var view = try SceneView(
          name: name, lens: fitted, viewMatrix: viewMatrix(shot), area: options.area,
          imagePath: imagePath)
        view.isTest = options.isTest(index)
        scene.views.append(view)
      } catch {
        guard let onBadImage, error.path == imagePath else { throw error }
        onBadImage(error)
      }
    }
    scene.moveOrigin(options)
    scene.points = try points(top, origin: scene.origin)
    return scene
  }

  /// The reconstruction with the most images of those in the file.
  private func largest(_ scene: inout Scene) throws(FileError) -> JSONPlace {
    let top = try JSONPlace(path: file)
    var counted: [(place: JSONPlace, shots: Int)] = []
    for place in try top.elements(limit: SceneLimits.mostViews) {
      counted.append((place, try place.member("shots").values().count))
    }
    guard let most = counted.max(by: { $0.shots < $1.shots }), most.shots > 0 else {
      throw top.bad("holds no images")
    }
    if counted.count > 1 {
      scene.warnings.append(
        """
        \(file): of \(counted.count) reconstructions the one with the most images is used \
        (\(most.shots) of \(counted.reduce(0) { $0 + $1.shots }))
        """)
    }
    return most.place
  }

  private func lens(_ camera: JSONPlace) throws(FileError) -> PhotoLens {
    let kind = try camera.member("projection_type")
    let width = try camera.member("width").imageSide()
    let height = try camera.member("height").imageSide()
    let isPanorama = ["spherical", "equirectangular"].contains(try kind.text())
    if options.arePanoramas || isPanorama {
      return PhotoLens(panoramaWidth: width, height: height)
    }
    // The focal lengths and the centre, in units of the longer side.
    let unit = Double(max(width, height))
    func number(_ name: String) throws(FileError) -> Double { try camera.number(name) ?? 0 }
    let focal = try camera.number("focal")
    guard let x = try camera.number("focal_x") ?? focal else {
      throw camera.bad("has no `focal` and no `focal_x`")
    }
    let y = try camera.number("focal_y") ?? focal ?? x
    let center = SIMD2(try number("c_x"), try number("c_y")) * unit
    // The distortion that the projection stands for.
    let radial = SIMD4(try number("k1"), try number("k2"), try number("k3"), try number("k4"))
    let tangential = SIMD2(try number("p1"), try number("p2"))
    let distortion: LensDistortion
    switch try kind.text() {
    case "perspective", "simple_radial", "radial", "brown":
      distortion = LensDistortion(radial: radial, tangential: tangential)
    case "fisheye", "fisheye_opencv":
      distortion = LensDistortion(projection: .equidistant, radial: radial)
    case let other:
      throw kind.bad(
        """
        is \(other); perspective, simple_radial, radial, brown, fisheye, fisheye_opencv, spherical \
        and equirectangular are supported
        """)
    }
    // The lens in pixels.
    let lens = PhotoLens(
      width: width, height: height, focalLength: SIMD2(x, y) * unit,
      principalPoint: SIMD2(Double(width), Double(height)) / 2 + center, distortion: distortion)
    try lens.check(path: file, place: camera.place, model: try kind.text())
    return lens
  }

  private func viewMatrix(_ shot: JSONPlace) throws(FileError) -> RigidTransform {
    let turn = try shot.member("rotation").numbers(3)
    let move = try shot.member("translation").numbers(3)
    let angle = turn.reduce(0) { $0 + $1 * $1 }.squareRoot()
    guard angle < Self.largestTurn else {
      throw try shot.member("rotation").bad("is a turn by \(angle)")
    }
    // sin(angle / 2) / angle, which has a limit where there is no turn.
    let factor = angle > Self.smallestTurn ? sin(angle / 2) / angle : 0.5
    let rotation = Quaternion(
      w: cos(angle / 2), x: turn[0] * factor, y: turn[1] * factor, z: turn[2] * factor)
    return RigidTransform(
      rotation: rotation.rotationMatrix, translation: SIMD3(move[0], move[1], move[2]))
  }

  private func points(_ top: JSONPlace, origin: SIMD3<Double>) throws(FileError) -> PointCloud {
    var cloud = PointCloud()
    guard let points = top.optional("points") else { return cloud }
    let grey = Double(PointCloud.grey)
    for point in try points.values() {
      let place = try point.member("coordinates").numbers(3)
      let color = try point.optional("color")?.numbers(3) ?? [grey, grey, grey]
      let position = SIMD3<Float>(SIMD3(place[0], place[1], place[2]) - origin)
      guard (0..<3).allSatisfy({ position[$0].isFinite }) else { continue }
      cloud.positions.append(position)
      let bytes = color.map { UInt8(min(max($0, 0), 255).rounded()) }
      cloud.colors.append(SIMD3(bytes[0], bytes[1], bytes[2]))
    }
    return cloud
  }
}
