import Foundation
import SplatCore
import SplatFiles
import Testing

@Suite("broken models and camera files")
struct BadModelTests {
  private func expectFailure(
    _ text: String, _ code: Int32, _ part: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try expectFailure(Array(text.utf8), code, part, sourceLocation: sourceLocation)
  }

  private func expectFailure(
    _ bytes: [UInt8], _ code: Int32, _ part: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let folder = TemporaryFolder()
    let path = folder.path("m.ply")
    try Files.write(bytes, to: path)
    let render = try Command.run("render", path, "-o", folder.path("out"), "--orbit", "1")
    for result in [render, try Command.run("info", path)] {
      result.expectFailure(code, sourceLocation: sourceLocation)
      #expect(result.errors.contains(part), "\(result.errors)", sourceLocation: sourceLocation)
      #expect(result.errors.contains("m.ply"), sourceLocation: sourceLocation)
    }
    #expect(folder.files() == ["m.ply"], sourceLocation: sourceLocation)
  }

  private func header(count: Int, rest: Int = 0) -> String {
    let names =
      ["x", "y", "z", "f_dc_0", "f_dc_1", "f_dc_2"] + (0..<rest).map { "f_rest_\($0)" }
      + ["opacity", "scale_0", "scale_1", "scale_2", "rot_0", "rot_1", "rot_2", "rot_3"]
    return "ply\nformat ascii 1.0\nelement vertex \(count)\n"
      + names.map { "property float \($0)\n" }.joined() + "end_header\n"
  }

  private let row = "0 0 0 1 1 1 2 -1 -1 -1 1 0 0 0\n"
  private let badRow = "0 nan 0 1 1 1 2 -1 -1 -1 1 0 0 0\n"

  @Test("files that are no models")
  func noModels() throws {
    let folder = TemporaryFolder()
    try Command.run("render", folder.path("m.ply"), "-o", folder.path("out"), "--orbit", "1")
      .expectFailure(66, "m.ply: does not exist")
    try Command.run("render", folder.path, "-o", folder.path("out"), "--orbit", "1")
      .expectFailure(66, "holds no model")
    try expectFailure("", 65, "m.ply")
    try expectFailure("solid cube", 65, "m.ply")
    try expectFailure("ply\nformat ascii 1.0\nend_header\n", 65, "vertex")
    try expectFailure(header(count: 0), 65, "no Gaussians")
  }

  @Test("counts that do not fit the file, and an unknown number of coefficients")
  func counts() throws {
    try expectFailure(header(count: 1_000_000_000) + row, 65, "1000000000")
    try expectFailure(header(count: 2) + row, 65, "vertex")
    try expectFailure(header(count: 1, rest: 7) + row, 65, "f_rest")
    let scene = try TinyScene()
    let whole = try Files.bytes(try scene.writeModel())
    try expectFailure(Array(whole.dropLast(3)), 65, "vertex")
  }

  @Test("values that are not finite are left out, unless nothing remains")
  func notFinite() throws {
    try expectFailure(header(count: 2) + badRow + badRow, 65, "none of 2 Gaussians")
    let folder = TemporaryFolder()
    try Files.write(header(count: 3) + row + badRow + row, to: folder.path("m.ply"))
    let result = try Command.run(
      "render", folder.path("m.ply"), "-o", folder.path("out"), "--orbit", "1", "--size", "8x6",
      "--quiet")
    result.expectSuccess()
    #expect(result.errors.contains("warning: "))
    #expect(result.errors.contains("left out 1 Gaussian"))
    let info = try Command.run("info", folder.path("m.ply"))
    #expect(info.output.contains("left out      1 "))
  }

  @Test(
    "camera files that are none",
    arguments: [
      ("", "m.json"), ("[1, 2", "byte"), ("{}", "frames"), ("[]", "no cameras"),
      ("[{}]", "position"),
      (
        #"[{"position": [0, 0, 0], "rotation": [[1, 0, 0], [0, 1, 0], [0, 0, 0]], "fx": 1}]"#,
        "rotation"
      ),
      (#"{"frames": [{"transform_matrix": 3}]}"#, "m.json"),
    ])
  func cameraFiles(_ text: String, _ part: String) throws {
    let scene = try TinyScene()
    let model = try scene.writeModel()
    let path = scene.folder.path("m.json")
    try Files.write(text, to: path)
    let result = try Command.run(
      "render", model, "-o", scene.folder.path("out"), "--path", path, "--size", "8x6")
    result.expectFailure(65, part)
    #expect(!Files.exists(scene.folder.path("out")))
  }
}
