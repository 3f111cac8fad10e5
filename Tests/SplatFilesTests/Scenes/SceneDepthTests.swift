import Foundation
import SplatCore
import SplatFiles
import Testing

@Suite struct SceneDepthTests {
  /// Depths of 1, 2, ... millimetres, of which the first is not known.
  private let samples = (0..<24 * 16).map { UInt16($0) }

  /// Writes the fixture and depth maps of the given names, and lends the scene's folder to `body`.
  private func withScene(
    _ maps: [String], folder name: String = "depth", _ body: (String) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      try SceneFixture().write(to: folder)
      try FileOutput.makeFolder("\(folder)/\(name)/right side")
      for file in maps { try writeMap("\(folder)/\(name)/\(file)") }
      try body(folder)
    }
  }

  private func writeMap(_ path: String) throws {
    if path.hasSuffix(".npy") {
      try NPYFile.write(samples.map { Float($0) / 100 }, shape: [16, 24], to: path)
    } else {
      try PNGFile.write(grey16: samples, width: 24, height: 16, to: path)
    }
  }

  private func open(_ folder: String, _ depths: SceneOptions.Depths = .folder("depth"))
    throws(FileError) -> Scene
  {
    try Scene.open(path: folder, options: SceneOptions(depths: depths))
  }

  private let names = (0..<9).map { "photo \($0).png" }

  @Test func depthsAreReadInWorldUnits() throws {
    try withScene(names.map { $0.replacing("photo 1.png", with: "photo 1.npy") }) { folder in
      let views = try open(folder).views
      let png = try #require(try views[0].read().depth)
      #expect(png == DepthMap(width: 24, height: 16, values: samples.map { Float($0) * 0.001 }))
      let npy = try #require(try views[1].read().depth)
      #expect(npy.values == samples.map { Float($0) / 100 })
      // Photos in folders have maps in folders or beside the others.
      #expect(views[8].name == "right side/photo 3.png" && views[8].depth != nil)
      #expect(try open(folder, .none).views.allSatisfy { $0.depth == nil })
      #expect(try open(folder, .automatic).views.allSatisfy { $0.depth == nil })
    }
  }

  @Test(arguments: [
    "photo 0.png.png", "photo 0_depth.png", "depth_photo 0.png", "PHOTO 0.depth.npy",
    "photo 0-depth.PNG", "photo 0.depth.png", "photo 0.NPY",
  ])
  func depthsHaveManyNames(name: String) throws {
    try withScene(Array(names.dropFirst()) + [name]) { folder in
      let view = try open(folder).views[0]
      #expect(view.depth?.path == "\(folder)/depth/\(name)")
    }
  }

  @Test func photosMayHaveNamesLikeMaps() throws {
    try withScene([]) { folder in
      var fixture = SceneFixture()
      fixture.model.images = Array(fixture.model.images.prefix(2))
      fixture.model.images[0].name = "depth_1.png"
      fixture.model.images[1].name = "conf-room 2.png"
      fixture.photos = ["depth_1.png": (24, 16), "conf-room 2.png": (24, 16)]
      try fixture.write(to: folder)
      for name in ["depth_1.png", "conf-room 2.png"] { try writeMap("\(folder)/depth/\(name)") }
      let views = try open(folder).views
      #expect(
        views.map { $0.depth?.path } == [
          "\(folder)/depth/conf-room 2.png", "\(folder)/depth/depth_1.png",
        ])
    }
  }

  @Test func depthsMayBeLinked() throws {
    try withScene(names, folder: "store") { folder in
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder)/depth", withDestinationPath: "\(folder)/store")
      #expect(try open(folder).views.allSatisfy { $0.depth != nil })
    }
  }

  @Test func aFolderWithoutTheMapsOfMostPhotosIsAnError() throws {
    try withScene(Array(names.prefix(4))) { folder in
      let error = fileError { () throws(FileError) in _ = try open(folder) }
      #expect(error?.exitCode == 66 && error?.path == "\(folder)/depth")
      #expect(error?.problem.contains("no depth map of 5 of 9 photos: photo 4.png") == true)
      #expect(error?.problem.contains("photo 4.png, photo 4.npy, photo 4_depth.png") == true)
      #expect(
        fileError { () throws(FileError) in _ = try open(folder, .folder("none")) }?.exitCode == 66)
      try writeMap("\(folder)/depth/photo 4.png")
      let scene = try open(folder)
      #expect(scene.views.count { $0.depth != nil } == 5)
      #expect(scene.warnings.contains { $0.contains("no depth map of 4 of 9 photos") })
    }
  }

  @Test func whatIsNoDepthMapIsNamed() throws {
    try withScene(names) { folder in
      let view = try open(folder).views[0]
      let path = "\(folder)/depth/photo 0.png"
      func error() -> FileError? {
        fileError { () throws(FileError) in _ = try view.read() }
      }
      try PNGFile.write(SceneFixture.photo(24, 16), to: path)
      #expect(error()?.description.contains("has a colour; a depth map is grey") == true)
      try PNGFile.write(grey16: Array(samples.prefix(12 * 16)), width: 12, height: 16, to: path)
      #expect(error()?.problem.contains("12 x 16 pixels, which is not in proportion") == true)
      try FileOutput.write("no map", to: path)
      #expect(error()?.path == path)
    }
    try withScene(names.map { $0.replacing(".png", with: ".exr") }) { folder in
      let error = fileError { () throws(FileError) in _ = try open(folder) }
      #expect(error?.path == "\(folder)/depth/photo 0.exr" && error?.exitCode == 65)
      #expect(error?.problem.contains("is OpenEXR; depths are read from PNG") == true)
    }
  }

  @Test func mapsOfEightBitsNeedPoints() throws {
    try withScene(names) { folder in
      let bytes = (0..<24 * 16).flatMap { [UInt8](repeating: UInt8($0 % 256), count: 3) }
      let path = "\(folder)/depth/photo 0.png"
      try PNGFile.write(Photo(width: 24, height: 16, channels: 3, bytes: bytes), to: path)
      let map = try #require(try open(folder).views[0].read().depth)
      #expect(map.values[255] == 255 * Float(1.0 / 255))
      #expect(abs(map.values[51] - 0.2) < 1e-6)
      var fixture = SceneFixture()
      fixture.model.points = []
      try fixture.write(to: folder)
      let error = fileError { () throws(FileError) in _ = try open(folder) }
      #expect(error?.path == path && error?.problem.contains("8 bits per sample") == true)
    }
  }

  @Test func mapsAreNoFinerThanTheirPhotosAndMayBeCoarser() throws {
    try withScene(names) { folder in
      try PNGFile.write(
        grey16: (0..<6).map { UInt16($0 + 1) }, width: 3, height: 2,
        to: "\(folder)/depth/photo 1.png")
      let views = try open(folder).views
      let options = PhotoOptions(scale: .downscale(2))
      let fine = try #require(try views[0].read(options).depth)
      #expect(fine.width == 12 && fine.height == 8)
      #expect(fine.values[0] == Float(25) * 0.001)
      let coarse = try #require(try views[1].read(options).depth)
      #expect(coarse.width == 3 && coarse.values[5] == Float(6) * 0.001)
    }
  }

  @Test(arguments: ["confidence/photo 0.png", "conf/photo 0.png", "depth/photo 0_conf.png"])
  func levelsOfConfidenceAreFound(name: String) throws {
    try withScene(names) { folder in
      try FileOutput.makeFolder("\(folder)/\(name.split(separator: "/")[0])")
      func write(_ levels: [UInt8]) throws {
        let bytes = (0..<24 * 16).flatMap { [UInt8](repeating: levels[$0 % 3], count: 3) }
        try PNGFile.write(
          Photo(width: 24, height: 16, channels: 3, bytes: bytes), to: "\(folder)/\(name)")
      }
      // ARKit's levels, and Polycam's.
      try write([0, 1, 2])
      let views = try open(folder).views
      #expect(views[0].depth?.path == "\(folder)/depth/photo 0.png")
      #expect(views[0].depth?.confidencePath == "\(folder)/\(name)")
      #expect(try views[0].read().depth?.confidence?.prefix(3) == [0, 128, 255])
      #expect(try views[1].read().depth?.confidence == nil)
      try write([0, 54, 255])
      #expect(try views[0].read().depth?.confidence?.prefix(3) == [0, 54, 255])
    }
  }

  @Test func depthsOfRendersHaveTheirScales() throws {
    let maps = names.map { $0.replacing(".png", with: ".depth.png") }
    try withScene(maps) { folder in
      try FileOutput.write(
        """
        {"meaning": "depth = sample * scale", "frames": {"photo 0": {"scale": 0.25}}}
        """, to: "\(folder)/depth/depth.json")
      let views = try open(folder).views
      #expect(try views[0].read().depth?.values[9] == 2.25)
      #expect(try views[1].read().depth?.values[9] == Float(9) * 0.001)
    }
  }

  @Test func transformsFilesNameDepths() throws {
    try withScene(["a.png", "b.npy"]) { folder in
      try FileManager.default.removeItem(atPath: "\(folder)/sparse")
      func write(_ maps: [String], _ more: String = "") throws {
        let frames = maps.enumerated().map { index, map in
          """
          {"file_path": "images/photo \(index).png", "depth_file_path": "\(map)", \
          "transform_matrix": [[1, 0, 0, \(index)], [0, 1, 0, 2], [0, 0, 1, 3], [0, 0, 0, 1]]}
          """
        }
        try FileOutput.write(
          "{\"camera_angle_x\": 1.2, \(more) \"frames\": [\(frames.joined(separator: ", "))]}",
          to: "\(folder)/transforms.json")
      }
      try write(["depth/a.png", "depth/b.npy"])
      let views = try open(folder, .automatic).views
      #expect(views.map { $0.depth?.path } == ["\(folder)/depth/a.png", "\(folder)/depth/b.npy"])
      #expect(try views[0].read().depth?.values[5] == Float(5) * 0.001)
      try write(["depth/a.png"], "\"integer_depth_scale\": 0.5,")
      #expect(try open(folder, .automatic).views[0].read().depth?.values[5] == 2.5)
      // What cannot be read is left out: the scene can be trained on without.
      for missing in ["depth/c.png", "/elsewhere/depth/a.png", "../a.png", "depth/a.exr"] {
        try FileOutput.write("", to: "\(folder)/depth/a.exr")
        try write([missing, "depth/b.npy"])
        let scene = try open(folder, .automatic)
        #expect(scene.views.map { $0.depth != nil } == [false, true])
        #expect(scene.warnings.count == 1, "\(scene.warnings)")
      }
    }
  }

  @Test func depthsAreStraightenedWithTheirPhotosAndNotBlended() throws {
    var fixture = SceneFixture()
    fixture.model.cameras[0] = COLMAPModel.CameraEntry(
      id: 1, lens: .simpleRadial, width: 24, height: 16, parameters: [20, 12, 8, -0.2])
    try withTemporaryFolder { folder in
      try fixture.write(to: folder)
      try FileOutput.makeFolder("\(folder)/depth")
      // Half near and half far, in a map of half the size.
      let halves = (0..<12 * 8).map { UInt16($0 % 12 < 6 ? 1000 : 5000) }
      for name in names {
        try PNGFile.write(grey16: halves, width: 12, height: 8, to: "\(folder)/depth/\(name)")
      }
      let view = try open(folder).views[0]
      #expect(view.lens != nil)
      let map = try #require(try view.read().depth)
      #expect(map.width == view.camera.width && map.height == view.camera.height)
      #expect(Set(map.values) == [1, 5])
      for (index, value) in map.values.enumerated() {
        let x = Double(index % map.width) + 0.5
        #expect(value == (x < view.camera.principalPoint.x ? 1 : 5))
      }
    }
  }

  @Test func arraysOfManyTypesAreRead() throws {
    try withScene(names) { folder in
      let path = "\(folder)/depth/photo 0.npy"
      try FileManager.default.removeItem(atPath: "\(folder)/depth/photo 0.png")
      func write(_ header: String, _ data: [UInt8], version: UInt8 = 1) throws {
        let text = Array((header + "\n").utf8)
        let length = version == 1 ? [UInt8(text.count), 0] : [UInt8(text.count), 0, 0, 0]
        try FileOutput.write(
          [0x93] + Array("NUMPY".utf8) + [version, 0] + length + text + data, to: path)
      }
      func values(_ type: String, _ data: [UInt8], fortran: String = "False", version: UInt8 = 1)
        throws -> [Float]?
      {
        try write(
          "{'descr': '\(type)', 'fortran_order': \(fortran), 'shape': (2, 3, 1), }", data,
          version: version)
        return try open(folder).views[0].read().depth?.values
      }
      func bytes<Value>(_ values: [Value]) -> [UInt8] {
        unsafe values.withUnsafeBytes { unsafe [UInt8]($0) }
      }
      let numbers: [Double] = [1, 2, 3, 4, 5, 6]
      let expected = numbers.map { Float($0) }
      #expect(try values("<f4", bytes(expected)) == expected)
      #expect(try values("<f8", bytes(numbers), version: 2) == expected)
      #expect(try values(">f4", bytes(expected.map(\.bitPattern.bigEndian))) == expected)
      let halves: [UInt16] = [0x3c00, 0x4000, 0x4200, 0x4400, 0x4500, 0x4600]
      #expect(try values("<f2", bytes(halves)) == expected)
      let millimetres = try values("<u2", bytes((1...6).map { UInt16($0 * 1000) }))
      #expect(millimetres == expected.map { $0 * 1000 * Float(0.001) })
      #expect(
        try values("<f4", bytes([1, 4, 2, 5, 3, 6] as [Float]), fortran: "True") == expected)
      // What cannot be is an error, not a trap.
      for (type, count) in [("<c8", 48), ("<f4", 23), ("<f4", 25), ("", 24), ("|b1", 6)] {
        #expect(
          fileError { () throws(FileError) in
            do { _ = try values(type, [UInt8](repeating: 1, count: count)) } catch {
              if let error = error as? FileError { throw error }
            }
          }?.exitCode == 65, "\(type) \(count)")
      }
      for shape in ["()", "(6,)", "(2, 3", "(-2, -3)", "(9223372036854775807, 3)", "(0, 0)", "x"] {
        try write("{'descr': '<f4', 'fortran_order': False, 'shape': \(shape)}", bytes(expected))
        #expect(
          fileError { () throws(FileError) in _ = try open(folder).views[0].read() }?.exitCode
            == 65, "\(shape)")
      }
    }
  }
}
