import SplatCore
import SplatFiles
import Testing

@Suite struct ZipSceneTests {
  /// The files below `folder` as members of an archive in `prefix`.
  private func members(_ folder: String, _ prefix: String = "") throws -> [(
    name: String, bytes: [UInt8]
  )] {
    try FilePaths.files(below: folder).map { ("\(prefix)\($0)", try bytes(of: "\(folder)/\($0)")) }
  }

  /// Writes an archive beside the scene that is archived, and lends both paths to `body`.
  private func withArchive(
    _ prefix: String = "", adding more: [(name: String, bytes: [UInt8])] = [],
    _ body: (_ folder: String, _ archive: String) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      var fixture = SceneFixture()
      fixture.model.cameras[1].lens = .radial
      fixture.model.cameras[1].parameters = [22, 12, 8, -0.1, 0]
      try fixture.write(to: "\(folder)/scene")
      try FileOutput.makeFolder("\(folder)/scene/masks")
      try PNGFile.write(
        SceneFixture.photo(24, 16), to: "\(folder)/scene/masks/photo 4.png")
      let files = try members("\(folder)/scene", prefix) + more
      try FileOutput.write(
        try ZipOutput.archive(files, path: "a"), to: "\(folder)/scene.zip")
      try body("\(folder)/scene", "\(folder)/scene.zip")
    }
  }

  @Test(arguments: ["", "my scene/"])
  func anArchiveIsOpenedLikeItsFolder(prefix: String) throws {
    let litter: [(name: String, bytes: [UInt8])] = [("__MACOSX/._photo", [1]), (".DS_Store", [2])]
    try withArchive(prefix, adding: litter) { folder, archive in
      let plain = try Scene.open(path: folder)
      let zipped = try Scene.open(path: archive)
      #expect(zipped.views.map(\.name) == plain.views.map(\.name))
      #expect(zipped.views.map(\.camera) == plain.views.map(\.camera))
      #expect(zipped.views.count { $0.maskPath != nil } == 1)
      #expect(zipped.points == plain.points && zipped.warnings == plain.warnings)
      let photos = Scene.loadPhotos(zipped.views, threads: 4)
      for (photo, view) in zip(photos, plain.views) { #expect(try photo.get() == view.read()) }
    }
  }

  @Test func anArchiveThatIsReplacedIsReadAnew() throws {
    try withArchive { folder, archive in
      #expect(try Scene.open(path: archive).views.count == 9)
      var fixture = SceneFixture()
      fixture.model.images.removeLast(3)
      try fixture.model.write(to: "\(folder)/sparse/0")
      let files = try members(folder)
      try FileOutput.write(try ZipOutput.archive(files, path: "a"), to: archive)
      #expect(try Scene.open(path: archive).views.count == 6)
    }
  }

  @Test func whatIsMissingInAnArchiveIsNamed() throws {
    try withTemporaryFolder { folder in
      let archive = "\(folder)/a.zip"
      func error(_ members: [(name: String, bytes: [UInt8])]) throws -> FileError? {
        try FileOutput.write(try ZipOutput.archive(members, path: "a"), to: archive)
        return fileError { () throws(FileError) in _ = try Scene.open(path: archive) }
      }
      #expect(try error([("notes.txt", [1])])?.exitCode == 66)
      let json = Array(
        """
        {"camera_angle_x": 1, "frames": [{"file_path": "a.png", "transform_matrix": \
        [[1, 0, 0, 1], [0, 1, 0, 2], [0, 0, 1, 3], [0, 0, 0, 1]]}]}
        """.utf8)
      let missing = try error([("transforms.json", json)])
      #expect(missing?.exitCode == 66 && missing?.path == "\(archive)/a.png")
      let bad = try error([("transforms.json", json), ("a.png", [1, 2, 3])])
      #expect(bad?.exitCode == 65 && bad?.path == "\(archive)/a.png")
      for name in ["../transforms.json", "/transforms.json", "a/../../transforms.json"] {
        #expect(try error([(name, json)])?.exitCode == 65, "\(name)")
      }
    }
  }
}
