import SplatCore
import SplatFiles
import Testing

@Suite struct SceneFolderTests {
  /// The error of opening `fixture`, and what `check` finds if there is none.
  private func error(
    _ fixture: SceneFixture, images: String = "images", model: String = "sparse/0"
  ) throws -> FileError? {
    try withTemporaryFolder { folder in
      try fixture.write(to: folder, model: model, images: images)
      let error = fileError { () throws(FileError) in
        _ = try Scene.open(path: folder, imagesFolder: images)
      }
      #expect(error?.path.hasPrefix(folder) != false)
      return error
    }
  }

  @Test(arguments: ["sparse/0", "sparse", "."])
  func viewsAreSortedByNameAndEveryEighthIsForTests(model: String) throws {
    try withTemporaryFolder { folder in
      try SceneFixture().write(to: folder, model: model)
      let scene = try Scene.open(path: folder + "/")
      #expect(scene.kind == .colmap)
      #expect(
        scene.views.map(\.name) == [0, 1, 2, 4, 5, 6, 7, 8].map { "photo \($0).png" } + [
          "right side/photo 3.png"
        ])
      #expect(scene.views.indices.filter { scene.views[$0].isTest } == [0, 8])
      #expect(scene.points.positions == [SIMD3(1, 2, 3), SIMD3(4, 2, 3)])
      #expect(scene.warnings.isEmpty)
      #expect(scene.views[1].camera.viewMatrix(SIMD3(0, 0, 0)) == SIMD3(1, 0, 5))
      #expect(scene.views[1].camera.focalLength == SIMD2(20, 21))
      #expect(scene.views[1].camera.principalPoint == SIMD2(12.5, 7.5))
      #expect(scene.views[2].camera.focalLength == SIMD2(22, 22))
      #expect(try Scene.open(path: folder, testEvery: 2).testViews.count == 5)
      #expect(try Scene.open(path: folder, testEvery: 0).testViews.isEmpty)
    }
  }

  @Test(arguments: ["sparse", "colmap/sparse"])
  func ofSeveralModelsTheLargestIsUsedAndSaid(parent: String) throws {
    try withTemporaryFolder { folder in
      let fixture = SceneFixture()
      try fixture.write(to: folder, model: "\(parent)/1")
      var smaller = fixture.model
      smaller.images.removeLast(5)
      try smaller.write(to: "\(folder)/\(parent)/0")
      smaller.images.removeLast(3)
      let line = "1 1 0 0 0 0 0 3 1 photo 0.png\n\n"
      try COLMAPFixtures.writeText(to: "\(folder)/\(parent)/2", images: line)
      let scene = try Scene.open(path: folder)
      #expect(scene.views.count == 9)
      #expect(scene.warnings.count == 1)
      #expect(scene.warnings[0].contains("\(parent)/1 (9); not "))
      #expect(scene.warnings[0].contains("\(parent)/0 (4), "))
      #expect(scene.warnings[0].contains("\(parent)/2 (1)"))
    }
  }

  @Test func aModelWithoutPointsIsAWarning() throws {
    try withTemporaryFolder { folder in
      var fixture = SceneFixture()
      fixture.model.points = []
      try fixture.write(to: folder)
      let scene = try Scene.open(path: folder)
      #expect(scene.points.count == 0 && scene.warnings.count == 1)
    }
  }

  @Test func smallerPhotosInAnotherFolderResizeTheCamera() throws {
    try withTemporaryFolder { folder in
      var fixture = SceneFixture()
      for name in fixture.photos.keys { fixture.photos[name] = (7, 5) }
      try fixture.write(to: folder, images: "images_3")
      let camera = try Scene.open(path: folder, imagesFolder: "images_3").views[0].camera
      #expect(camera.width == 7 && camera.height == 5)
      #expect(abs(camera.focalLength.x - 20.0 * 7 / 24) < 1e-12)
      #expect(abs(camera.principalPoint.y - 7.5 * 5 / 16) < 1e-12)
    }
  }

  @Test func photosOutOfProportionAreAnError() throws {
    var fixture = SceneFixture()
    fixture.photos["photo 5.png"] = (12, 4)
    let problem = try error(fixture, images: "images_2")
    #expect(problem?.exitCode == 65 && problem?.path.hasSuffix("images_2/photo 5.png") == true)
  }

  @Test(arguments: [(12, 8, 1.0 / 2), (48, 32, 2), (23, 16, 23.0 / 24), (12, 9, 1.0 / 2)])
  func aPhotoOfAnotherSizeInProportionResizesItsCamera(width: Int, height: Int, ratio: Double)
    throws
  {
    try withTemporaryFolder { folder in
      var fixture = SceneFixture()
      fixture.photos["photo 5.png"] = (width, height)
      try fixture.write(to: folder)
      let scene = try Scene.open(path: folder)
      let camera = try #require(scene.views.first { $0.name == "photo 5.png" }).camera
      #expect(camera.width == width && camera.height == height)
      #expect(abs(camera.focalLength.x - 20 * ratio) < 1e-12)
      #expect(scene.warnings.count == 1)
      #expect(
        scene.warnings[0].contains("photo 5.png has \(width) x \(height) pixels instead of 24 x 16")
      )
      for spelling in ["./images", "images/"] {
        let other = try Scene.open(path: folder, options: SceneOptions(imagesFolder: spelling))
        #expect(other.warnings == scene.warnings)
      }
    }
  }

  @Test func aPhotoOutOfProportionNamesFoundAndExpected() throws {
    var fixture = SceneFixture()
    fixture.photos["photo 5.png"] = (12, 12)
    let problem = try error(fixture)
    #expect(problem?.path.hasSuffix("images/photo 5.png") == true)
    #expect(problem?.problem.contains("12 x 12") == true)
    #expect(problem?.problem.contains("24 x 16") == true)
  }

  @Test func aMissingPhotoIsNamed() throws {
    var fixture = SceneFixture()
    fixture.photos["right side/photo 3.png"] = nil
    let one = try error(fixture)
    #expect(one?.exitCode == 66 && one?.path.hasSuffix("images/right side/photo 3.png") == true)
    for index in 0..<7 { fixture.photos["photo \(index).png"] = nil }
    let many = try error(fixture)
    #expect(many?.exitCode == 66)
    #expect(many?.problem.contains("7 images") == true)
    #expect(many?.problem.contains("photo 0.png") == true)
    #expect(many?.problem.contains("and 2 more") == true)
  }

  @Test func aMissingFolderOfPhotosIsNamed() throws {
    try withTemporaryFolder { folder in
      try SceneFixture().write(to: folder)
      let error = fileError { () throws(FileError) in
        _ = try Scene.open(path: folder, imagesFolder: "images_4")
      }
      #expect(error?.exitCode == 66 && error?.path == "\(folder)/images_4")
    }
  }

  @Test func aModelWithoutImagesIsAnError() throws {
    var fixture = SceneFixture()
    fixture.model.images = []
    #expect(try error(fixture)?.description.contains("images.bin: holds no images") == true)
  }

  @Test func aCameraThatDoesNotExistIsNamed() throws {
    var fixture = SceneFixture()
    fixture.model.images[3].cameraID = 3
    let message = try error(fixture)?.description
    #expect(
      message?.hasSuffix("images.bin: image 16: names camera 3, which does not exist") == true)
  }

  @Test func photosOfABentLensAreStraightened() throws {
    try withTemporaryFolder { folder in
      var fixture = SceneFixture()
      fixture.model.cameras[1].lens = .openCV
      fixture.model.cameras[1].parameters = [20, 20, 12, 8, -0.2, 0, 0, 0]
      try fixture.write(to: folder)
      let crop = try Scene.open(path: folder)
      #expect(crop.views.map { $0.lens != nil } == crop.views.map { $0.name == "photo 2.png" })
      let view = crop.views[2]
      #expect(view.camera.width == 24 && view.camera.focalLength == SIMD2(20, 20))
      #expect(try view.read().coverage == nil)
      let keep = try Scene.open(path: folder, options: SceneOptions(area: .keep)).views[2]
      #expect(keep.camera.width > view.camera.width)
      #expect(try keep.read().coverage?.contains(0) == true)
    }
  }

  @Test func twoImagesOfOneNameAreAnError() throws {
    var fixture = SceneFixture()
    fixture.model.images[3].name = fixture.model.images[4].name
    #expect(try error(fixture)?.problem.contains("second image") == true)
  }

  @Test func aPhotoThatIsNoneIsAnError() throws {
    try withTemporaryFolder { folder in
      try SceneFixture().write(to: folder)
      try FileOutput.write("no photo", to: "\(folder)/images/photo 4.png")
      let error = fileError { () throws(FileError) in _ = try Scene.open(path: folder) }
      #expect(error?.exitCode == 65 && error?.path == "\(folder)/images/photo 4.png")
    }
  }

  @Test func whatIsNoSceneIsNotFound() throws {
    try withTemporaryFolder { folder in
      try FileOutput.write("text", to: "\(folder)/file")
      for path in [folder, "\(folder)/file", "\(folder)/none", ""] {
        let error = fileError { () throws(FileError) in _ = try Scene.open(path: path) }
        #expect(error?.exitCode == 66)
      }
    }
  }

  @Test(.enabled(if: SharedScenes.has("fox_colmap")))
  func theFoxIsOpened() throws {
    let scene = try Scene.open(path: SharedScenes.path("fox_colmap"))
    #expect(scene.views.count == 50 && scene.testViews.count == 7 && scene.points.count == 12040)
    let photos = Scene.loadPhotos(
      scene.views, options: PhotoOptions(scale: .maximumSide(240)))
    for photo in photos {
      #expect(try photo.get().photo.height == 240 && photo.get().photo.width == 135)
    }
  }

  @Test(.enabled(if: SharedScenes.has("lego200")))
  func theLegoIsOpened() throws {
    let scene = try Scene.open(path: SharedScenes.path("lego200"))
    #expect(scene.kind == .nerf && scene.trainViews.count == 100 && scene.testViews.count == 25)
    #expect(abs(scene.views[0].camera.focalLength.x - 277.778) < 1e-3)
    #expect(try scene.views[0].read().photo.channels == 4)
  }
}
