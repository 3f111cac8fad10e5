import Foundation
import SplatCore
import SplatFiles
import SplatTestSupport
import Testing

/// Streamed SOG models, and SOG models with what some programs leave in them.
@Suite struct StreamedSOGTests {
  private static let fine = SyntheticScene.splats(count: 60, seed: 6, shDegree: 0)
  private static let coarse = SyntheticScene.splats(count: 8, seed: 7, shDegree: 0)

  private static let tree = """
    {"version": 1, "lodLevels": 2, "environment": null,
    "filenames": ["0_0/meta.json", "1_0/meta.json", "0_1/meta.json"],
    "tree": {"children": [
    {"lods": {"0": {"file": 0, "offset": 0, "count": 40},
    "1": {"file": 1, "offset": 0, "count": 8}}},
    {"lods": {"0": {"file": 0, "offset": 40, "count": 20}}},
    {"lods": {"1": {"file": 2, "offset": 5, "count": 3}}}]}}
    """

  /// Runs `body` with a folder of the models, and the means that are to be read from it.
  private func withModels(_ tree: String, _ body: (String, Set<Float>) throws -> Void) throws {
    try withTemporaryFolder { folder in
      for (name, splats) in [("0_0", Self.fine), ("1_0", Self.coarse), ("0_1", Self.coarse)] {
        var options = ModelFile.Options()
        options.format = .sog
        try ModelFile.write(splats, to: "\(folder)/\(name)/", options: options)
      }
      try FileOutput.write(tree, to: "\(folder)/lod-meta.json")
      let all = try ModelFile.read(path: "\(folder)/0_0").splats.means.map(\.x)
      let coarse = try ModelFile.read(path: "\(folder)/0_1").splats.means.map(\.x)
      try body(folder, Set(all + coarse[5..<8]))
    }
  }

  @Test func theFinestLevelOfEachPartIsRead() throws {
    try withModels(Self.tree) { folder, means in
      for path in [folder, "\(folder)/lod-meta.json"] {
        let read = try ModelFile.read(path: path)
        #expect(read.format == .sog && read.splats.count == 63)
        #expect(Set(read.splats.means.map(\.x)) == means)
      }
      var files: [(name: String, bytes: [UInt8])] = []
      for name in FilePaths.files(below: folder) {
        files.append(("x/\(name)", try bytes(of: "\(folder)/\(name)")))
      }
      let archive = try ZipOutput.archive(files, path: "a")
      #expect(try ModelFile.read(archive, path: "a.ssog").splats.count == 63)
    }
  }

  @Test func theEnvironmentComesAlong() throws {
    let tree = Self.tree.replacing("null", with: "\"1_0/meta.json\"")
      .replacing(", \"1_0/meta.json\", \"0_1", with: ", \"0_1/meta.json\", \"x_1")
    let used = tree.replacing("\"file\": 2, \"offset\": 5", with: "\"file\": 1, \"offset\": 5")
    try withModels(used) { folder, _ in
      let read = try ModelFile.read(path: folder)
      #expect(read.splats.count == 71)
    }
  }

  @Test func wrongTreesAreRefused() throws {
    for (old, new, problem) in [
      ("\"file\": 2", "\"file\": 3", "there are 3 files"),
      ("\"offset\": 40", "\"offset\": 39", "used twice"),
      ("\"offset\": 40", "\"offset\": 41", "holds 60 Gaussians"),
      ("0_1/meta.json", "../x/meta.json", "does not lie in"),
      ("0_1/meta.json", "0_0/meta.json", "twice"), ("0_1/meta.json", "9_9/meta.json", "not exist"),
      ("\"children\"", "\"others\"", "holds no Gaussians"),
    ] {
      try withModels(Self.tree.replacing(old, with: new)) { folder, _ in
        let error = fileError { () throws(FileError) in _ = try ModelFile.read(path: folder) }
        #expect(error?.problem.contains(problem) == true, "\(new): \(error as Any)")
      }
    }
  }

  // MARK: Codebooks and textures

  /// The files of a SOG model, with another description.
  private func files(_ change: (String) -> String) throws -> [(name: String, bytes: [UInt8])] {
    try withTemporaryFolder { folder in
      var options = ModelFile.Options()
      options.format = .sog
      try ModelFile.write(Self.fine, to: "\(folder)/", options: options)
      return try FilePaths.files(below: folder).map { name in
        let bytes = try SplatFilesTests.bytes(of: "\(folder)/\(name)")
        guard name == "meta.json" else { return (name, bytes) }
        return (name, Array(change(String(decoding: bytes, as: UTF8.self)).utf8))
      }
    }
  }

  @Test func entriesOfCodebooksMayBeNull() throws {
    // 180 scales leave the last entries without a use.
    let whole = try ZipOutput.archive(files { $0 }, path: "a")
    let changed = try files { text in
      let scales = text.range(of: "\"scales\"")?.upperBound ?? text.startIndex
      let end = text[scales...].firstIndex(of: "]") ?? text.endIndex
      let comma = text[..<end].lastIndex(of: ",") ?? text.startIndex
      return "\(text[...comma]) null\(text[end...])"
    }
    let meta = changed.first { $0.name == "meta.json" }?.bytes ?? []
    let text = String(decoding: meta, as: UTF8.self)
    #expect(text.contains(" null"))
    let read = try ModelFile.read(ZipOutput.archive(changed, path: "a"), path: "a.sog")
    #expect(read.dropped == 0)
    #expect(read.splats == (try ModelFile.read(whole, path: "a.sog").splats))
    // An entry that is used leaves out what uses it.
    let used = try files { text in
      let scales = text.range(of: "\"scales\"")?.upperBound ?? text.startIndex
      let start = text[scales...].firstIndex(of: "[") ?? text.startIndex
      let comma = text[start...].firstIndex(of: ",") ?? text.endIndex
      return "\(text[...start])null\(text[comma...])"
    }
    #expect(try ModelFile.read(ZipOutput.archive(used, path: "a"), path: "a.sog").dropped > 0)
  }

  @Test func lossyTexturesAreRefusedByName() throws {
    // The header of a lossy frame of 8 x 8 pixels.
    let frame: [UInt8] = [0x30, 0, 0, 0x9d, 1, 0x2a, 8, 0, 8, 0]
    let lossy =
      Array("RIFF".utf8) + PLYFixtures.littleEndian(UInt32(12 + frame.count))
      + Array("WEBPVP8 ".utf8) + PLYFixtures.littleEndian(UInt32(frame.count)) + frame
    let changed = try files { $0 }.map { $0.name == "quats.webp" ? ($0.name, lossy) : $0 }
    let archive = try ZipOutput.archive(changed, path: "a")
    let error = fileError { () throws(FileError) in
      _ = try ModelFile.read(archive, path: "a.sog")
    }
    #expect(error?.path.contains("quats.webp") == true)
    #expect(error?.problem.contains("compressed with loss") == true)
  }
}
