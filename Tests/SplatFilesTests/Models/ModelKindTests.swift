import SplatCore
import SplatFiles
import SplatTestSupport
import Testing

/// What a file is, by its bytes and its name.
@Suite struct ModelKindTests {
  private static let splats = SyntheticScene.splats(count: 20, seed: 5, shDegree: 0)

  private func problem(_ bytes: [UInt8], _ path: String) -> String? {
    fileError { () throws(FileError) in _ = try ModelFile.read(bytes, path: path) }?.description
  }

  @Test(
    arguments: [
      [0x7b], [0x20, 0x7b], [0x1f, 0x8b], [0x1f, 0x8b, 8], [0x70, 0x6c, 0x79],
      [0xef, 0xbb, 0xbf, 0x7b],
    ] as [[UInt8]])
  func aDotSplatFileMayStartWithAnyNumber(start: [UInt8]) throws {
    var bytes = try ModelFixtures.bytes(Self.splats, .splat)
    bytes.replaceSubrange(0..<start.count, with: start)
    bytes[3] = 0x3f
    #expect(try ModelFile.read(bytes, path: "a.splat").splats.count == 20)
    #expect(try ModelFile.read(bytes, path: "A.SPLAT").format == .splat)
  }

  @Test func strongMarksCountBeforeTheEnding() throws {
    for format: ModelFormat in [.ply, .sog, .glb] {
      let bytes = try ModelFixtures.bytes(Self.splats, format)
      #expect(try ModelFile.read(bytes, path: "a.splat").format == format)
    }
  }

  @Test func theOnlyModelOfAnArchiveIsRead() throws {
    for format: ModelFormat in [.ply, .compressedPLY, .splat, .spz, .sog, .glb] {
      let bytes = try ModelFixtures.bytes(Self.splats, format)
      let archive = try ZipOutput.archive(
        [
          ("readme.txt", [1]), ("__MACOSX/._model.ply", [2]), ("x/model\(format.ending)", bytes),
          ("x/.model.ply", [3]),
        ], path: "a")
      let file = try ModelFile.read(archive, path: "a.zip")
      #expect(file.splats == (try ModelFile.read(bytes, path: "m\(format.ending)").splats))
    }
    let two = try ZipOutput.archive([("a.ply", [1]), ("b.spz", [2])], path: "a")
    #expect(problem(two, "m.zip")?.contains("2 models") == true)
    #expect(problem(two, "m.zip")?.contains("a.ply, b.spz") == true)
    let none = try ZipOutput.archive([("images/a.png", [1])], path: "a")
    #expect(problem(none, "m.zip")?.contains("holds no meta.json") == true)
    // Archives do not nest.
    let inner = try ZipOutput.archive([("a.ply", [1])], path: "a")
    let nested = try ZipOutput.archive([("a.sog", inner)], path: "a")
    #expect(problem(nested, "m.zip")?.contains("holds no meta.json") == true)
  }

  @Test func aModelThatExpandsToFarMoreIsRefused() throws {
    let zeros = [UInt8](repeating: 0, count: 60 << 20)
    let inner = try GzipWriter.compress(zeros, workers: Workers(), path: "a")
    #expect(problem(inner, "a.spz") != nil)
  }

  @Test func otherFilesAreNamedForWhatTheyAre() throws {
    for (start, path, name) in [
      ("PXR-USDC", "a.usdc", "USD"), ("#usda 1.0", "a.ply", "USD"), ("<html>", "a.ply", "HTML"),
      ("version https://git-lfs.github.com/spec/v1\n", "a.ply", "Git LFS"),
      ("LASF", "a.las", "LAS point cloud"), ("?", "a.rad", "RAD"), ("?", "x.y/a.psht", "Postshot"),
      (#"{"a": 1}"#, "a.json", "describes no model"),
    ] {
      #expect(problem(Array(start.utf8), path)?.contains(name) == true, "\(path)")
    }
    let usdz = try ZipOutput.archive([("default.usda", [1])], path: "a")
    #expect(problem(usdz, "a.usdz")?.contains("USDZ") == true)
    let checkpoint = try ZipOutput.archive([("archive/data.pkl", [1])], path: "a")
    #expect(problem(checkpoint, "a.ckpt")?.contains("PyTorch") == true)
    let packed = try GzipWriter.compress(
      PLYFixtures.binary(Self.splats), workers: Workers(), path: "a")
    #expect(problem(packed, "a.ply.gz")?.contains("gunzip") == true)
    #expect(problem([], "a.ply") == "a.ply: is empty")
  }
}
