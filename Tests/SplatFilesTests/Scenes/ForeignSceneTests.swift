import Foundation
import SplatCore
import SplatFiles
import Testing

/// Scenes as other programs and systems leave them.
@Suite struct ForeignSceneTests {
  private func withScene(
    _ change: (inout SceneFixture) -> Void = { _ in }, _ body: (String) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      var fixture = SceneFixture()
      change(&fixture)
      try fixture.write(to: folder)
      try body(folder)
    }
  }

  private func rename(_ name: String, to other: String, in folder: String) throws {
    try FileManager.default.moveItem(atPath: "\(folder)/\(name)", toPath: "\(folder)/\(other)")
  }

  @Test(arguments: [
    (#"right side\photo 3.png"#, "right side/photo 3.png"),
    ("./photo 0.png", "photo 0.png"), ("images/photo 0.png", "images/photo 0.png"),
    ("PHOTO 0.PNG", "PHOTO 0.PNG"), ("right side//photo 3.png", "right side/photo 3.png"),
  ])
  func namesAreFoundHoweverTheyAreWritten(written: String, name: String) throws {
    let file = written.contains("3") ? "right side/photo 3.png" : "photo 0.png"
    try withScene({ fixture in
      for index in fixture.model.images.indices where fixture.model.images[index].name == file {
        fixture.model.images[index].name = written
      }
    }) { folder in
      let scene = try Scene.open(path: folder)
      let view = try #require(scene.views.first { $0.name == name })
      #expect(FileManager.default.fileExists(atPath: view.imagePath))
      #expect(try view.read().photo.width == 24)
    }
  }

  @Test func namesInEitherNormalFormOfUnicodeAreFound() throws {
    let composed = "caf\u{e9}.png"
    let decomposed = "cafe\u{301}.png"
    for (written, stored) in [(composed, decomposed), (decomposed, composed)] {
      try withScene({ $0.model.images[0].name = written }) { folder in
        try rename("photo 4.png", to: stored, in: "\(folder)/images")
        let view = try #require(try Scene.open(path: folder).views.first { $0.name == written })
        #expect(try view.read().photo.width == 24)
      }
    }
  }

  @Test func namesThatLeadOutAreRefused() throws {
    for bad in [#"..\x.png"#, #"a\..\..\x.png"#, #"\x.png"#, "../x.png"] {
      try withScene({ $0.model.images[0].name = bad }) { folder in
        let error = fileError { () throws(FileError) in _ = try Scene.open(path: folder) }
        #expect(error?.exitCode == 65)
      }
    }
  }

  @Test func unknownPosesAreLeftOutOfBinaryModelsToo() throws {
    try withScene({
      $0.model.images[1].translation.x = .nan
      $0.model.images[2].rotation.w = .nan
    }) { folder in
      let scene = try Scene.open(path: folder)
      #expect(scene.views.count == 7)
      #expect(scene.warnings.count == 1 && scene.warnings[0].contains("2 images left out"))
    }
  }

  @Test(arguments: ["txt", "ply"])
  func pointsOfAnotherKindAreRead(ending: String) throws {
    try withScene { folder in
      let base = "\(folder)/sparse/0/points3D"
      try FileManager.default.removeItem(atPath: "\(base).bin")
      if ending == "txt" {
        try FileOutput.write("5 1 2 3 4 5 6 0.5\n", to: "\(base).txt")
      } else {
        let cloud = PointCloud(positions: [SIMD3(1, 2, 3)], colors: [SIMD3(4, 5, 6)])
        try PointCloudPLY.write(cloud, to: "\(base).ply")
      }
      let scene = try Scene.open(path: folder)
      #expect(scene.points.positions == [SIMD3(1, 2, 3)])
      #expect(scene.points.colors == [SIMD3(4, 5, 6)])
      #expect(scene.warnings.first?.contains("points3D.\(ending): the points are read") == true)
    }
  }

  @Test func textMayBeginWithTheMarkOfUTF8() throws {
    try withTemporaryFolder { folder in
      let mark = "\u{feff}"
      try COLMAPFixtures.writeText(
        to: folder, cameras: mark + COLMAPFixtures.cameras.dropFirst("# Camera list\n".count),
        images: mark + COLMAPFixtures.images.dropFirst("# Image list\n".count),
        points: mark + COLMAPFixtures.points)
      #expect(try COLMAPModel.read(path: folder) == COLMAPFixtures.model())
    }
  }

  @Test func scenesWithoutPhotosHaveCameras() throws {
    try withScene { folder in
      let all = try Scene.open(path: folder).views.map(\.camera)
      try FileManager.default.removeItem(atPath: "\(folder)/images")
      let views = try Scene.open(path: folder, options: SceneOptions(needsPhotos: false)).views
      #expect(views.map(\.camera) == all)
      #expect(
        fileError { () throws(FileError) in _ = try Scene.open(path: folder) }?.exitCode == 66)
    }
  }

  @Test func lensesThatAreNotReadAreNamed() throws {
    try withScene { folder in
      let path = "\(folder)/sparse/0/cameras.bin"
      for (number, words) in [(13, "DIVISION, which is not read"), (16, "EUCM, which is not read")]
      {
        var bytes: [UInt8] = [1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, UInt8(number), 0, 0, 0]
        for side: UInt8 in [64, 32] { bytes += [side, 0, 0, 0, 0, 0, 0, 0] }
        bytes += [UInt8](repeating: 0, count: 16)
        try FileOutput.write(bytes, to: path)
        let error = fileError { () throws(FileError) in _ = try Scene.open(path: folder) }
        #expect(error?.exitCode == 65 && error?.problem.contains(words) == true)
      }
    }
  }

  @Test func listsSplitAScene() throws {
    func split(_ lists: [String: String]) throws -> (test: [String], train: Int, warnings: [String])
    {
      var result: (test: [String], train: Int, warnings: [String])?
      try withScene { folder in
        for (name, text) in lists { try FileOutput.write(text, to: "\(folder)/\(name)") }
        let scene = try Scene.open(path: folder)
        result = (scene.testViews.map(\.name), scene.trainViews.count, scene.warnings)
      }
      return try #require(result)
    }
    let test = try split(["test_list.txt": "\u{feff}photo 1.png\r\nimages/photo 2.png\nphoto 3\n"])
    #expect(test.test == ["photo 1.png", "photo 2.png", "right side/photo 3.png"])
    #expect(test.train == 6 && test.warnings.isEmpty)
    let train = try split(["train_list.txt": "photo 0.png\nphoto 1.png\n"])
    #expect(train.train == 2 && train.test.count == 7)
    let both = try split([
      "train_list.txt": "photo 0.png\nphoto 1.png\n", "test_list.txt": "photo 1.png\nphoto 2.png",
    ])
    #expect(both.train == 1 && both.test == ["photo 1.png", "photo 2.png"])
    #expect(both.warnings.count == 2)
    // What 3DGS writes for scenes with a split of their own.
    #expect(try split(["sparse/0/test.txt": "photo 7.png"]).test == ["photo 7.png"])
    let unknown = try split(["test.txt": "nothing.png"])
    #expect(unknown.test.count == 2 && unknown.warnings.count == 1)
  }

  @Test func listsInTransformsSplitAScene() throws {
    try withTemporaryFolder { folder in
      try FileOutput.makeFolder("\(folder)/images")
      var frames: [String] = []
      for index in 0..<4 {
        try PNGFile.write(SceneFixture.photo(20, 10), to: "\(folder)/images/\(index).png")
        frames.append(
          """
          {"file_path": "images/\(index).png", "transform_matrix": \
          [[1, 0, 0, \(index)], [0, 1, 0, 2], [0, 0, 1, 3], [0, 0, 0, 1]]}
          """)
      }
      func open(_ lists: String) throws -> Scene {
        let text =
          "{\"camera_angle_x\": 1.2, \(lists), \"frames\": [\(frames.joined(separator: ","))]}"
        try FileOutput.write(text, to: "\(folder)/transforms.json")
        return try Scene.open(path: folder)
      }
      let train = try open(#""train_filenames": ["./images/0.png", "images\\1.png"]"#)
      #expect(train.views.map(\.isTest) == [false, false, true, true])
      let both = try open(
        #""train_filenames": ["images/0.png"], "val_filenames": ["images/3.png"]"#)
      #expect(both.views.map(\.name) == ["images/0.png", "images/3.png"])
      #expect(both.views.map(\.isTest) == [false, true])
      #expect(both.warnings.count == 1 && both.warnings[0].contains("2 photos are left out"))
    }
  }

  @Test func transformsBesideAModelGiveMasksAndTheSplit() throws {
    try withTemporaryFolder { folder in
      try SceneFixture().write(to: folder, model: "colmap/sparse/0")
      try PNGFile.write(SceneFixture.photo(24, 16), to: "\(folder)/m.png")
      let text = """
        {"test_filenames": ["images/photo 5.png"], "frames": [{"file_path": "images/photo 2.png", \
        "mask_path": "m.png"}, {"file_path": "images/photo 5.png"}]}
        """
      try FileOutput.write(text, to: "\(folder)/transforms.json")
      let scene = try Scene.open(path: folder)
      #expect(scene.kind == .colmap && scene.views.count == 9)
      #expect(scene.testViews.map(\.name) == ["photo 5.png"])
      #expect(scene.views.filter { $0.maskPath != nil }.map(\.name) == ["photo 2.png"])
      #expect(scene.warnings.count == 2)
      #expect(scene.warnings[0].contains("masks and the split are taken from here"))
      #expect(scene.warnings[1].contains("7 of the 9 photos"))
      // A file that cannot be read is said not to be used.
      try FileOutput.write("{", to: "\(folder)/transforms.json")
      #expect(try Scene.open(path: folder).warnings.first?.contains("the file is not used") == true)
    }
  }

  @Test func aSizeThatIsNotWrittenIsThatOfThePhotosThatAreNamed() throws {
    try withTemporaryFolder { folder in
      for (name, width) in [("images", 20), ("images_2", 10)] {
        try FileOutput.makeFolder("\(folder)/\(name)")
        try PNGFile.write(SceneFixture.photo(width, width / 2), to: "\(folder)/\(name)/a.png")
      }
      let text = """
        {"fl_x": 20, "cx": 11, "cy": 4, "frames": [{"file_path": "images/a.png", \
        "transform_matrix": [[1, 0, 0, 1], [0, 1, 0, 2], [0, 0, 1, 3], [0, 0, 0, 1]]}]}
        """
      try FileOutput.write(text, to: "\(folder)/transforms.json")
      let camera = try Scene.open(path: folder, imagesFolder: "images_2").views[0].camera
      #expect(camera.width == 10 && camera.focalLength == SIMD2(10, 10))
      #expect(camera.principalPoint == SIMD2(5.5, 2))
    }
  }

  @Test func photosNamedByPathsOfAnotherMachineAreFound() throws {
    try withTemporaryFolder { folder in
      try FileOutput.makeFolder("\(folder)/images")
      try PNGFile.write(SceneFixture.photo(20, 10), to: "\(folder)/images/a.png")
      for path in ["/home/u/data/images/a.png", #"C:\\data\\images\\a.png"#] {
        let text = """
          {"camera_angle_x": 1.2, "frames": [{"file_path": "\(path)", \
          "transform_matrix": [[1, 0, 0, 1], [0, 1, 0, 2], [0, 0, 1, 3], [0, 0, 0, 1]]}]}
          """
        try FileOutput.write(text, to: "\(folder)/transforms.json")
        #expect(try Scene.open(path: folder).views.map(\.name) == ["images/a.png"])
      }
    }
  }

  @Test func validationFramesAreForTestingWhereThereAreNoOthers() throws {
    try withTemporaryFolder { folder in
      for name in ["train", "val"] {
        try FileOutput.makeFolder("\(folder)/\(name)")
        try PNGFile.write(SceneFixture.photo(20, 10), to: "\(folder)/\(name)/0.png")
        let text = """
          {"camera_angle_x": 1.2, "frames": [{"file_path": "./\(name)/0", "transform_matrix": \
          [[1, 0, 0, 1], [0, 1, 0, 2], [0, 0, 1, 3], [0, 0, 0, 1]]}]}
          """
        try FileOutput.write(text, to: "\(folder)/transforms_\(name).json")
      }
      try FileOutput.write(PLYFixtures.onePoint, to: "\(folder)/points3d.ply")
      let scene = try Scene.open(path: folder)
      #expect(scene.views.map(\.name) == ["train/0", "val/0"])
      #expect(scene.views.map(\.isTest) == [false, true])
      #expect(scene.points.positions == [SIMD3(1, 2, 3)])
    }
  }
}
