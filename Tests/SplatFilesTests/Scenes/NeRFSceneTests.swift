import SplatCore
import SplatFiles
import Testing

@Suite struct NeRFSceneTests {
  private func frame(_ path: String) -> String {
    """
    {"file_path": "\(path)", "transform_matrix": \
    [[1, 0, 0, 1], [0, 1, 0, 2], [0, 0, 1, 3], [0, 0, 0, 1]]}
    """
  }

  private func file(_ frames: [String], _ more: String = "") -> String {
    "{\"camera_angle_x\": 1.2, \(more) \"frames\": [\(frames.map(frame).joined(separator: ", "))]}"
  }

  /// Opens a scene of a training and a test file and the photos `train/0.png` and `test/0.jpg`.
  private func open(_ train: String, test: String?, name: String = "transforms_train.json") throws
    -> Result<Scene, FileError>
  {
    try withTemporaryFolder { folder in
      try FileOutput.makeFolder("\(folder)/train")
      try FileOutput.makeFolder("\(folder)/test")
      try PNGFile.write(SceneFixture.photo(20, 10, channels: 4), to: "\(folder)/train/0.png")
      try JPEGFile.write(SceneFixture.photo(16, 12), to: "\(folder)/test/0.jpg")
      try FileOutput.write(train, to: "\(folder)/\(name)")
      if let test { try FileOutput.write(test, to: "\(folder)/transforms_test.json") }
      return Result { () throws(FileError) -> Scene in try Scene.open(path: folder) }
    }
  }

  @Test func endingsAreFoundAndSizesComeFromTheFiles() throws {
    let scene = try open(file(["./train/0"]), test: file(["test/0"])).get()
    #expect(scene.kind == .nerf && scene.points.count == 0)
    #expect(scene.views.map(\.name) == ["train/0", "test/0"])
    #expect(scene.views.map(\.isTest) == [false, true])
    #expect(scene.views.map(\.camera.width) == [20, 16])
    #expect(abs(scene.views[0].camera.focalLength.x - 10 / 0.684_136_808_341_692_3) < 1e-9)
  }

  @Test func aSceneNeedsNoTestFile() throws {
    let scene = try open(file(["train/0.png", "test/0.jpg"]), test: nil).get()
    // It is split by name then.
    #expect(scene.views.map(\.name) == ["train/0.png", "test/0.jpg"])
    #expect(scene.views.map(\.isTest) == [false, true])
  }

  @Test func aSingleFileIsSplitByCounting() throws {
    let scene = try open(file(["train/0.png", "test/0.jpg"]), test: nil, name: "transforms.json")
      .get()
    #expect(scene.views.map(\.name) == ["test/0.jpg", "train/0.png"])
    #expect(scene.views.map(\.isTest) == [true, false])
  }

  @Test func framesWithoutAnImageAreLeftOutWithAWarning() throws {
    let scene = try open(
      file(["train/8", "train/0.png", "train/9", "test/0.jpg"]), test: nil, name: "transforms.json"
    ).get()
    #expect(scene.views.map(\.name) == ["test/0.jpg", "train/0.png"])
    #expect(scene.warnings.count == 1)
    #expect(scene.warnings[0].contains("2 of 4 frames"))
    #expect(scene.warnings[0].hasSuffix("train/8, train/9"))
  }

  @Test func lensesAreSharedOrOfTheFrameAlone() throws {
    let own =
      frame("test/0.jpg").dropLast() + ", \"k1\": 0.1, \"fl_x\": 11, \"w\": 16, \"h\": 12.0}"
    let text = """
      {"fl_x": 20, "fl_y": 21, "cx": 11, "cy": 4, "w": 20, "h": 10, "k1": -0.1, "k3": 0.02, "p1": 0.01, \
      "aabb_scale": 16, "frames": [\(frame("train/0")), \(own)]}
      """
    let views = try open(text, test: nil, name: "transforms.json").get().views
    let lens = try #require(views[1].lens)
    #expect(lens.focalLength == SIMD2(20, 21) && lens.principalPoint == SIMD2(11, 4))
    #expect(lens.distortion.radial == SIMD4(-0.1, 0, 0.02, 0))
    #expect(lens.distortion.tangential == SIMD2(0.01, 0))
    #expect(lens.distortion.projection == .perspective)
    #expect(views[0].lens?.distortion.radial.x == 0.1)
    #expect(views[0].lens?.focalLength == SIMD2(11, 21) && views[0].lens?.width == 16)
  }

  @Test(arguments: ["\"camera_model\": \"OPENCV_FISHEYE\",", "\"is_fisheye\": true,"])
  func fisheyesAreToldByTheirNameOrAFlag(member: String) throws {
    let lens = try open(
      file(["train/0"], member + "\"k1\": 0.1,"), test: nil, name: "transforms.json"
    ).get().views[0].lens
    #expect(
      lens?.distortion == LensDistortion(projection: .equidistant, radial: SIMD4(0.1, 0, 0, 0)))
  }

  @Test func pointsMasksAndTheSplitOfTheFileAreUsed() throws {
    try withTemporaryFolder { folder in
      for name in ["a", "b", "c"] {
        try FileOutput.makeFolder("\(folder)/images")
        try PNGFile.write(SceneFixture.photo(20, 10), to: "\(folder)/images/\(name).png")
      }
      try PNGFile.write(SceneFixture.photo(20, 10), to: "\(folder)/m.png")
      let masked = frame("./images/b.png").dropLast() + ", \"mask_path\": \"m.png\"}"
      func write(_ ply: String) throws {
        try FileOutput.write(
          """
          {"camera_angle_x": 1.2, "ply_file_path": "\(ply)", "test_filenames": ["images/c.png"], \
          "frames": [\(frame("images/c.png")), \(masked), \(frame("images/a.png"))]}
          """, to: "\(folder)/transforms.json")
      }
      try FileOutput.write(PLYFixtures.onePoint, to: "\(folder)/points.ply")
      try write("points.ply")
      let scene = try Scene.open(path: folder, testEvery: 0)
      #expect(scene.points.positions == [SIMD3(1, 2, 3)])
      #expect(scene.views.map(\.name) == ["images/a.png", "images/b.png", "images/c.png"])
      #expect(scene.views.map(\.isTest) == [false, false, true])
      #expect(scene.views.map(\.maskPath) == [nil, "\(folder)/m.png", nil])
      let without = try Scene.open(path: folder, options: SceneOptions(masks: .none))
      #expect(without.views.allSatisfy { $0.maskPath == nil })
      for bad in ["none.ply", "../points.ply", "/points.ply"] {
        try write(bad)
        let error = fileError { () throws(FileError) in _ = try Scene.open(path: folder) }
        #expect(error?.exitCode == (bad == "none.ply" ? 66 : 65))
      }
    }
  }

  @Test func photosOfAnotherFolderResizeTheCamera() throws {
    try withTemporaryFolder { folder in
      try FileOutput.makeFolder("\(folder)/images_2")
      try PNGFile.write(SceneFixture.photo(10, 5), to: "\(folder)/images_2/a.png")
      let text = """
        {"fl_x": 20, "cx": 11, "cy": 4, "w": 20, "h": 10, "frames": [\(frame("images/a.png"))]}
        """
      try FileOutput.write(text, to: "\(folder)/transforms.json")
      let view = try Scene.open(path: folder, imagesFolder: "images_2").views[0]
      #expect(view.camera.width == 10 && view.camera.focalLength == SIMD2(10, 10))
      #expect(view.camera.principalPoint == SIMD2(5.5, 2) && view.name == "images/a.png")
    }
  }

  @Test(arguments: [
    (["train/1", "train/2"], "", 66), ([], "", 65), (["../x"], "", 65), (["/train/0"], "", 65),
    ([""], "", 65), (["train/0", "train/0"], "", 65), (["train/0"], "\"w\": 30, \"h\": 10,", 65),
    (["train/0"], "\"p2\": \"a\",", 65), (["train"], "", 66),
    (["train/0"], "\"camera_model\": \"EUCM\",", 65),
  ])
  func whatCannotBeOpenedIsAnError(frames: [String], more: String, exitCode: Int32) throws {
    switch try open(file(frames, more), test: nil) {
    case .success: Issue.record("opened")
    case .failure(let error): #expect(error.exitCode == exitCode)
    }
  }
}
