import Foundation
import SplatCore
import SplatFiles
import Testing

@Suite("splat undistort, and comparisons of images that differ by a few pixels")
struct UndistortTests {
  /// A scene whose lens bends lines.
  private static func bentScene() throws -> TinyScene {
    try TinyScene { model in
      model.cameras = model.cameras.map { camera in
        var camera = camera
        camera.lens = .openCV
        camera.parameters += [0.12, 0.03, 0.001, -0.002]
        return camera
      }
    }
  }

  @Test("writes the photos and cameras that training uses")
  func photosAndCameras() throws {
    let scene = try Self.bentScene()
    let out = scene.folder.path("straight")
    try Command.run("undistort", scene.path, out).expectSuccess()
    let original = try Scene.open(path: scene.path)
    let straight = try Scene.open(path: out)
    #expect(straight.views.map(\.name) == original.views.map(\.name))
    #expect(straight.points == original.points && straight.warnings.isEmpty)
    #expect(straight.views.allSatisfy { $0.lens == nil && $0.maskPath == nil })
    #expect(original.views.allSatisfy { $0.lens != nil })
    for (view, source) in zip(straight.views, original.views) {
      #expect(try view.read().photo == source.read().photo)
      #expect(view.isTest == source.isTest)
      #expect(view.camera.focalLength == source.camera.focalLength)
      #expect(view.camera.principalPoint == source.camera.principalPoint)
      #expect((view.camera.center - source.camera.center).length < 1e-12)
    }
    let model = try COLMAPModel.read(path: out)
    #expect(model.cameras.count == 1 && model.cameras[0].lens == .pinhole)
  }

  @Test("keeps masks, smaller sizes and blank borders")
  func masksAndSizes() throws {
    let scene = try Self.bentScene()
    try scene.writeMasks(white: 20)
    let out = scene.folder.path("straight")
    try Command.run(
      "undistort", scene.path, out, "--undistort", "keep", "--downscale", "2", "--json"
    ).expectSuccess()
    let options = PhotoOptions(scale: .downscale(2))
    let original = try Scene.open(path: scene.path, options: SceneOptions(area: .keep))
    for (view, source) in zip(try Scene.open(path: out).views, original.views) {
      let (read, expected) = (try view.read(), try source.read(options))
      #expect(read.photo == expected.photo)
      #expect(expected.validity != nil && read.validity == expected.validity)
    }
  }

  @Test("keeps the scene's own split, and its frame if it has the coordinates of a map")
  func splitAndFrame() throws {
    let offset = SIMD3(450_000.0, 5_200_000, 100)
    let scene = try TinyScene { model in
      for index in model.images.indices {
        let view = model.images[index].viewMatrix
        model.images[index].translation -= view.rotated(offset)
      }
      for index in model.points.indices { model.points[index].position += offset }
    }
    try Files.write("view2.png\nview5.png\n", to: "\(scene.path)/test_list.txt")
    let out = scene.folder.path("straight")
    try Command.run("undistort", scene.path, out).expectSuccess()
    let (original, straight) = (
      try COLMAPModel.read(path: scene.path), try COLMAPModel.read(path: out)
    )
    for image in original.images {
      let copy = try #require(straight.images.first { $0.name == image.name })
      #expect((copy.translation - image.translation).length < 1e-6)
    }
    for (point, copy) in zip(original.points, straight.points) {
      // Points are read in single precision, relative to the origin of the scene.
      #expect((point.position - copy.position).length < 1e-5)
    }
    let opened = try Scene.open(path: out)
    #expect(opened.testViews.map(\.name) == ["view2.png", "view5.png"])
    #expect(try opened.origin == Scene.open(path: scene.path).origin)
  }

  @Test("says what is lost of samples of 16 bits")
  func deepPhotos() throws {
    let scene = try TinyScene()
    try PNGFile.write(
      grey16: (0..<48 * 36).map { UInt16($0 * 37) }, width: 48, height: 36, to: scene.image(3))
    let result = try Command.run("undistort", scene.path, scene.folder.path("straight"))
    result.expectSuccess()
    #expect(result.errors.contains("1 photo with samples of 16 bits: the copies have 8"))
  }

  @Test("removes what a killed run left, and nothing else")
  func leftovers() throws {
    let scene = try TinyScene()
    let out = scene.folder.path("straight")
    for name in ["straight.tmp-\(Int32.max)-1/images", "straight.tmp-1-1", "straightened"] {
      try FileManager.default.createDirectory(
        atPath: scene.folder.path(name), withIntermediateDirectories: true)
    }
    try Command.run("undistort", scene.path, out + "/").expectSuccess()
    let left = try FileManager.default.contentsOfDirectory(atPath: scene.folder.path)
    #expect(left.sorted() == ["scene", "straight", "straight.tmp-1-1", "straightened"])
  }

  @Test("leaves nothing half-written, and writes over nothing")
  func refusals() throws {
    let scene = try Self.bentScene()
    let out = scene.folder.path("straight")
    try Files.write(Array(try Files.bytes(scene.image(5)).prefix(200)), to: scene.image(5))
    try Command.run("undistort", scene.path, out).expectFailure(65, "view5.png")
    #expect(scene.folder.files().allSatisfy { !$0.hasPrefix("straight") })
    try Command.run("undistort", scene.path, scene.path).expectFailure(73, "exists")
    try Command.run("undistort", scene.folder.path("none"), out).expectFailure(66, "none")
  }

  /// Folders of one image of `a` and of one of `b` pixels, whose colours tell their places from the
  /// middle.
  private func folders(_ a: SIMD2<Int>, _ b: SIMD2<Int>) throws -> TemporaryFolder {
    let folder = TemporaryFolder()
    for (name, size) in [("a", a), ("b", b)] {
      try FileManager.default.createDirectory(
        atPath: folder.path(name), withIntermediateDirectories: true)
      let bytes = (0..<size.x * size.y).flatMap { pixel -> [UInt8] in
        let x = pixel % size.x - size.x / 2 + 40
        let y = pixel / size.x - size.y / 2 + 40
        return [UInt8(x * 3), UInt8(y * 3), UInt8((x * 7 + y * 5) % 256)]
      }
      try PNGFile.write(
        Photo(width: size.x, height: size.y, channels: 3, bytes: bytes),
        to: folder.path("\(name)/1.png"))
    }
    return folder
  }

  @Test("images whose crop differs by a few pixels are compared by their middle, and that is said")
  func crops() throws {
    let folder = try folders(SIMD2(64, 48), SIMD2(62, 48))
    let (a, b) = (folder.path("a"), folder.path("b"))
    for pair in [(a, b), (b, a)] {
      let result = try Command.run("eval", "--images", pair.0, pair.1, "--json")
      result.expectSuccess()
      #expect(result.errors.contains("1 of 1 pair differ in size by a few pixels"))
      #expect(result.output.contains("\"psnr\": 100.0"), "\(result.output)")
    }
    let sheet = try Command.run("sheet", a, b, "-o", folder.path("s.png"))
    sheet.expectSuccess()
    #expect(sheet.errors.contains("the middle of 62 x 48 is shown"))
    let photo = try PNGFile.read(path: folder.path("s.png"))
    #expect(photo.width == 4 + 2 * 66 && photo.height == 4 + 52)
    for y in 4..<52 {
      let row = photo.bytes[y * photo.width * 3..<(y + 1) * photo.width * 3]
      #expect(
        Array(row.dropFirst(4 * 3).prefix(62 * 3)) == Array(row.dropFirst(70 * 3).prefix(62 * 3)))
    }
  }

  @Test("images of other sizes are refused")
  func otherSizes() throws {
    let folder = try folders(SIMD2(64, 48), SIMD2(32, 24))
    let (a, b) = (folder.path("a"), folder.path("b"))
    try Command.run("eval", "--images", a, b).expectFailure(65, "32 x 24", "64 x 48")
    try Command.run("sheet", a, b, "-o", folder.path("s.png")).expectFailure(65, "32 x 24")
    #expect(!Files.exists(folder.path("s.png")))
  }
}
