import SplatCore
import SplatFiles
import SplatTestSupport

/// Small files of every format of models.
enum ModelFixtures {
  /// A file's bytes by what it is, with a path whose ending fits.
  struct File: Sendable {
    var name: String
    var path: String
    var bytes: [UInt8]
  }

  /// A file of `format`, as it is written.
  static func bytes(
    _ splats: Splats, _ format: ModelFormat, options: ModelFile.Options = .init()
  ) throws -> [UInt8] {
    var options = options
    options.format = format
    return try withTemporaryFolder { folder in
      try ModelFile.write(splats, to: "\(folder)/a\(format.ending)", options: options)
      return try SplatFilesTests.bytes(of: "\(folder)/a\(format.ending)")
    }
  }

  /// A file of every kind that can be read from bytes alone.
  static func all(count: Int, shDegree: Int) throws -> [File] {
    let splats = SyntheticScene.splats(count: count, seed: 3, shDegree: shDegree)
    var files: [File] = []
    for format: ModelFormat in [.ply, .compressedPLY, .splat, .sog, .glb] {
      files.append(
        File(
          name: format.rawValue, path: "a\(format.ending)", bytes: try bytes(splats, format)))
    }
    for version in 3...4 {
      var options = ModelFile.Options()
      options.spzVersion = version
      files.append(
        File(
          name: "spz \(version)", path: "a.spz", bytes: try bytes(splats, .spz, options: options)))
    }
    for version in 1...2 {
      files.append(
        File(name: "spz \(version)", path: "a.spz", bytes: try SPZFixtures.gzip(version: version)))
    }
    for mode in 0...2 {
      files.append(
        File(
          name: "ksplat \(mode)", path: "a.ksplat",
          bytes: KSPLATFixtures.file(splats, mode: mode)))
    }
    let packed = try bytes(splats, .spz)
    files.append(File(name: "glb with spz", path: "a.glb", bytes: GLTFFixtures.binary(spz: packed)))
    files.append(
      File(
        name: "zip of a ply", path: "a.zip",
        bytes: try ZipOutput.archive([("a.ply", try bytes(splats, .ply))], path: "a")))
    files.append(
      File(name: "spz with a frame", path: "a.spz", bytes: try SPZFixtures.withFrame(6)))
    let plain = SyntheticScene.splats(count: count, seed: 3, shDegree: 0)
    files.append(File(name: "text ply", path: "a.ply", bytes: PLYFixtures.ascii(plain)))
    files.append(
      File(
        name: "big-endian ply", path: "a.ply", bytes: PLYFixtures.binary(plain, isBigEndian: true)))
    files.append(File(name: "gltf", path: "a.gltf", bytes: try GLTFFixtures.embedded(splats)))
    return files
  }
}
