import Foundation
import SplatCore
import SplatFiles
import Testing

/// Whole scenes with a damaged file: opened and read, or refused with an error that names a file in
/// them.
enum SceneAttack {
  /// A scene or model with a file in it that is damaged.
  struct Target {
    var name: String
    var file: String
    var root: String

    /// Reads with the file cut at every byte, and with changed bytes.
    @discardableResult
    func attack(flips: Int, _ read: () throws(FileError) -> Void) throws -> HostileReads {
      let original = try bytes(of: file)
      var reads = HostileReads(name)
      #expect(fileError(read) == nil, "\(name) is good as a whole")
      for count in 0..<original.count {
        try replace(Array(original.prefix(count)), version: count)
        reads.read(below: root, read)
      }
      var random = RandomSource(seed: 11, purpose: .testing)
      for flip in 0..<flips {
        try replace(damaged(original, &random), version: original.count + flip)
        reads.read(below: root, read)
      }
      try replace(original, version: -1)
      reads.report("\(original.count) cuts, \(flips) with changed bytes")
      return reads
    }

    private func damaged(_ original: [UInt8], _ random: inout RandomSource) -> [UInt8] {
      var damaged = original
      for _ in 0...random.index(below: 6) {
        damaged[random.index(below: damaged.count)] = UInt8(random.index(below: 256))
      }
      guard random.index(below: 4) == 0 else { return damaged }
      // A run of one extreme byte: counts, offsets and sizes at their limits.
      let value: UInt8 = [0, 0x7f, 0x80, 0xff][random.index(below: 4)]
      let start = random.index(below: damaged.count)
      for place in start..<min(damaged.count, start + 8) { damaged[place] = value }
      return damaged
    }

    /// Writes the file's content, without waiting for the disk as ``FileOutput`` does.
    ///
    /// - Parameter version: makes the time of the change, by which archives that are known are told
    ///   from changed ones; several changes may come within the clock's resolution.
    private func replace(_ content: [UInt8], version: Int) throws {
      let stream = try unsafe #require(unsafe fopen(file, "r+"))
      defer { unsafe fclose(stream) }
      #expect(unsafe fwrite(content, 1, content.count, stream) == content.count)
      #expect(unsafe fflush(stream) == 0 && ftruncate(fileno(stream), off_t(content.count)) == 0)
      let time = timespec(tv_sec: 1_700_000_000 + version, tv_nsec: 0)
      #expect(unsafe futimens(fileno(stream), [time, time]) == 0)
    }
  }

  /// Opens the scene at `path`, and reads its first photo.
  static func open(_ path: String) throws(FileError) {
    let scene = try Scene.open(path: path)
    if let view = scene.views.first { _ = try view.read(PhotoOptions(scale: .maximumSide(64))) }
  }

  /// Attacks `file` of the scene at `scene`; returns how often it was refused.
  @discardableResult
  static func attack(_ name: String, file: String, scene: String, flips: Int) throws -> Int {
    try Target(name: name, file: file, root: scene).attack(flips: flips) {
      () throws(FileError) in try open(scene)
    }.refused
  }

  /// A COLMAP scene in binary or text, with a lens that bends and a mask.
  static func writeCOLMAP(to folder: String, asText: Bool) throws {
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

  static func damageCOLMAPModels() throws {
    for asText in [false, true] {
      try withTemporaryFolder(isInMemory: true) { folder in
        try writeCOLMAP(to: folder, asText: asText)
        for name in ["cameras", "images", "points3D"] {
          let file = "\(name).\(asText ? "txt" : "bin")"
          let refused = try attack(
            "COLMAP \(file)", file: "\(folder)/sparse/0/\(file)", scene: folder, flips: 1500)
          #expect(refused > 100)
        }
      }
    }
  }

  static func damagePhotosAndMasks() throws {
    for name in ["photo 2.png", "photo 2.jpg", "photo 2.webp"] {
      for isMask in [false, true] { try damagePhoto(name, isMask: isMask) }
    }
  }

  private static func damagePhoto(_ name: String, isMask: Bool) throws {
    try withTemporaryFolder(isInMemory: true) { folder in
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
      try attack(what, file: target, scene: folder, flips: 1000)
    }
  }

  private static let transforms = """
    {"camera_model": "OPENCV", "fl_x": 20, "fl_y": 21.5, "cx": 10, "cy": 5, "w": 20, "h": 10.0, \
    "k1": -0.1, "k2": 0.02, "p1": 0.001, "aabb_scale": 4, "ply_file_path": "points.ply", \
    "frames": [{"file_path": "./images/a.png", "mask_path": "m.png", "transform_matrix": \
    [[1, 0, 0, 1], [0, 1, 0, 2], [0, 0, 1, 3e-1], [0, 0, 0, 1]]}, \
    {"file_path": "images/none", "transform_matrix": [[1, 0, 0, 1], [0, 1, 0, 2], [0, 0, 1, 3], []]}]}
    """

  static func writeNeRF(to folder: String, _ json: String) throws {
    try FileOutput.makeFolder("\(folder)/images")
    try PNGFile.write(SceneFixture.photo(20, 10), to: "\(folder)/images/a.png")
    try PNGFile.write(SceneFixture.photo(20, 10), to: "\(folder)/m.png")
    try FileOutput.write(PLYFixtures.onePoint, to: "\(folder)/points.ply")
    try FileOutput.write(json, to: "\(folder)/transforms.json")
  }

  static func damageNeRFScenes() throws {
    try withTemporaryFolder(isInMemory: true) { folder in
      try writeNeRF(to: folder, transforms)
      for file in ["transforms.json", "points.ply", "m.png"] {
        let refused = try attack(
          "NeRF \(file)", file: "\(folder)/\(file)", scene: folder, flips: 3000)
        #expect(refused > 100)
      }
      try FileManager.default.moveItem(
        atPath: "\(folder)/transforms.json", toPath: "\(folder)/transforms_train.json")
      // A frame may be in one of the two only.
      try FileOutput.write(
        transforms.replacing("./images/a.png", with: "m.png"),
        to: "\(folder)/transforms_test.json")
      for file in ["transforms_train.json", "transforms_test.json"] {
        try attack("NeRF \(file)", file: "\(folder)/\(file)", scene: folder, flips: 500)
      }
    }
  }

  static func damageOpenSfMScenes() throws {
    try withTemporaryFolder(isInMemory: true) { folder in
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
      let refused = try attack(
        "OpenSfM reconstruction.json", file: file, scene: folder, flips: 3000)
      #expect(refused > 100)
    }
  }

  static func damageArchives() throws {
    try withTemporaryFolder(isInMemory: true) { folder in
      try writeCOLMAP(to: "\(folder)/scene", asText: false)
      let members = try FilePaths.files(below: "\(folder)/scene").map {
        (name: $0, bytes: try bytes(of: "\(folder)/scene/\($0)"))
      }
      let file = "\(folder)/scene.zip"
      try FileOutput.write(try ZipOutput.archive(members, path: "a"), to: file)
      let refused = try attack("zip archive", file: file, scene: file, flips: 3000)
      #expect(refused > 100)
    }
  }
}
