import SplatCore
import SplatFiles
import Testing

@Suite struct COLMAPTests {
  @Test func aWrittenModelReadsBack() throws {
    try withTemporaryFolder { folder in
      let model = COLMAPFixtures.model()
      for place in ["a/sparse/0", "b/sparse", "c"] { try model.write(to: "\(folder)/\(place)") }
      for name in ["a", "b", "c", "a/sparse/0", "a/"] {
        #expect(try COLMAPModel.read(path: "\(folder)/\(name)") == model)
      }
    }
  }

  @Test func textAndBinaryGiveTheSame() throws {
    try withTemporaryFolder { folder in
      try COLMAPFixtures.writeText(to: folder)
      #expect(try COLMAPModel.read(path: folder) == COLMAPFixtures.model())
    }
  }

  @Test func theBytesAreThoseOfTheFormat() throws {
    func integer<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
      PLYFixtures.littleEndian(value)
    }
    func double(_ value: Double) -> [UInt8] { integer(value.bitPattern) }
    let cameraFile =
      integer(UInt64(1)) + integer(UInt32(5)) + integer(Int32(1)) + integer(UInt64(640))
      + integer(UInt64(480)) + [500, 501, 320, 240].flatMap(double)
    let camera = try #require(
      try COLMAPBinary.cameras(FileBytes(cameraFile), path: "c").first)
    #expect(camera.id == 5 && camera.lens == .pinhole && camera.width == 640)
    #expect(camera.parameters == [500, 501, 320, 240])
    let observation = double(1) + double(2) + integer(UInt64.max)
    let imageFile =
      integer(UInt64(1)) + integer(UInt32(3)) + [0.5, 0.5, 0.5, 0.5, 1, 2, 3].flatMap(double)
      + integer(UInt32(5)) + Array("a/b c.jpg".utf8) + [0] + integer(UInt64(2)) + observation
      + observation
    let image = try #require(try COLMAPBinary.images(FileBytes(imageFile), path: "i").first)
    #expect(image.name == "a/b c.jpg" && image.id == 3 && image.cameraID == 5)
    // A third of a turn about (1, 1, 1) sends x to y.
    let moved = image.viewMatrix(SIMD3(1, 0, 0))
    #expect(abs(moved.x - 1) < 1e-12 && abs(moved.y - 3) < 1e-12 && abs(moved.z - 3) < 1e-12)
    let pointFile =
      integer(UInt64(1)) + integer(UInt64(77)) + [1.5, 2.5, 3.5].flatMap(double) + [1, 2, 3]
      + double(0.25) + integer(UInt64(1)) + integer(UInt32(3)) + integer(UInt32(0))
    let points = try COLMAPBinary.points(FileBytes(pointFile), path: "p").points
    #expect(
      points == [
        .init(id: 77, position: SIMD3(1.5, 2.5, 3.5), color: SIMD3(1, 2, 3), error: 0.25)
      ])
  }

  @Test(arguments: COLMAPLens.allCases)
  func everyLensIsParsed(lens: COLMAPLens) throws {
    let parameters = (0..<lens.parameterCount).map { Double($0 + 1) }
    var model = COLMAPModel()
    model.cameras = [.init(id: 4, lens: lens, width: 3, height: 2, parameters: parameters)]
    try withTemporaryFolder { folder in
      try model.write(to: folder)
      #expect(try COLMAPModel.read(path: folder).cameras == model.cameras)
      let values = parameters.map { "\($0)" }.joined(separator: " ")
      let text = FileBytes(Array("4 \(lens.name) 3 2 \(values)\n".utf8))
      #expect(try COLMAPText.cameras(text, path: "c") == model.cameras)
    }
  }

  /// RealityScan's files: exponents of three digits, names with spaces, Microsoft's NaN for what
  /// was not registered, and no line feed at the end.
  @Test func filesOfRealityScanAreRead() throws {
    try withTemporaryFolder { folder in
      try COLMAPFixtures.writeText(
        to: folder,
        cameras: """
          # Camera list with one line of data per camera:\r
          1 OPENCV 12 8 1.0e+001 1.1e+001 6 4 8.616498381666671e-002 -1.5e-003 0 0\r
          2 OPENCV 12 8 -nan(ind) -nan(ind) 6 4 0 0 0 0\r
          3 PINHOLE 12 8 -1.#IND 9 6 4\r

          """,
        images: """
          # Image list with two lines of data per image:\r
          1 0.5253 8.616498381666671e-002 -0.8328810911747581 -0.15 17.8 -3.678 71.66 1 A-DJI wp-2 (402).jpg\r
          775.2605522036466 1029.326422045643 8574 1183.327891437606 971.7265715916767 8770 \r
          2 1 0 0 0 0 0 0 2 b.jpg\r
          \r
          3 1 0 0 0 0 0 0 3 c.jpg\r
          \r
          4 -nan(ind) -nan(ind) -nan(ind) -nan(ind) 0 0 0 1 d.jpg\r
          \r
          5 1 0 0 0 0 0 nan 1 e.jpg\r
          1.0 2.0 3
          """, points: "1 1.5e-001 2 3 10 20 30 0.5 1 0")
      let model = try COLMAPModel.read(path: folder)
      #expect(model.images.map(\.name) == ["A-DJI wp-2 (402).jpg"])
      #expect(model.droppedImages == 4 && model.cameras.map(\.id) == [1])
      #expect(model.cameras[0].parameters[4] == 8.616498381666671e-002)
      #expect(model.points[0].position.x == 0.15)
    }
  }

  @Test func missingPointsAreNoError() throws {
    try withTemporaryFolder { folder in
      try FileOutput.write(COLMAPFixtures.cameras, to: "\(folder)/cameras.txt")
      try FileOutput.write(COLMAPFixtures.images, to: "\(folder)/images.txt")
      #expect(try COLMAPModel.read(path: folder).points.isEmpty)
    }
  }

  @Test func pointsThatAreNotFiniteAreLeftOutAndCounted() throws {
    let text = FileBytes(Array("1 nan 0 0 1 2 3 0\n2 1 1 1 1 2 3 0\n3 1e300 0 0 1 2 3 0\n".utf8))
    let result = try COLMAPText.points(text, path: "p")
    #expect(result.points.map(\.id) == [2])
    #expect(result.dropped == 2)
  }
}
