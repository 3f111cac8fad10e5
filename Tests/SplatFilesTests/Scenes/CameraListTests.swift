import SplatCore
import SplatFiles
import Testing

@Suite struct CameraListTests {
  private static let cameras = (0..<3).map { index in
    NamedCamera(
      name: index == 1 ? "a \"b\"\\\u{e9}\n/c" : "view_\(index)",
      camera: Camera(
        width: 640 + index, height: 480, focalLength: SIMD2(500.25, 501.1),
        principalPoint: SIMD2(319.7, 240.3),
        viewMatrix: Camera.looking(
          from: SIMD3(3.1, Double(index), -4.7), at: SIMD3(0.3, 0.2, 0), up: SIMD3(0, -1, 0),
          width: 1, height: 1, focalLength: SIMD2(1, 1)
        ).viewMatrix))
  }

  private func difference(_ a: Camera, _ b: Camera) -> Double {
    let points = [SIMD3<Double>(0, 0, 0), SIMD3(1, 0, 0), SIMD3(0, 1, 0), SIMD3(0, 0, 1)]
    return points.map { point in
      let d = a.viewMatrix(point) - b.viewMatrix(point)
      return (d * d).sum().squareRoot()
    }.max() ?? 0
  }

  private func error(_ text: String) -> FileError? {
    fileError { () throws(FileError) in
      _ = try CameraPath.read(Array(text.utf8), path: "path.json")
    }
  }

  private func inria(_ replaced: String = "", _ by: String = "") -> String {
    let entry = """
      [{"id": 0, "img_name": "a", "width": 8, "height": 6, "position": [1, 2, 3],
        "rotation": [[1, 0, 0], [0, 1, 0], [0, 0, 1]], "fx": 10, "fy": 11}]
      """
    return replaced.isEmpty ? entry : entry.replacing(replaced, with: by)
  }

  private func nerf(_ replaced: String = "", _ by: String = "") -> String {
    let file = """
      {"camera_angle_x": 1.0, "w": 8, "h": 6.0, "frames": [{"file_path": "./a/b",
        "transform_matrix": [[1, 0, 0, 1], [0, 1, 0, 2], [0, 0, 1, 3], [0, 0, 0, 1]]}]}
      """
    return replaced.isEmpty ? file : file.replacing(replaced, with: by)
  }

  @Test func writingAndReadingKeepsTheCameras() throws {
    try withTemporaryFolder { folder in
      try CameraPath.write(Self.cameras, to: "\(folder)/cameras.json")
      let read = try CameraPath.read(path: "\(folder)/cameras.json")
      #expect(read.map(\.name) == Self.cameras.map(\.name))
      for (a, b) in zip(read.map(\.camera), Self.cameras.map(\.camera)) {
        #expect(a.width == b.width && a.height == b.height)
        #expect(a.focalLength == b.focalLength && a.principalPoint == b.principalPoint)
        #expect(difference(a, b) < 1e-12)
      }
    }
  }

  @Test func aCameraThatIsNotFiniteIsNotWritten() throws {
    try withTemporaryFolder { folder in
      var cameras = Self.cameras
      cameras[2].camera.viewMatrix.translation.x = .nan
      let error = fileError { () throws(FileError) in
        try CameraPath.write(cameras, to: "\(folder)/cameras.json")
      }
      #expect(error?.exitCode == 73)
      #expect(
        fileError { () throws(FileError) in _ = try FileInput.read(path: "\(folder)/cameras.json") }
          != nil)
    }
  }

  @Test func rotationsAreFromTheCameraToTheWorld() throws {
    let quarter = "[[0, 0, 1], [0, 1, 0], [-1, 0, 0]]"
    let text = inria("[[1, 0, 0], [0, 1, 0], [0, 0, 1]]", quarter)
    let camera = try CameraPath.read(Array(text.utf8), path: "a")[0].camera
    // The camera's z axis is the third column: the world's x axis.
    let ahead = camera.viewMatrix(SIMD3(1 + 5, 2, 3))
    #expect(abs(ahead.z - 5) < 1e-12 && abs(ahead.x) < 1e-12 && abs(ahead.y) < 1e-12)
    #expect(camera.principalPoint == SIMD2(4, 3))
    #expect(camera.focalLength == SIMD2(10, 11))
  }

  @Test func framesOfNeRFProgramsLookAlongMinusZ() throws {
    let named = try CameraPath.read(Array(nerf().utf8), path: "a")[0]
    #expect(named.name == "a/b")
    let camera = named.camera
    #expect(abs(camera.focalLength.x - 4 / 0.546_302_489_843_790_5) < 1e-9)
    #expect(camera.focalLength.x == camera.focalLength.y)
    let ahead = camera.viewMatrix(SIMD3(1, 2, 3 - 5))
    #expect(abs(ahead.z - 5) < 1e-12)
    // Above the camera is up in the image, where y is negative.
    #expect(abs(camera.viewMatrix(SIMD3(1, 2 + 1, -2)).y + 1) < 1e-12)
  }

  @Test(arguments: [
    "[1, 0, 0, 1, 0, 1, 0, 2, 0, 0, 1, 3, 0, 0, 0, 1]",
    "[[1, 0, 0, 1], [0, 1, 0, 2], [0, 0, 1, 3], [0, 0, 0, 1]]",
  ])
  func cameraPathsOfNerfstudioAreRead(matrix: String) throws {
    let text = """
      {"camera_type": "perspective", "render_height": 60, "render_width": 80, "camera_path": [
      {"camera_to_world": \(matrix), "fov": 90, "aspect": 1.3},
      {"camera_to_world": \(matrix), "fov": 2}]}
      """
    let cameras = try CameraPath.read(Array(text.utf8), path: "a")
    #expect(cameras.map(\.name) == ["00000", "00001"])
    let camera = cameras[0].camera
    #expect(camera.width == 80 && camera.height == 60)
    #expect(abs(camera.focalLength.x - 30) < 1e-9 && abs(camera.focalLength.y - 30) < 1e-9)
    #expect(abs(camera.viewMatrix(SIMD3(1, 2, 3 - 5)).z - 5) < 1e-12)
    #expect(abs(camera.viewMatrix(SIMD3(1, 2 + 1, -2)).y + 1) < 1e-12)
    // Two degrees, not radians.
    #expect(cameras[1].camera.focalLength.x > 1700)
    for (old, new) in [
      ("perspective", "equirectangular"), ("\"fov\": 90", "\"fov\": 0"),
      ("\"fov\": 90", "\"x\": 1"),
      ("\"render_width\": 80", "\"x\": 1"), ("camera_to_world", "matrix"),
    ] {
      #expect(error(text.replacing(old, with: new))?.exitCode == 65, "\(new)")
    }
  }

  @Test func anglesOfViewStandForFocalLengths() throws {
    for (angles, x, y) in [
      ("\"fov\": 90", 3.0, 3.0), ("\"FoVx\": 1.5707963267948966, \"FoVy\": 60", 4.0, 5.196_152),
      ("\"fov_x\": 90", 4, 4),
    ] {
      let text = inria("\"fx\": 10, \"fy\": 11", angles)
      let camera = try CameraPath.read(Array(text.utf8), path: "a")[0].camera
      #expect(abs(camera.focalLength.x - x) < 1e-5 && abs(camera.focalLength.y - y) < 1e-5)
    }
  }

  @Test func camerasOfTheWorldFollowAModelsOrigin() {
    let origin = SIMD3<Double>(448_262, 0, 5_411_943)
    let world = Self.cameras.moved(by: .translation(origin))
    for (cameras, expected) in [(world, Self.cameras), (Self.cameras, Self.cameras)] {
      for (moved, camera) in zip(cameras.relative(to: origin), expected) {
        let offset = moved.camera.center - camera.camera.center
        #expect((offset * offset).sum() < 1e-12)
      }
    }
  }

  @Test func aFramesOwnLensComesBeforeTheFiles() throws {
    let text = nerf("\"file_path\": \"./a/b\"", "\"fl_x\": 7, \"fl_y\": 9, \"cx\": 1, \"w\": 16")
    let named = try CameraPath.read(Array(text.utf8), path: "a")[0]
    #expect(named.name == "00000")
    #expect(named.camera.focalLength == SIMD2(7, 9))
    #expect(named.camera.principalPoint == SIMD2(1, 3))
    #expect(named.camera.width == 16)
  }

  @Test func aMissingSizeIsTheDefaultOrAnError() throws {
    for text in [nerf("\"w\": 8, \"h\": 6.0,", ""), inria("\"width\": 8, \"height\": 6,", "")] {
      #expect(error(text)?.exitCode == 65)
      let camera = try CameraPath.read(Array(text.utf8), path: "a", defaultSize: (32, 24))[0].camera
      #expect(camera.width == 32 && camera.height == 24)
    }
  }

  @Test func namesStayInTheirFolder() throws {
    let text = inria("\"a\"", "\"/../x/../../y\"")
    #expect(try CameraPath.read(Array(text.utf8), path: "a")[0].name == "x/y")
  }

  @Test(arguments: [
    ("[1, 2, 3]", "[1, 2]", "[0].position"), ("[1, 2, 3]", "[1, 2, \"3\"]", "[0].position[2]"),
    ("[[1, 0, 0],", "[[1, 0.1, 0],", "[0].rotation"),
    ("[[1, 0, 0],", "[[-1, 0, 0],", "[0].rotation"),
    ("[[1, 0, 0],", "[[0, 0, 0],", "[0].rotation"), ("[[1, 0, 0],", "[[1, 0],", "[0].rotation[0]"),
    ("\"fx\": 10", "\"fx\": 0", "[0].fx"), ("\"fx\": 10", "\"fx\": -3", "[0].fx"),
    ("\"fx\": 10", "\"f\": 3", "[0]"), ("\"width\": 8", "\"width\": 1e9", "[0].width"),
    ("\"width\": 8", "\"width\": 7.5", "[0].width"),
    ("\"width\": 8", "\"width\": true", "[0].width"),
    ("\"a\"", "7", "[0].img_name"), ("[1, 2, 3]", "[1, 2, 1e999]", "byte 72"),
  ])
  func theMessageNamesThePlace(part: String, by: String, place: String) {
    #expect(error(inria(part, by))?.place == place)
  }

  @Test(arguments: [
    ("[0, 0, 0, 1]]", "]"), ("[1, 0, 0, 1]", "[2, 0, 0, 1]"), ("[1, 0, 0, 1]", "[1, 0, 0]"),
    ("1.0", "0"), ("1.0", "3.2"), ("1.0", "null"), ("\"transform_matrix\"", "\"matrix\""),
    ("8", "-8"), ("\"frames\": [", "\"frames\": [3, "),
  ])
  func framesThatMakeNoSenseAreErrors(part: String, by: String) {
    #expect(error(nerf(part, by))?.exitCode == 65)
  }

  @Test(arguments: [
    "", " ", "{}", "[]", "[{}]", "3", "\"a\"", "[[]]", "{\"frames\": []}", "{\"frames\": 3}",
    "[NaN]",
    "[1,]", "{\"a\"}", "[\"\\x\"]", "[\"\\ud800\"]", "[\"\u{1}\"]", "nul", "[] []", "{\"a\": 1,}",
    "\u{feff}[]", "[-]", "[0x10]", "[1e]", "[+1]",
  ])
  func nonsenseIsAnError(text: String) {
    #expect(error(text)?.exitCode == 65)
  }

  @Test func deepNestingIsAnError() {
    #expect(error(String(repeating: "[", count: 1_000_000))?.exitCode == 65)
    #expect(error(String(repeating: "{\"a\":", count: 100_000))?.exitCode == 65)
  }

  @Test func damagedFilesNeverTrap() {
    for text in [inria(), nerf()] {
      HostileBytes.cut(Array(text.utf8)) { (file) throws(FileError) in
        _ = try CameraPath.read(file, path: "a")
      }
      HostileBytes.flip(Array(text.utf8)) { (file) throws(FileError) in
        _ = try CameraPath.read(file, path: "a")
      }
    }
  }

  @Test(.enabled(if: SharedScenes.has("model_biker")))
  func bothLayoutsOfTheBikersCamerasAgree() throws {
    let inria = try CameraPath.read(path: SharedScenes.path("model_biker/cameras.json"))
    let nerf = try CameraPath.read(path: SharedScenes.path("model_biker/transforms_views.json"))
    #expect(inria.count == 12 && nerf.count == 12)
    for (a, b) in zip(inria.map(\.camera), nerf.map(\.camera)) {
      #expect(difference(a, b) < 1e-9)
      #expect(a.focalLength == b.focalLength && a.principalPoint == b.principalPoint)
      #expect(a.width == b.width && a.height == b.height)
    }
  }

  @Test(.enabled(if: SharedScenes.has("fox_nerfstudio")))
  func theImagesOfAPathNeedNotExist() throws {
    let path = SharedScenes.path("fox_nerfstudio/transforms.json")
    #expect(try CameraPath.read(path: path).count == 67)
  }
}
