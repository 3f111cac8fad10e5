import Foundation
import SplatCore
import SplatFiles
import SplatTestSupport
import Testing

/// Archives and models that expand to far more than they hold.
enum ArchiveBombs {
  /// Reads a file's bytes; it must be refused for `problem`, or be read if there is none.
  private static func check(
    _ name: String, _ ending: String, _ bytes: [UInt8], refused problem: String?,
    beside others: [(name: String, bytes: [UInt8])] = []
  ) throws {
    try withTemporaryFolder(isInMemory: true) { folder in
      for file in others { try FileOutput.write(file.bytes, to: "\(folder)/\(file.name)") }
      let path = "\(folder)/\(ending.contains(".json") ? ending : "a\(ending)")"
      try FileOutput.write(bytes, to: path)
      HostileReads.checkOne(name, refused: problem, below: folder) { () throws(FileError) in
        if ending == ".zip" {
          try SceneAttack.open(path)
        } else {
          _ = try ModelFile.read(path: path)
        }
      }
    }
  }

  // MARK: Zip

  /// An archive of a megabyte whose member is said to expand to `size` bytes.
  private static func announcing(_ size: UInt32, name: String = "images/a.png") throws -> [UInt8] {
    var file = try ZipOutput.archive(
      [(name, [UInt8](repeating: 7, count: 1 << 20))], path: "a")
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

  static func readZips() throws {
    for (size, problem): (UInt32, String) in [
      (60 << 20, "expands to more than 32 times"), (900 << 20, "expands to more than 32 times"),
      (.max, "is no zip archive that can be read"),
    ] {
      try check("zip of \(size) bytes", ".zip", announcing(size), refused: problem)
      try check(
        "sog of \(size) bytes", ".sog", announcing(size),
        refused: size == .max ? problem : "holds no meta.json")
    }
    let deep = String(repeating: "a/", count: 30_000)
    let names = (0..<20).map { (name: "\($0)/\(deep)b", bytes: [UInt8]()) }
    try check("zip of deep names", ".zip", ZipOutput.archive(names, path: "a"), refused: "folders")
    let many = (0..<30_000).map { (name: "images/\($0).png", bytes: [UInt8]()) }
    try check(
      "zip of 30000 members", ".zip", ZipOutput.archive(many, path: "a"), refused: "is no scene")
    try check(
      "zip of a model of 60 MB", ".ply", announcing(60 << 20, name: "a.ply"),
      refused: "expands to")
    let inner = try announcing(60 << 20)
    let nested = try ZipOutput.archive([("a.zip", inner), ("b/images.bin", inner)], path: "a")
    try check("zip in a zip", ".zip", nested, refused: "does not exist")
  }

  // MARK: Models

  /// Streams of gzip and zstd that hold zeros.
  static func readStreams() throws {
    // 160 million Gaussians of zeros would be 9 GB.
    var stream = SPZFixtures.stream(version: 2)
    stream.replaceSubrange(8..<12, with: PLYFixtures.littleEndian(UInt32(160_000_000)))
    let zeros = [UInt8](repeating: 0, count: 1 << 24)
    try check(
      "spz of zeros", ".spz", SPZFixtures.gzip(stream + zeros),
      refused: "too many for a file of")
    // What follows a model of a megabyte's worth is not expanded.
    try check(
      "spz with zeros after it", ".spz", SPZFixtures.gzip(SPZFixtures.stream(version: 3) + zeros),
      refused: "goes on for more than")
    // As many Gaussians as are held in any case, all alike.
    var splats = Splats(count: 890_000, shDegree: 0)
    for index in 0..<splats.count { splats.parameters[Plane.rotations, index] = 1 }
    for version in 3...4 {
      var options = ModelFile.Options()
      options.spzVersion = version
      try check(
        "spz \(version) of 890,000 alike", ".spz",
        ModelFixtures.bytes(splats, .spz, options: options), refused: nil)
    }
    var options = ModelFile.Options()
    options.spzVersion = 4
    var spz4 = try ModelFixtures.bytes(
      SyntheticScene.splats(count: 9, seed: 3, shDegree: 1), .spz, options: options)
    spz4.replaceSubrange(8..<12, with: PLYFixtures.littleEndian(UInt32(160_000_000)))
    try check("spz 4 of 160 million", ".spz", spz4, refused: "too many for a file of")
  }

  /// Headers and descriptions that refer to the same thing again and again.
  static func readHeaders() throws {
    let properties = (0..<60_000).map { "p\($0)" }
    try check(
      "ply of 60000 properties", ".ply",
      Array(PLYFixtures.header("ascii", count: 1, names: properties).utf8),
      refused: "more than 2000 properties")
    let elements = (0..<60_000).map { "element e\($0) 0\n" }.joined()
    try check(
      "ply of 60000 elements", ".ply",
      Array(PLYFixtures.header("ascii", count: 1, before: elements).utf8),
      refused: "more than 100 elements")
    try readGLTF()
    try readSOG()
  }

  private static func readGLTF() throws {
    let (text, numbers) = try GLTFFixtures.parts(
      SyntheticScene.splats(count: 20_000, seed: 3, shDegree: 0))
    let mesh = #"{"mesh": 0}"#
    func gltf(nodes: [String]) -> [UInt8] {
      Array(text.replacing(mesh, with: nodes.joined(separator: ",")).utf8)
    }
    try check(
      "gltf of 200,000 nodes", ".gltf",
      gltf(nodes: Array(repeating: mesh, count: 200_000)), refused: "at most 100000 were",
      beside: [("a.bin", numbers)])
    // Without a scene, every node is one of its outermost.
    let all = String(decoding: gltf(nodes: Array(repeating: mesh, count: 9_000)), as: UTF8.self)
      .replacing("\"scenes\"", with: "\"others\"")
    try check(
      "gltf that shows 20,000 Gaussians 9000 times", ".gltf", Array(all.utf8),
      refused: "too many for a file of", beside: [("a.bin", numbers)])
    let buffers = Array(repeating: #"{"uri": "a.bin", "byteLength": 9}"#, count: 900)
    let many = all.replacing(
      "\"buffers\": [", with: "\"buffers\": [\(buffers.joined(separator: ",")),")
    #expect(many != all)
    // A megabyte of zeros as SPZ, 9000 times.
    let zeros = try SPZFixtures.zeros(count: 40_000)
    let nodes = Array(repeating: mesh, count: 9000).joined(separator: ",")
    try check(
      "glb that shows an spz 9000 times", ".glb", GLTFFixtures.binary(spz: zeros, node: nodes),
      refused: "too many for a file of")
    let absent = text.replacing("\"bufferView\"", with: "\"x\"")
      .replacing("\"count\": 20000", with: "\"count\": 4000000000")
    try check(
      "gltf of 4 billion zeros", ".gltf", Array(absent.utf8), refused: "more than can be held",
      beside: [("a.bin", numbers)])
    try check(
      "gltf with 900 times the same buffer", ".gltf", Array(many.utf8),
      refused: "too many for a file of", beside: [("a.bin", numbers)])
  }

  private static func readSOG() throws {
    var options = ModelFile.Options()
    options.format = .sog
    try withTemporaryFolder(isInMemory: true) { folder in
      try ModelFile.write(
        SyntheticScene.splats(count: 9, seed: 3, shDegree: 1), to: "\(folder)/", options: options)
      var files: [(name: String, bytes: [UInt8])] = []
      for name in FilePaths.files(below: folder) where name != "meta.json" {
        files.append((name, try bytes(of: "\(folder)/\(name)")))
      }
      let meta = try FileInput.readText(path: "\(folder)/meta.json")
      let more = meta.replacing("\"count\": 9", with: "\"count\": 16000000")
      #expect(more != meta)
      try check(
        "sog of 16 million", "meta.json", Array(more.utf8), refused: "one for each of 16000000",
        beside: files)
      let flat = try WebPFile.encodeLossless(
        Photo(
          width: 2000, height: 2000, channels: 4,
          bytes: [UInt8](repeating: 255, count: 16_000_000)), path: "a")
      try check(
        "sog with images of 2000x2000", "meta.json", Array(meta.utf8),
        refused: "pixels were expected of a palette", beside: files.map { ($0.name, flat) })
    }
  }
}
