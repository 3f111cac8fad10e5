import Foundation
import SplatCore
import SplatFiles
import Testing

/// Where `splat render` and `splat view` put their cameras, by what the frames show.
@Suite("orbits, arcs and tours")
struct OrbitTests {
  private static let red = SIMD3<Float>(1, 0, 0)
  private static let green = SIMD3<Float>(0, 1, 0)
  private static let blue = SIMD3<Float>(0, 0, 1)
  private static let white = SIMD3<Float>(1, 1, 1)

  /// An opaque Gaussian of one colour.
  private static func gaussian(
    _ mean: SIMD3<Float>, _ color: SIMD3<Float>, scales: SIMD3<Float> = SIMD3(repeating: 0.1)
  ) -> Splat {
    // The constant of the zeroth spherical harmonic.
    Splat(
      mean: mean, logScale: SIMD3(log(scales.x), log(scales.y), log(scales.z)),
      rotation: Quaternion(w: 1, x: 0, y: 0, z: 0), opacityLogit: 6,
      shCoefficients: [(color - 0.5) / 0.28209479])
  }

  /// Writes a model of `gaussians` to a folder, with cameras.json beside it if there are any.
  private static func model(
    _ gaussians: [Splat], cameras: [Camera] = [], in folder: TemporaryFolder
  ) throws -> String {
    var splats = Splats(count: gaussians.count, shDegree: 0)
    for (index, gaussian) in gaussians.enumerated() { splats[index] = gaussian }
    try SplatPLY.write(splats, to: folder.path("model.ply"))
    if !cameras.isEmpty {
      let named = cameras.enumerated().map { NamedCamera(name: "c\($0)", camera: $1) }
      try CameraPath.write(named, to: folder.path("cameras.json"))
    }
    return folder.path("model.ply")
  }

  /// A green ball above a red one along `up`.
  private static func pair(up: SIMD3<Float>) -> [Splat] {
    [gaussian(up * 0.5, green), gaussian(up * -0.5, red)]
  }

  private static func camera(
    from eye: SIMD3<Double>, at target: SIMD3<Double> = .zero, up: SIMD3<Double>
  ) -> Camera {
    Camera.looking(
      from: eye, at: target, up: up, width: 48, height: 36, focalLength: SIMD2(40, 40))
  }

  /// The frames of `splat render`, and what it wrote to standard error.
  private static func frames(
    _ model: String, _ options: [String], in folder: TemporaryFolder
  ) throws -> (photos: [Photo], errors: String) {
    let out = folder.path("frames-\(UUID().uuidString)")
    let result = try Command.start(
      ["render", model, "-o", out, "--size", "48x36", "--quiet"] + options
    ).wait()
    result.expectSuccess()
    return (
      try Files.below(out).map { try PNGFile.read(path: "\(out)/\($0)") }, result.errors
    )
  }

  /// The number and the mean place of the pixels in which one channel stands out.
  private static func spot(_ photo: Photo, channel: Int) -> (count: Int, center: SIMD2<Double>) {
    var count = 0
    var sum = SIMD2<Double>()
    for pixel in 0..<photo.width * photo.height {
      let color = (0..<3).map { Int(photo.bytes[pixel * 3 + $0]) }
      let others = (0..<3).filter { $0 != channel }.map { color[$0] }.max() ?? 0
      guard color[channel] > others + 60 else { continue }
      count += 1
      sum += SIMD2(Double(pixel % photo.width), Double(pixel / photo.width))
    }
    return (count, sum / Double(max(1, count)))
  }

  /// Checks that green is above red in every frame.
  private static func expectUpright(
    _ photos: [Photo], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for (index, photo) in photos.enumerated() {
      let (top, bottom) = (spot(photo, channel: 1), spot(photo, channel: 0))
      #expect(top.count > 0 && bottom.count > 0, sourceLocation: sourceLocation)
      #expect(
        top.center.y < bottom.center.y - 4, "frame \(index)", sourceLocation: sourceLocation)
      #expect(
        abs(top.center.x - bottom.center.x) < 2, "frame \(index)", sourceLocation: sourceLocation)
    }
  }

  @Test(
    "the axis that is said to be up is up",
    arguments: [
      ("x", SIMD3<Float>(1, 0, 0)), ("-x", SIMD3(-1, 0, 0)), ("y", SIMD3(0, 1, 0)),
      ("-y", SIMD3(0, -1, 0)), ("z", SIMD3(0, 0, 1)), ("-z", SIMD3(0, 0, -1)),
    ])
  func chosenUp(_ name: String, _ up: SIMD3<Float>) throws {
    let folder = TemporaryFolder()
    let model = try Self.model(Self.pair(up: up), in: folder)
    let shown = try Self.frames(
      model, ["--orbit", "4", "--up", name, "--center", "0,0,0"], in: folder)
    Self.expectUpright(shown.photos)
  }

  /// Cameras whose photos alone tell what is up, in a world with z up.
  private static let levelled: [(name: String, cameras: [Camera])] = {
    let up = SIMD3<Double>(0, 0, 1)
    func ring(_ count: Int, height: Double, share: Double = 1) -> [Camera] {
      (0..<count).map { index in
        let angle = 2 * .pi * share * Double(index) / Double(count)
        return camera(from: SIMD3(3 * cos(angle), 3 * sin(angle), height), up: up)
      }
    }
    // Held upright in half of the photos.
    let turned = ring(12, height: 1).enumerated().map { index, camera -> Camera in
      guard index % 2 == 0 else { return camera }
      var camera = camera
      let view = camera.viewMatrix
      let quarter = RigidTransform(
        rotation: Matrix3(Vector3(0, 1, 0), Vector3(-1, 0, 0), Vector3(0, 0, 1)),
        translation: .zero)
      camera.viewMatrix = quarter * view
      return camera
    }
    // A drone that flies to and fro and looks straight down.
    let drone = (0..<12).map { index -> Camera in
      let x = Double(index % 4) - 1.5
      let y = Double(index / 4) - 1
      return camera(
        from: SIMD3(x, y, 4), at: SIMD3(x, y, 0), up: SIMD3(0, index / 4 % 2 == 0 ? 1 : -1, 0))
    }
    return [
      ("a ring", ring(8, height: 0.5)),
      ("steep views from one side", ring(6, height: 3, share: 0.3)),
      ("some turned by a quarter", turned), ("a drone", drone),
    ]
  }()

  @Test("level cameras tell what is up", arguments: 0..<4)
  func upOfCameras(_ index: Int) throws {
    let folder = TemporaryFolder()
    let cameras = Self.levelled[index].cameras
    let model = try Self.model(Self.pair(up: SIMD3(0, 0, 1)), cameras: cameras, in: folder)
    let options = ["--orbit", "4", "--elevation", "10", "--radius", "3", "--center", "0,0,0"]
    Self.expectUpright(try Self.frames(model, options, in: folder).photos)
  }

  @Test("without cameras the ground tells what is up, and things stand on it")
  func upOfGround() throws {
    for up in [SIMD3<Float>(0, 0, 1), SIMD3(0, -1, 0), SIMD3(1, 0, 0)] {
      let folder = TemporaryFolder()
      // A ground of 20 x 20 and a post in its middle.
      let side = SIMD3<Float>(up.y, up.z, up.x)
      let other = SIMD3<Float>(up.z, up.x, up.y)
      var gaussians = (0..<400).map { index -> Splat in
        let (across, along) = (Float(index % 20) / 10 - 0.95, Float(index / 20) / 10 - 0.95)
        let place: SIMD3<Float> = side * across + other * along
        return Self.gaussian(place, Self.red, scales: SIMD3(repeating: 0.03))
      }
      gaussians += (1...12).map {
        Self.gaussian(up * Float($0) * 0.05, Self.green, scales: SIMD3(repeating: 0.04))
      }
      let model = try Self.model(gaussians, in: folder)
      Self.expectUpright(try Self.frames(model, ["--orbit", "3"], in: folder).photos)
    }
  }

  @Test("centre, distance and elevation are as they were chosen")
  func shape() throws {
    let folder = TemporaryFolder()
    let model = try Self.model(
      [
        Self.gaussian(SIMD3(4, 0, 0), Self.red, scales: SIMD3(repeating: 0.3)),
        Self.gaussian(SIMD3(4, -1, 0), Self.green, scales: SIMD3(repeating: 0.1)),
      ], in: folder)
    let options = ["--orbit", "1", "--up", "-y", "--center", "4,0,0"]
    func ball(_ more: String...) throws -> (count: Int, center: SIMD2<Double>) {
      Self.spot(
        try Self.frames(model, options + more, in: folder).photos[0], channel: 0)
    }
    let near = try ball("--radius", "3", "--elevation", "0")
    let far = try ball("--radius", "6", "--elevation", "0")
    #expect(abs(near.center.x - 23.5) < 1 && abs(near.center.y - 17.5) < 1)
    #expect(abs(Double(near.count) / Double(far.count) - 4) < 1.2)
    // From below and from above the green ball is behind or before the red one.
    let above = try Self.frames(
      model, options + ["--radius", "4", "--elevation", "80"], in: folder)
    let below = try Self.frames(
      model, options + ["--radius", "4", "--elevation", "-80"], in: folder)
    #expect(
      Self.spot(above.photos[0], channel: 1).count > Self.spot(below.photos[0], channel: 1).count)
  }

  /// A wall that is red in front and blue behind, and cameras that saw it from the front.
  private static func wall(in folder: TemporaryFolder) throws -> String {
    let front = gaussian(SIMD3(0, 0, -0.1), red, scales: SIMD3(0.8, 0.8, 0.01))
    let back = gaussian(SIMD3(0, 0, 0.1), blue, scales: SIMD3(0.8, 0.8, 0.01))
    let cameras = (0..<7).map { index in
      let angle = (Double(index) - 3) * 0.25
      return camera(
        from: SIMD3(3 * sin(angle), index % 2 == 0 ? -0.4 : 0.4, -3 * cos(angle)),
        up: SIMD3(0, -1, 0))
    }
    return try model([front, back], cameras: cameras, in: folder)
  }

  @Test("an arc and a tour stay with what the cameras saw; an orbit that does not says so")
  func seen() throws {
    let folder = TemporaryFolder()
    let model = try Self.wall(in: folder)
    for way in ["--arc", "--tour"] {
      let shown = try Self.frames(model, [way, "12"], in: folder)
      #expect(shown.photos.count == 12 && shown.errors.isEmpty)
      for photo in shown.photos {
        #expect(Self.spot(photo, channel: 0).count > 300, "\(way)")
        #expect(Self.spot(photo, channel: 2).count == 0, "\(way)")
      }
      #expect(Set(shown.photos.map(\.bytes)).count == 12, "\(way)")
    }
    let orbit = try Self.frames(model, ["--orbit", "12"], in: folder)
    #expect(orbit.photos.contains { Self.spot($0, channel: 2).count > 300 })
    #expect(orbit.errors.contains("warning: ") && orbit.errors.contains("--arc 12"))
  }

  @Test("a tour passes the cameras at an even pace and ends where it begins")
  func tour() throws {
    let folder = TemporaryFolder()
    let scene = try TinyScene()
    let model = try scene.writeModel()
    let shown = try Self.frames(model, ["--scene", scene.path, "--tour", "32"], in: folder)
    #expect(shown.photos.count == 32)
    func difference(_ a: Photo, _ b: Photo) -> Double {
      let sum = zip(a.bytes, b.bytes).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
      return Double(sum) / Double(a.bytes.count)
    }
    let steps = (0..<32).map { difference(shown.photos[$0], shown.photos[($0 + 1) % 32]) }
    let mean = steps.reduce(0, +) / 32
    #expect(mean > 0.5 && steps.allSatisfy { $0 < 2.5 * mean }, "\(steps)")
    // The eight cameras stand on a ring, so every fourth frame is from one of them.
    for index in 0..<8 {
      let photo = try PNGFile.read(path: scene.image(index))
      let nearest = shown.photos.map { difference($0, photo) }.min() ?? 255
      #expect(nearest < mean, "photo \(index)")
    }
  }

  @Test("a whole ring of cameras has no warning, and an arc of it is the orbit")
  func allAround() throws {
    let folder = TemporaryFolder()
    let scene = try TinyScene()
    let model = try scene.writeModel()
    let orbit = try Self.frames(model, ["--scene", scene.path, "--orbit", "6"], in: folder)
    let arc = try Self.frames(model, ["--scene", scene.path, "--arc", "6"], in: folder)
    #expect(orbit.errors.isEmpty && orbit.photos == arc.photos)
  }

  @Test(
    "refuses what cannot be meant",
    arguments: [
      (["--arc", "3", "--tour", "3"], "--arc and --tour"), (["--arc", "0"], "1...100,000"),
      (["--arc", "3"], "--scene SCENE"), (["--tour", "3"], "--scene SCENE"),
      (["--tour", "3", "--up", "z"], "--up needs --orbit or --arc"),
      (["--orbit", "3", "--up", "w"], "up"), (["--orbit", "3", "--center", "1,2"], "X,Y,Z"),
      (["--orbit", "3", "--radius", "0"], "above 0"),
      (["--orbit", "3", "--elevation", "90"], "-89...89"),
      (["--path", "x", "--tour", "3"], "--path"),
    ])
  func usage(_ options: [String], _ message: String) throws {
    let folder = TemporaryFolder()
    let model = try Self.model(Self.pair(up: SIMD3(0, 0, 1)), in: folder)
    let result = try Command.start(["render", model, "-o", folder.path("a")] + options).wait()
    result.expectFailure(64, message)
    #expect(!Files.exists(folder.path("a")))
  }
}
