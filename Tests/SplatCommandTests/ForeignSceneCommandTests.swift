import SplatCore
import SplatFiles
import Testing

/// Scenes with something odd, through the command: what `info` says is what `train` does.
@Suite("odd scenes") struct ForeignSceneCommandTests {
  @Test("coordinates of a map give the same pictures as small ones")
  func map() throws {
    let plain = try TinyScene()
    let offset = SIMD3(450_000.0, 5_200_000, 100)
    let map = try TinyScene { model in
      for index in model.images.indices {
        let view = model.images[index].viewMatrix
        model.images[index].translation -= view.rotated(offset)
      }
      for index in model.points.indices { model.points[index].position += offset }
    }
    for scene in [plain, map] { try scene.train("out", iterations: 60, "--eval").expectSuccess() }
    let configuration = try Files.text(map.folder.path("out/config.json"))
    #expect(configuration.contains("\"origin\" : \"4500"))
    // The held-out photo agrees with the model, and about as well as without the offset.
    func psnr(_ scene: TinyScene, _ model: String) throws -> Double {
      let result = try Command.run("eval", model, "--scene", scene.path, "--json")
      result.expectSuccess()
      let bytes = Array((result.lines.last ?? "").utf8)
      return try JSONPlace(bytes, path: "eval").member("psnr").number()
    }
    let expected = try psnr(plain, plain.folder.path("out"))
    #expect(abs(try psnr(map, map.folder.path("out")) - expected) < 0.5)
    // A model that has lost its folder is taken to have been trained as it would be now.
    try Files.write(try Files.bytes(map.model()), to: map.folder.path("m.ply"))
    #expect(abs(try psnr(map, map.folder.path("m.ply")) - expected) < 0.5)
    let info = try Command.run("info", map.path)
    #expect(info.output.contains("origin        4500"))
    #expect(info.output.contains("coordinates are those of a map"))
  }

  @Test("info finds what train finds wrong with photos")
  func photos() throws {
    let scene = try TinyScene()
    let photo = try PNGFile.read(path: scene.image(1))
    try JPEGFile.write(photo, to: scene.image(1))
    let file = try Files.bytes(scene.image(1))
    let padding = [UInt8](repeating: 0, count: 30)
    try Files.write(Array(file.dropLast(2)) + padding + file.suffix(2), to: scene.image(1))
    let words = "1 photo with harmless mistakes in the file: view1.png"
    #expect(try Command.run("info", scene.path).output.contains(words))
    let trained = try scene.train("out", iterations: 5)
    trained.expectSuccess()
    #expect(trained.errors.contains(words))
    // A file that was cut is refused by both.
    try Files.write(Array(file.prefix(file.count / 2)), to: scene.image(1))
    #expect(try Command.run("info", scene.path).output.contains("bad image     \(scene.image(1))"))
    try scene.train("no", iterations: 5).expectFailure(65, "view1.png")
  }

  @Test("draws from a scene that has no photos")
  func poses() throws {
    let scene = try TinyScene()
    let model = try scene.writeModel()
    for index in 0..<8 { try Files.remove(scene.image(index)) }
    let frames = scene.folder.path("frames")
    try Command.run("render", model, "-o", frames, "--scene", scene.path).expectSuccess()
    #expect(Files.below(frames).filter { $0.hasSuffix(".png") }.count == 8)
  }

  @Test("says that nothing is held out")
  func nothingHeldOut() throws {
    let scene = try TinyScene { $0.images = [$0.images[0], $0.images[1]] }
    try Files.write("view7.png\n", to: "\(scene.path)/test_list.txt")
    let result = try scene.train("out", iterations: 5, "--eval")
    #expect(result.errors.contains("test_list.txt: 1 of the photos that it lists are not"))
  }
}
