import Foundation
import SplatCore
import SplatFiles
import Synchronization
import Testing

/// Whole scenes with a damaged file: opened and read, or refused with an error that names a file in them,
/// always within a second.
@Suite(.serialized) struct SceneFuzzTests {
  /// A scene, the file in it that is damaged, and that file's content.
  private struct Target {
    var name: String
    var file: String
    var scene: String
  }

  /// Counts of what became of damaged scenes.
  private struct Tally {
    var opened = 0
    var refused = 0
    var slowest = Duration.zero
  }

  /// Opens the scene, and reads its first photo.
  private func open(_ path: String, root: String, _ tally: inout Tally) {
    let clock = ContinuousClock()
    let begin = clock.now
    let error = fileError { () throws(FileError) in
      let scene = try Scene.open(path: path)
      if let view = scene.views.first { _ = try view.read(PhotoOptions(scale: .maximumSide(64))) }
    }
    tally.slowest = max(tally.slowest, clock.now - begin)
    guard let error else {
      tally.opened += 1
      return
    }
    tally.refused += 1
    #expect(
      error.path.hasPrefix(root) && !error.problem.isEmpty && error.exitCode != 73, "\(error)")
  }

  /// Writes `bytes` to `path` without waiting for the disk, as Foundation does.
  private func replace(_ path: String, _ bytes: [UInt8]) throws {
    let file = try unsafe #require(unsafe fopen(path, "r+"))
    defer { unsafe fclose(file) }
    #expect(unsafe fwrite(bytes, 1, bytes.count, file) == bytes.count)
    #expect(unsafe fflush(file) == 0 && ftruncate(fileno(file), off_t(bytes.count)) == 0)
  }

  private func attack(_ target: Target, flips: Int = 1500) throws -> Tally {
    var tally = Tally()
    let original = try bytes(of: target.file)
    // Long files are cut at every byte of their ends and at a thousand places between.
    let edges = Set(0..<min(original.count, 600)).union(
      max(0, original.count - 300)..<original.count)
    let cuts = edges.union(stride(from: 0, to: original.count, by: max(1, original.count / 1000)))
    for count in cuts.sorted() {
      try replace(target.file, Array(original.prefix(count)))
      open(target.scene, root: target.scene, &tally)
    }
    var random = RandomSource(seed: 11, purpose: .testing)
    let extremes: [UInt8] = [0, 0x7f, 0x80, 0xff]
    for _ in 0..<flips {
      var damaged = original
      for _ in 0...random.index(below: 6) {
        let place = random.index(below: damaged.count)
        damaged[place] = UInt8(random.index(below: 256))
      }
      if random.index(below: 4) == 0 {
        // A run of one extreme byte: counts, offsets and sizes at their limits.
        let value = extremes[random.index(below: 4)]
        let start = random.index(below: damaged.count)
        for place in start..<min(damaged.count, start + 8) { damaged[place] = value }
      }
      try replace(target.file, damaged)
      open(target.scene, root: target.scene, &tally)
    }
    try replace(target.file, original)
    #expect(tally.slowest < .seconds(1), "\(target.name): \(tally.slowest)")
    print(
      """
      FUZZ | \(target.name) | \(cuts.count) cuts, \(flips) flips | \(tally.refused) refused | \
      \(tally.opened) opened | slowest \(tally.slowest) |
      """)
    return tally
  }

  /// A COLMAP scene in binary or text, with a lens that bends and a mask.
  private func writeCOLMAP(to folder: String, asText: Bool) throws {
    var fixture = SceneFixture()
    fixture.model.images.removeLast(6)
    fixture.model.images[0].cameraID = 7
    fixture.model.cameras[1].lens = .thinPrismFisheye
    fixture.model.cameras[1].parameters =
      [20, 20, 12, 8, 0.05, -0.01, 0.001, 0.002, 0, 0, 0.001, -0.001]
    try fixture.write(to: folder)
    try FileOutput.makeFolder("\(folder)/masks")
    try PNGFile.write(SceneFixture.photo(24, 16), to: "\(folder)/masks/photo 2.png")
    guard asText else { return }
    for name in ["cameras", "images", "points3D"] {
      try FileManager.default.removeItem(atPath: "\(folder)/sparse/0/\(name).bin")
    }
    let cameras = fixture.model.cameras.map { camera in
      let numbers = camera.parameters.map { "\($0)" }.joined(separator: " ")
      return "\(camera.id) \(camera.lens.name) \(camera.width) \(camera.height) \(numbers)\n"
    }
    let images = fixture.model.images.map { image in
      "\(image.id) 1 0 0 0 \(image.translation.x) 0 5 \(image.cameraID) \(image.name)\n1.5 2.5 -1\n"
    }
    try COLMAPFixtures.writeText(
      to: "\(folder)/sparse/0", cameras: cameras.joined(), images: images.joined(),
      points: COLMAPFixtures.points)
  }

  @Test(arguments: [false, true], ["cameras", "images", "points3D"])
  func damagedCOLMAPModels(asText: Bool, name: String) throws {
    try withTemporaryFolder { folder in
      try writeCOLMAP(to: folder, asText: asText)
      let file = "\(name).\(asText ? "txt" : "bin")"
      let tally = try attack(
        Target(name: "COLMAP \(file)", file: "\(folder)/sparse/0/\(file)", scene: folder))
      #expect(tally.refused > 100)
    }
  }

  @Test(arguments: ["photo 2.png", "photo 2.jpg", "photo 2.webp"], [false, true])
  func damagedPhotosAndMasks(name: String, isMask: Bool) throws {
    try withTemporaryFolder { folder in
      try writeCOLMAP(to: folder, asText: false)
      let photo = SceneFixture.photo(24, 16)
      let rgba = SceneFixture.photo(24, 16, channels: 4)
      let target = "\(folder)/\(isMask ? "masks" : "images")/\(isMask ? "photo 2.png" : name)"
      if !isMask {
        var fixture = SceneFixture()
        fixture.model.images = fixture.model.images.filter { $0.name == "photo 2.png" }
        fixture.model.images[0].name = name
        try fixture.model.write(to: "\(folder)/sparse/0")
      }
      switch name.suffix(3) {
      case "jpg": try JPEGFile.write(photo, to: target)
      case "ebp": try FileOutput.write(try WebPFile.encodeLossless(rgba, path: "a"), to: target)
      default: try PNGFile.write(rgba, to: target)
      }
      let what = isMask ? "mask, as \(name.split(separator: ".")[1])" : name
      _ = try attack(Target(name: what, file: target, scene: folder), flips: 1000)
    }
  }

  private let transforms = """
    {"camera_model": "OPENCV", "fl_x": 20, "fl_y": 21.5, "cx": 10, "cy": 5, "w": 20, "h": 10.0, \
    "k1": -0.1, "k2": 0.02, "p1": 0.001, "aabb_scale": 4, "ply_file_path": "points.ply", \
    "frames": [{"file_path": "./images/a.png", "mask_path": "m.png", "transform_matrix": \
    [[1, 0, 0, 1], [0, 1, 0, 2], [0, 0, 1, 3e-1], [0, 0, 0, 1]]}, \
    {"file_path": "images/none", "transform_matrix": [[1, 0, 0, 1], [0, 1, 0, 2], [0, 0, 1, 3], []]}]}
    """

  private func writeNeRF(to folder: String, _ json: String) throws {
    try FileOutput.makeFolder("\(folder)/images")
    try PNGFile.write(SceneFixture.photo(20, 10), to: "\(folder)/images/a.png")
    try PNGFile.write(SceneFixture.photo(20, 10), to: "\(folder)/m.png")
    try FileOutput.write(PLYFixtures.onePoint, to: "\(folder)/points.ply")
    try FileOutput.write(json, to: "\(folder)/transforms.json")
  }

  @Test(arguments: ["transforms.json", "points.ply", "m.png"])
  func damagedNeRFScenes(file: String) throws {
    try withTemporaryFolder { folder in
      try writeNeRF(to: folder, transforms)
      let tally = try attack(
        Target(name: "NeRF \(file)", file: "\(folder)/\(file)", scene: folder), flips: 3000)
      #expect(tally.refused > 100)
    }
  }

  @Test func damagedOpenSfMScenes() throws {
    try withTemporaryFolder { folder in
      try FileOutput.makeFolder("\(folder)/images")
      try PNGFile.write(SceneFixture.photo(20, 10), to: "\(folder)/images/a.png")
      let file = "\(folder)/reconstruction.json"
      try FileOutput.write(
        """
        [{"cameras": {"c": {"projection_type": "brown", "width": 20, "height": 10, "focal_x": 1, \
        "focal_y": 1.1, "c_x": 0, "c_y": 0.01, "k1": -0.1, "k2": 0, "p1": 0, "p2": 0, "k3": 0}}, \
        "shots": {"a.png": {"camera": "c", "rotation": [0.1, 0, 0], "translation": [0, 0, 5]}}, \
        "points": {"1": {"coordinates": [1, 2, 3], "color": [255, 0, 1]}}}]
        """, to: file)
      let tally = try attack(
        Target(name: "OpenSfM reconstruction.json", file: file, scene: folder), flips: 3000)
      #expect(tally.refused > 100)
    }
  }

  @Test func damagedArchives() throws {
    try withTemporaryFolder { folder in
      try writeCOLMAP(to: "\(folder)/scene", asText: false)
      let members = try FilePaths.files(below: "\(folder)/scene").map {
        (name: $0, bytes: try bytes(of: "\(folder)/scene/\($0)"))
      }
      let file = "\(folder)/scene.zip"
      try FileOutput.write(try ZipOutput.archive(members, path: "a"), to: file)
      let tally = try attack(Target(name: "zip archive", file: file, scene: file), flips: 3000)
      #expect(tally.refused > 100)
    }
  }

  @Test func hostileNamesNumbersAndNesting() throws {
    let lead = "{\"camera_angle_x\": 1, \"frames\": "
    let deep = lead + String(repeating: "[", count: 100_000)
    let pose = "\"transform_matrix\": [[1, 0, 0, 1], [0, 1, 0, 2], [0, 0, 1, 3]]"
    let paths = [
      "../a.png", "/etc/passwd", "images/../../a.png", "a\\u0000.png", "..", ".", "", "images",
      "images/a.png/b",
    ].map { "\(lead)[{\"file_path\": \"\($0)\", \(pose)}]}" }
    let values = ["1e999", "-1", "0", "1e-300", "1e300", "null", "\"1\"", "[]", "NaN"]
    let numbers = ["fl_x", "cx", "w", "k1", "k4", "p2"].flatMap { name in
      values.map { value in
        """
        {"fl_x": 20, "w": 20, "h": 10, "\(name)": \(value), "frames": [{"file_path": \
        "images/a.png", \(pose)}]}
        """
      }
    }
    var tally = Tally()
    try withTemporaryFolder { folder in
      for text in [deep] + paths {
        try writeNeRF(to: folder, text)
        open(folder, root: folder, &tally)
      }
      #expect(tally.opened == 0)
      for text in numbers {
        try writeNeRF(to: folder, text)
        open(folder, root: folder, &tally)
      }
      // Bytes that are no UTF-8, in a name of every format that has names.
      try writeNeRF(to: folder, "x")
      let json = Array(lead.utf8) + Array("[{\"file_path\": \"".utf8) + [0xff, 0xfe]
      try Data(json + Array("\"}]}".utf8)).write(
        to: URL(fileURLWithPath: "\(folder)/transforms.json"))
      open(folder, root: folder, &tally)
    }
    try withTemporaryFolder { folder in
      try writeCOLMAP(to: folder, asText: true)
      let line = Array("1 1 0 0 0 0 0 3 7 ".utf8) + [0xc3, 0x28, 0x0a, 0x0a]
      try Data(line).write(to: URL(fileURLWithPath: "\(folder)/sparse/0/images.txt"))
      open(folder, root: folder, &tally)
    }
    #expect(tally.slowest < .seconds(1))
    print("FUZZ | hostile JSON and names | \(tally.refused) refused | \(tally.opened) opened |")
  }

  /// A zip archive of a megabyte whose member is said to expand to `size` bytes.
  private func bomb(_ size: UInt32) throws -> [UInt8] {
    var file = try ZipOutput.archive(
      [("images/a.png", [UInt8](repeating: 7, count: 1 << 20))], path: "a")
    let announced = PLYFixtures.littleEndian(size)
    // The member's own header comes first; the directory is near the end.
    let directory = try #require(
      file.indices.dropLast(4).last { file[$0..<$0 + 4] == [0x50, 0x4b, 1, 2] })
    file.replaceSubrange(8..<10, with: [8, 0])
    file.replaceSubrange(22..<26, with: announced)
    file.replaceSubrange(directory + 10..<directory + 12, with: [8, 0])
    file.replaceSubrange(directory + 24..<directory + 28, with: announced)
    return file
  }

  @Test func bombsDoNotExplode() throws {
    try withTemporaryFolder { folder in
      var tally = Tally()
      for size: UInt32 in [60 << 20, 900 << 20, .max] {
        try FileOutput.write(try bomb(size), to: "\(folder)/bomb.zip")
        open("\(folder)/bomb.zip", root: folder, &tally)
      }
      // Pictures of a few bytes that say they are huge, in a scene that does not say how large they are.
      let header = TestPNG.big(30_000) + TestPNG.big(10_000) + [8, 6, 0, 0, 0]
      let png =
        Array(TestPNG(width: 1, height: 1, colorType: 0, rows: [[0]]).bytes[..<8])
        + TestPNG.chunk("IHDR", header) + TestPNG.chunk("IDAT", [0x78, 1, 3, 0])
        + TestPNG.chunk("IEND", [])
      try JPEGFile.write(SceneFixture.photo(24, 16), to: "\(folder)/a.jpg")
      var jpeg = try bytes(of: "\(folder)/a.jpg")
      let frame = try #require(jpeg.indices.first { jpeg[$0] == 0xff && jpeg[$0 + 1] == 0xc0 })
      jpeg.replaceSubrange(frame + 5..<frame + 9, with: [0x75, 0x30, 0x27, 0x10])
      let pose = "[[1, 0, 0, 1], [0, 1, 0, 2], [0, 0, 1, 3]]"
      for picture in [png, jpeg] {
        try writeNeRF(
          to: folder,
          """
          {"camera_angle_x": 1, "frames": [{"file_path": "images/a.png", "transform_matrix": \(pose)}]}
          """)
        try FileOutput.write(picture, to: "\(folder)/images/a.png")
        open(folder, root: folder, &tally)
      }
      #expect(tally.refused == 5 && tally.slowest < .seconds(1), "\(tally)")
    }
  }
}
