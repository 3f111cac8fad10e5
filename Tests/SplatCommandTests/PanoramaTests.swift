import Foundation
import SplatCore
import SplatFiles
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
}
