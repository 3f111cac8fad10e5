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
    let scene = try open(file(["train/0.png"]), test: nil).get()
    #expect(scene.trainViews.count == 1 && scene.testViews.isEmpty)
  }

  @Test func aSingleFileIsSplitByCounting() throws {
    let scene = try open(file(["train/0.png", "test/0.jpg"]), test: nil, name: "transforms.json")
      .get()
    #expect(scene.views.map(\.isTest) == [true, false])
  }

  @Test(arguments: [
    (["train/0", "train/1"], "", 66), ([], "", 65), (["../x"], "", 65), (["/train/0"], "", 65),
    ([""], "", 65), (["train/0", "train/0"], "", 65), (["train/0"], "\"w\": 21, \"h\": 10,", 65),
    (["train/0"], "\"k1\": 0.1,", 65), (["train/0"], "\"p2\": \"a\",", 65), (["train"], "", 66),
  ])
  func whatCannotBeOpenedIsAnError(frames: [String], more: String, exitCode: Int32) throws {
    switch try open(file(frames, more), test: nil) {
    case .success: Issue.record("opened")
    case .failure(let error): #expect(error.exitCode == exitCode)
    }
  }
}
