import SplatCore
import SplatFiles
import Testing

@Suite struct COLMAPErrorTests {
  private func error(
    cameras: String = COLMAPFixtures.cameras, images: String = COLMAPFixtures.images,
    points: String = COLMAPFixtures.points
  ) throws -> FileError? {
    try withTemporaryFolder { folder in
      try COLMAPFixtures.writeText(to: folder, cameras: cameras, images: images, points: points)
      return fileError { () throws(FileError) in _ = try COLMAPModel.read(path: folder) }
    }
  }

  @Test func theFixtureIsGood() throws {
    #expect(try error() == nil)
  }

  @Test func anImageOfACameraThatDoesNotExistIsNamed() throws {
    let found = try #require(try error(images: "17 1 0 0 0 0 0 0 3 a.png\n\n"))
    #expect(
      found.description.hasSuffix("images.txt: image 17: names camera 3, which does not exist"))
    #expect(found.exitCode == 65)
  }

  @Test func badPosesNamesAndNumbersAreRefused() throws {
    for line in [
      "1 0 0 0 0 0 0 0 1 a.png", "1 inf 0 0 0 0 0 0 1 a.png", "1 1 0 0 0 inf 0 0 1 a.png",
      "1 1 0 0 0 0 0 0 1", "1 1 0 0 0 0 0 0 x a.png", "-1 1 0 0 0 0 0 0 1 a.png",
      "1 1 0 0 0 0 0 0 4294967296 a.png", "1 1 0 0 0 0 0 0 1 ../a.png", "1 1 0 0 0 0 0 0 1 /a.png",
      "1 1 0 0 0 0 0 0 1 a.png\n1 2", "1 1 0 0 0 0 0 0 1 a.png\n\n1 1 0 0 0 0 0 0 1 b.png",
    ] {
      #expect(try error(images: line + "\n")?.kind == .badInput, "\(line)")
    }
  }

  @Test func badCamerasAreRefused() throws {
    for line in [
      "1 PINHOLE 0 8 10 11 6 4", "1 PINHOLE 12 -8 10 11 6 4", "1 PINHOLE 12 9000000 10 11 6 4",
      "1 PINHOLE 12 8 inf 11 6 4", "1 PINHOLE 12 8 10 11 6", "1 PINHOLE 12 8 10 11 6 4 5",
      "1 PINHEAD 12 8 10 11 6 4", "1 PINHOLE 12 8 ten 11 6 4", "1",
      "1 PINHOLE 12 8 10 11 6 4\n1 PINHOLE 12 8 10 11 6 4",
    ] {
      #expect(try error(cameras: line + "\n", images: "")?.kind == .badInput, "\(line)")
    }
  }

  @Test func badPointsAreRefused() throws {
    for line in [
      "1 0 0 0 256 0 0 0", "1 0 0 0 -1 0 0 0", "1 0 0", "-1 0 0 0 1 1 1 0", "x 0 0 0 1 1 1 0",
      "1 0 0 0 1 1 1 0\n1 0 0 0 1 1 1 0",
    ] {
      #expect(try error(points: line)?.kind == .badInput, "\(line)")
    }
  }

  @Test func aFolderWithoutAModelIsNotFound() throws {
    try withTemporaryFolder { folder in
      let error = fileError { () throws(FileError) in _ = try COLMAPModel.read(path: folder) }
      #expect(error?.exitCode == 66)
      try FileOutput.write(COLMAPFixtures.images, to: "\(folder)/images.txt")
      let other = fileError { () throws(FileError) in _ = try COLMAPModel.read(path: folder) }
      #expect(other?.kind == .notFound)
      #expect(other?.path == "\(folder)/cameras.txt")
    }
  }

  /// The files of a model, by their numbers.
  private func read(_ file: [UInt8], number: Int, isText: Bool) throws(FileError) {
    let bytes = FileBytes(file)
    switch (number, isText) {
    case (0, false): _ = try COLMAPBinary.cameras(bytes, path: "c")
    case (1, false): _ = try COLMAPBinary.images(bytes, path: "i")
    case (2, false): _ = try COLMAPBinary.points(bytes, path: "p")
    case (0, true): _ = try COLMAPText.cameras(bytes, path: "c")
    case (1, true): _ = try COLMAPText.images(bytes, path: "i")
    default: _ = try COLMAPText.points(bytes, path: "p")
    }
  }

  /// The binary files of the fixture.
  private func binaries() throws -> [[UInt8]] {
    try withTemporaryFolder { folder in
      try COLMAPFixtures.model().write(to: folder)
      return try ["cameras", "images", "points3D"].map { try bytes(of: "\(folder)/\($0).bin") }
    }
  }

  @Test func filesCutAnywhereAreRefused() throws {
    for (number, file) in try binaries().enumerated() {
      HostileBytes.cut(file) { (file) throws(FileError) in
        try read(file, number: number, isText: false)
      }
    }
  }

  @Test func countsThatTheFileCannotHoldAreRefused() throws {
    for (number, file) in try binaries().enumerated() {
      for count in [4, 1 << 32, 1 << 62, UInt64.max] {
        let damaged = PLYFixtures.littleEndian(count) + file.dropFirst(8)
        let error = fileError { () throws(FileError) in
          try read(damaged, number: number, isText: false)
        }
        #expect(error?.place != nil, "\(count)")
      }
    }
  }

  @Test func changedBytesNeverTrap() throws {
    for (number, file) in try binaries().enumerated() {
      let refused = HostileBytes.flip(file) { (file) throws(FileError) in
        try read(file, number: number, isText: false)
      }
      #expect(refused > 100)
    }
    let texts = [COLMAPFixtures.cameras, COLMAPFixtures.images, COLMAPFixtures.points]
    for (number, text) in texts.enumerated() {
      let refused = HostileBytes.flip(Array(text.utf8)) { (file) throws(FileError) in
        try read(file, number: number, isText: true)
      }
      #expect(refused > 100)
      HostileBytes.cut(Array(text.utf8), throwing: false) { (file) throws(FileError) in
        try read(file, number: number, isText: true)
      }
    }
  }
}
