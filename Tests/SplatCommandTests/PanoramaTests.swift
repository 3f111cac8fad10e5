import Foundation
import SplatCore
import SplatFiles
import SplatRendering
import Testing

@Suite("scenes of panoramas")
struct PanoramaTests {
  /// Four panoramas of 64 x 32 pixels amid the points of a scene.
  private func scene() throws -> TinyScene {
    let scene = try TinyScene { model in
      model.cameras = [
        COLMAPModel.CameraEntry(
          id: 1, lens: .equirectangular, width: 64, height: 32, parameters: [64, 32])
      ]
      model.images.removeLast(4)
      for index in model.images.indices {
        model.images[index].translation = SIMD3(Double(index) * 0.1, 0, 0)
      }
    }
    for index in 0..<8 { try Files.remove(scene.image(index)) }
    for index in 0..<4 {
      let bytes = (0..<64 * 32 * 3).map { place -> UInt8 in
        let (column, row) = (place / 3 % 64, place / 192)
        return UInt8(column * 3 + row * 2)
      }
      try PNGFile.write(
        Photo(width: 64, height: 32, channels: 3, bytes: bytes), to: scene.image(index))
    }
    return scene
  }

  @Test("are described, trained on, rendered and undistorted by their views")
  func views() throws {
    let scene = try scene()
    let info = try Command.run("info", scene.path)
    info.expectSuccess()
    #expect(info.output.contains("images        24, one camera"), "\(info.output)")
    #expect(info.output.contains("panoramas     4, each cut into 6 of the images"))
    #expect(info.output.contains("split         18 for training, 6 for testing"))
    let result = try scene.train("out", iterations: 20, "--eval")
    result.expectSuccess()
    let cameras = try CameraPath.read(path: scene.folder.path("out/cameras.json"))
    #expect(Set(cameras.map(\.name)).count == 24 && cameras[0].name == "view0_back.png")
    let frames = scene.folder.path("frames")
    try Command.run(
      "render", scene.folder.path("out"), "-o", frames, "--scene", scene.path, "--split", "test",
      "--quiet"
    ).expectSuccess()
    let parts = ["back", "down", "front", "left", "right", "up"]
    #expect(Files.below(frames).sorted() == parts.map { "view0_\($0).png" })
    // The copy is a scene of pinhole photos with the same split.
    let straight = scene.folder.path("straight")
    try Command.run("undistort", scene.path, straight).expectSuccess()
    let (original, copy) = (try Scene.open(path: scene.path), try Scene.open(path: straight))
    #expect(copy.views.count == 24 && copy.views.allSatisfy { $0.lens == nil })
    #expect(Set(copy.testViews.map(\.name)) == Set(original.testViews.map(\.name)))
    for view in original.views {
      let found = try #require(copy.views.first { $0.name == view.name })
      #expect(try found.read().photo == view.read().photo)
    }
  }

  @Test("need no cameras that say so")
  func told() throws {
    let scene = try TinyScene { model in model.images.removeLast(6) }
    let bytes = (0..<64 * 32 * 3).map { place -> UInt8 in
      let column = place / 3 % 64
      return UInt8(column * 3)
    }
    let photo = Photo(width: 64, height: 32, channels: 3, bytes: bytes)
    for index in 0..<2 { try PNGFile.write(photo, to: scene.image(index)) }
    // The model takes them for photos of a pinhole camera.
    var model = try COLMAPModel.read(path: scene.path)
    model.cameras[0].width = 64
    model.cameras[0].height = 32
    try model.write(to: "\(scene.path)/sparse/0")
    let info = try Command.run("info", scene.path, "--panorama")
    info.expectSuccess()
    #expect(info.output.contains("panoramas     2, each cut into 6 of the images"))
    try scene.train("out", iterations: 10, "--panorama").expectSuccess()
    #expect(
      try Files.text(scene.folder.path("out/config.json")).contains("\"arePanoramas\" : true"))
    let cameras = try CameraPath.read(path: scene.folder.path("out/cameras.json"))
    #expect(cameras.count == 12)
    // Continuing needs no word of it.
    try Command.run("train", "--resume", scene.folder.path("out"), "--iterations", "12", "--quiet")
      .expectSuccess()
    try Command.run("undistort", scene.path, scene.folder.path("cut"), "--panorama")
      .expectSuccess()
    #expect(Files.below(scene.folder.path("cut/images")).count == 12)
  }

  @Test("are rendered in all directions")
  func rendered() throws {
    let scene = try TinyScene()
    let model = try scene.writeModel()
    // The same place with turns by a quarter, which take faces of the cube to each other.
    let still = TinyScene.cameras[2]
    let cameras = (0..<2).map { turns -> NamedCamera in
      var camera = still
      if turns == 1 {
        let turn = Matrix3<Double>(Vector3(0, 0, -1), Vector3(0, 1, 0), Vector3(1, 0, 0))
        camera.viewMatrix =
          RigidTransform(rotation: turn, translation: .zero) * camera.viewMatrix
      }
      return NamedCamera(name: "turn\(turns).png", camera: camera)
    }
    let path = scene.folder.path("path.json")
    try CameraPath.write(cameras, to: path)
    let frames = scene.folder.path("frames")
    try Command.run(
      "render", model, "-o", frames, "--path", path, "--panorama", "--size", "256x128", "--raw",
      "--depth", "--alpha", "--quiet"
    ).expectSuccess()
    #expect(try Files.text("\(frames)/depth.json").contains("units from the camera"))
    let (first, second) = (
      try PNGFile.read(path: "\(frames)/turn0.png"), try PNGFile.read(path: "\(frames)/turn1.png")
    )
    #expect(first.width == 256 && first.height == 128 && first.channels == 4)
    #expect(first.bytes.contains { $0 > 100 })
    var worst = 0
    for row in 0..<128 {
      for column in 0..<256 {
        // What was in the middle is a quarter to the left or right of it.
        for channel in 0..<4 {
          let moved = (column + 64) % 256
          let left = Int(first.bytes[(row * 256 + moved) * 4 + channel])
          let right = Int(second.bytes[(row * 256 + column) * 4 + channel])
          let opacity = Int(first.bytes[(row * 256 + moved) * 4 + 3])
          if channel == 3 || opacity > 20 { worst = max(worst, abs(left - right)) }
        }
      }
    }
    #expect(worst <= 2, "\(worst)")
    // The middle is what a camera sees that has pixels as fine.
    let narrow = Renderer().render(
      TinyScene.splats,
      from: Camera(
        width: 9, height: 9, focalLength: SIMD2(repeating: 64), viewMatrix: still.viewMatrix))
    let middle = Int(narrow.alpha[40] * 255)
    #expect(abs(Int(first.bytes[(64 * 256 + 128) * 4 + 3]) - middle) < 25)
    // Other proportions and sizes are no panoramas.
    try Command.run("render", model, "-o", frames, "--path", path, "--panorama", "--size", "64x48")
      .expectFailure(64, "twice as wide as high, such as 64x32")
  }

  @Test("are rendered once for all of their views, under their own names")
  func joined() throws {
    let scene = try scene()
    let model = try scene.writeModel()
    let frames = scene.folder.path("frames")
    try Command.run(
      "render", model, "-o", frames, "--scene", scene.path, "--panorama", "--size", "32x16",
      "--quiet"
    ).expectSuccess()
    #expect(Files.below(frames) == (0..<4).map { "view\($0).png" })
    #expect(try PNGFile.read(path: "\(frames)/view0.png").width == 32)
  }
}
