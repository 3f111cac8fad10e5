import Foundation
import SplatCore
import SplatFiles
import Testing

/// Every command that meets a broken scene says what is wrong, and leaves nothing behind.
@Suite("broken scenes")
struct BadSceneTests {
  private func expectFailure(
    _ scene: TinyScene, _ code: Int32, _ parts: String...,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let result = try scene.train("out", iterations: 5)
    result.expectFailure(code, sourceLocation: sourceLocation)
    for part in parts {
      #expect(result.errors.contains(part), "\(result.errors)", sourceLocation: sourceLocation)
    }
    #expect(!Files.exists(scene.folder.path("out")), sourceLocation: sourceLocation)
  }

  @Test("a missing folder, and one that is no scene")
  func noScene() throws {
    let folder = TemporaryFolder()
    let missing = folder.path("none")
    try Command.run("train", missing, "-o", folder.path("out")).expectFailure(
      66, "none: does not exist")
    try Command.run("train", folder.path, "-o", folder.path("out")).expectFailure(66, "COLMAP")
    try Command.run("info", missing).expectFailure(66, "does not exist")
    #expect(folder.files().isEmpty)
  }

  @Test(
    "empty and truncated binary files", arguments: ["cameras.bin", "images.bin", "points3D.bin"])
  func truncated(_ name: String) throws {
    let scene = try TinyScene()
    let bytes = try Files.bytes(scene.modelFile(name))
    for length in [0, 7, bytes.count - 1] {
      try Files.write(Array(bytes.prefix(length)), to: scene.modelFile(name))
      try expectFailure(scene, 65, name, "byte")
    }
  }

  @Test("a text model with missing fields")
  func textModel() throws {
    let scene = try TinyScene()
    try scene.useTextModel(
      cameras: "1 PINHOLE 48 36 48 48 24\n", images: "1 1 0 0 0 0 0 3 1 view0.png\n\n")
    try expectFailure(scene, 65, "cameras.txt", "line 1")
    try Files.write("1 PINHOLE 48 36 48 48 24 18\n", to: scene.modelFile("cameras.txt"))
    try Files.write("1 1 0 0 0 0 0 3\n\n", to: scene.modelFile("images.txt"))
    try expectFailure(scene, 65, "images.txt", "line 1")
  }

  @Test("an image that is absent, or of another size")
  func images() throws {
    let scene = try TinyScene()
    try Files.remove(scene.image(3))
    try expectFailure(scene, 66, "view3.png", "does not exist")
    let small = try PNGFile.read(path: scene.image(0)).areaDownscaled(width: 40, height: 36)
    try PNGFile.write(small, to: scene.image(3))
    try expectFailure(scene, 65, "view3.png", "40 x 36", "48 x 36")
  }

  @Test("an unknown camera, and no images at all")
  func references() throws {
    try expectFailure(
      try TinyScene { $0.images[2].cameraID = 9 }, 65, "images.bin", "image 3", "camera 9")
    try expectFailure(try TinyScene { $0.images = [] }, 65, "images.bin", "no images")
  }

  @Test("a photo that is truncated, no image, or too large to hold")
  func photos() throws {
    let scene = try TinyScene()
    let png = try Files.bytes(scene.image(1))
    try Files.write(Array(png.prefix(png.count / 2)), to: scene.image(1))
    try expectFailure(scene, 65, "view1.png")
    try Files.write("BM this is a bitmap", to: scene.image(1))
    try expectFailure(scene, 65, "view1.png", "byte 0")
    var huge = png
    // Width and height stand in the header, most significant byte first.
    huge.replaceSubrange(16..<24, with: [0, 0, 0xc3, 0x50, 0, 0, 0xc3, 0x50])
    try Files.write(huge, to: scene.image(1))
    try expectFailure(scene, 65, "view1.png", "50000 x 50000")
    try Files.write([], to: scene.image(1))
    try expectFailure(scene, 65, "view1.png", "empty")
  }

  @Test("a truncated JPEG")
  func jpeg() throws {
    let scene = try TinyScene { $0.images[1].name = "photo.jpg" }
    let path = "\(scene.path)/images/photo.jpg"
    try JPEGFile.write(try PNGFile.read(path: scene.image(1)), to: path)
    let bytes = try Files.bytes(path)
    try Files.write(Array(bytes.prefix(bytes.count / 2)), to: path)
    try expectFailure(scene, 65, "photo.jpg")
  }

  @Test("bad photos are left out when that is asked for")
  func skipping() throws {
    let scene = try TinyScene()
    let png = try Files.bytes(scene.image(1))
    try Files.write(Array(png.prefix(png.count - 60)), to: scene.image(1))
    try Files.remove(scene.image(4))
    let result = try scene.train("out", iterations: 5, "--skip-bad-images")
    result.expectSuccess()
    #expect(result.errors.contains("warning: left out: "))
    #expect(result.errors.contains("view1.png"))
    #expect(result.errors.contains("view4.png"))
    #expect(try CameraPath.read(path: scene.folder.path("out/cameras.json")).count == 6)
    for index in 0..<8 { try Files.write("no image", to: scene.image(index)) }
    try scene.train("none", iterations: 5, "--skip-bad-images").expectFailure(
      65, "no photos are left")
  }

  @Test("too little memory is noticed before the start")
  func memory() throws {
    let scene = try TinyScene()
    try scene.train("out", iterations: 5, "--memory", "100M").expectFailure(
      65, "--memory", "100 MB")
    #expect(!Files.exists(scene.folder.path("out")))
    try scene.train("out", iterations: 5, "--memory", "152M").expectSuccess()
  }

  @Test(
    "options that cannot be meant",
    arguments: [
      ["--iterations", "0"], ["--iterations", "many"], ["--sh-degree", "4"], ["--splats", "0"],
      ["--time", "soon"], ["--memory", "much"], ["--strategy", "best"], ["--background", "blue"],
      ["--downscale", "0.5"], ["--downscale", "2", "--max-size", "9"], ["--test-every", "1"],
      ["--resume", "--overwrite"], ["--export", "obj"], ["--save-iterations", "1,,2"],
      ["--seed", "-1"],
    ])
  func usage(_ options: [String]) throws {
    let folder = TemporaryFolder()
    let result = try Command.start(["train", "scene", "-o", folder.path("out")] + options).wait()
    result.expectFailure(64)
    #expect(folder.files().isEmpty)
  }
}
