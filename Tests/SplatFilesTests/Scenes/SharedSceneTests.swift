import SplatCore
import SplatFiles
import Testing

@Suite struct SharedSceneTests {
  @Test(.enabled(if: SharedScenes.has("fox_colmap")))
  func theFoxModelHasItsImagesPointsAndCamera() throws {
    let model = try COLMAPModel.read(path: SharedScenes.path("fox_colmap"))
    #expect(model.images.count == 50)
    #expect(model.points.count == 12040)
    let camera = try #require(model.cameras.first)
    #expect(camera.lens == .pinhole)
    #expect(camera.width == 269)
    #expect(camera.height == 480)
    #expect(abs(camera.parameters[0] - 349.084) < 1e-3)
  }

  @Test(.enabled(if: SharedScenes.has("fox_colmap")))
  func theFoxPhotosAreDecoded() throws {
    let model = try COLMAPModel.read(path: SharedScenes.path("fox_colmap"))
    let image = try #require(model.images.first)
    let photo = try ImageFile.read(path: SharedScenes.path("fox_colmap/images/\(image.name)"))
    #expect(photo.width == 269)
    #expect(photo.height == 480)
    #expect(photo.channels == 3)
  }

  @Test(.enabled(if: SharedScenes.has("model_biker")))
  func theBikerHasItsGaussians() throws {
    let file = try SplatPLY.read(path: SharedScenes.path("model_biker/biker.ply"))
    #expect(file.splats.count == 152_746)
    #expect(file.splats.shDegree == 0)
    #expect(file.dropped == 0)
  }

  @Test(.enabled(if: SharedScenes.has("lego200")))
  func theLegoPhotosHaveAlpha() throws {
    let photo = try ImageFile.read(path: SharedScenes.path("lego200/train/r_0.png"))
    #expect(photo.width == 200)
    #expect(photo.channels == 4)
    #expect(photo.bytes.contains(0))
  }
}
