import Foundation
import SplatCore
import SplatFiles
import Testing

@Suite("splat render")
struct RenderTests {
  @Test("draws along a scene, a file of cameras and a circle")
  func cameras() throws {
    let scene = try TinyScene()
    let model = try scene.writeModel()
    let folder = scene.folder
    try Command.run("render", model, "-o", folder.path("a"), "--scene", scene.path, "--quiet")
      .expectSuccess()
    #expect(Files.below(folder.path("a")) == (0..<8).map { "view\($0).png" })
    // The photos are renders of the same Gaussians by the same program.
    for index in 0..<8 {
      let photo = try PNGFile.read(path: scene.image(index))
      #expect(try PNGFile.read(path: folder.path("a/view\(index).png")) == photo)
    }

    try Command.run(
      "render", model, "-o", folder.path("b"), "--scene", scene.path, "--split", "test", "--quiet"
    ).expectSuccess()
    #expect(Files.below(folder.path("b")) == ["view0.png"])

    let cameras = TinyScene.cameras.prefix(3).enumerated().map {
      NamedCamera(name: "sub/c\($0).jpg", camera: $1)
    }
    try CameraPath.write(Array(cameras), to: folder.path("path.json"))
    try Command.run(
      "render", model, "-o", folder.path("c"), "--path", folder.path("path.json"), "--size",
      "64x48",
      "--quiet"
    ).expectSuccess()
    #expect(Files.below(folder.path("c")) == ["sub/c0.png", "sub/c1.png", "sub/c2.png"])
    #expect(try PNGFile.read(path: folder.path("c/sub/c0.png")).width == 64)

    try Command.run(
      "render", model, "-o", folder.path("d"), "--orbit", "5", "--size", "40x30", "--quiet"
    ).expectSuccess()
    #expect(Files.below(folder.path("d")) == (0..<5).map { "0000\($0).png" })
    let frames = try (0..<5).map { try PNGFile.read(path: folder.path("d/0000\($0).png")).bytes }
    #expect(Set(frames).count == 5)
    #expect(frames.allSatisfy { Set($0).count > 10 })
  }

  @Test("uses the cameras and the background of the training when nothing else is said")
  func trainingFolder() throws {
    let scene = try TinyScene()
    try scene.train("out", iterations: 60, "--background", "white", "--eval").expectSuccess()
    let out = scene.folder.path("out")
    let result = try Command.run("render", out, "-o", scene.folder.path("a"), "--json")
    result.expectSuccess()
    #expect(result.lines.count == 9)
    #expect(Files.below(scene.folder.path("a")) == (0..<8).map { "view\($0).png" })
    try Command.run("render", out, "-o", scene.folder.path("b"), "--near", "1000", "--quiet")
      .expectSuccess()
    #expect(try PNGFile.read(path: scene.folder.path("b/view0.png")).bytes.allSatisfy { $0 == 255 })
  }

  @Test("writes depth, alpha and raw values")
  func furtherFiles() throws {
    let scene = try TinyScene()
    let model = try scene.writeModel()
    let out = scene.folder.path("a")
    try Command.run(
      "render", model, "-o", out, "--orbit", "1", "--size", "32x24", "--depth", "--alpha", "--raw",
      "--quiet"
    ).expectSuccess()
    #expect(
      Files.below(out) == [
        "00000.depth.npy", "00000.depth.png", "00000.npy", "00000.png", "depth.json",
      ])
    #expect(try PNGFile.read(path: "\(out)/00000.png").channels == 4)
    #expect(try Files.bytes("\(out)/00000.npy").count == 128 + 32 * 24 * 16)
    #expect(try Files.bytes("\(out)/00000.depth.npy").count == 128 + 32 * 24 * 4)
    #expect(try Files.text("\(out)/depth.json").contains("\"00000\": {\"scale\": "))
  }

  @Test("a background colour fills what no Gaussian covers")
  func background() throws {
    let scene = try TinyScene()
    let model = try scene.writeModel()
    let out = scene.folder.path("a")
    try Command.run(
      "render", model, "-o", out, "--orbit", "1", "--size", "32x24", "--background", "#ff8000",
      "--near", "1000", "--quiet"
    ).expectSuccess()
    let bytes = try PNGFile.read(path: "\(out)/00000.png").bytes
    #expect(Array(bytes.prefix(6)) == [255, 128, 0, 255, 128, 0])
  }

  @Test("names what is missing for a video")
  func video() throws {
    let scene = try TinyScene()
    let model = try scene.writeModel()
    let result = try Command.run(
      "render", model, "-o", scene.folder.path("a"), "--orbit", "2", "--video",
      scene.folder.path("v.mp4"), environment: ["PATH": "/nowhere"])
    result.expectFailure(66, "ffmpeg", "install")
    #expect(!Files.exists(scene.folder.path("a")))
  }

  @Test("hands every frame to the video program")
  func videoFrames() throws {
    let scene = try TinyScene()
    let model = try scene.writeModel()
    let tools = scene.folder.path("tools")
    try FileManager.default.createDirectory(atPath: tools, withIntermediateDirectories: true)
    // In place of ffmpeg: its last argument is the file to write.
    try Files.write(
      "#!/bin/sh\nfor last; do :; done\nexec /bin/cat > \"$last\"\n", to: "\(tools)/ffmpeg")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: "\(tools)/ffmpeg")
    try Command.run(
      "render", model, "-o", scene.folder.path("a"), "--orbit", "3", "--size", "16x12", "--video",
      scene.folder.path("v.mp4"), "--quiet", environment: ["PATH": tools]
    ).expectSuccess()
    #expect(try Files.bytes(scene.folder.path("v.mp4")).count == 3 * 16 * 12 * 3)
    #expect(scene.folder.files().allSatisfy { !$0.contains(".tmp-") })
  }

  @Test(
    "refuses what cannot be meant",
    arguments: [
      ["--orbit", "0"], ["--orbit", "3", "--path", "x"], ["--split", "test"], ["--size", "0x5"],
      ["--size", "30000x30000"], ["--size", "12"], ["--background", "#12345"],
      ["--background", "random"], ["--near", "-1"], ["--alpha", "--background", "white"],
      ["--threads", "0"], [],
    ])
  func usage(_ options: [String]) throws {
    let scene = try TinyScene()
    let model = try scene.writeModel()
    let result = try Command.start(["render", model, "-o", scene.folder.path("a")] + options).wait()
    result.expectFailure(64)
    #expect(!Files.exists(scene.folder.path("a")))
  }

  @Test("parts of a run together write what one run does")
  func parts() throws {
    let scene = try TinyScene()
    let model = try scene.writeModel()
    func render(_ name: String, _ more: String...) throws -> String {
      let out = scene.folder.path(name)
      try Command.start(
        ["render", model, "-o", out, "--orbit", "7", "--size", "40x30", "--depth", "--raw"] + more
      ).wait().expectSuccess()
      return out
    }
    let whole = try render("whole", "--threads", "1")
    // More threads draw more frames at once.
    for (name, threads) in [("two", "2"), ("many", "16")] {
      #expect(
        try Files.contents(of: render(name, "--threads", threads)) == Files.contents(of: whole))
    }
    var parts = ""
    for part in ["3/3", "1/3", "2/3", "2/3"] { parts = try render("parts", "--part", part) }
    #expect(try Files.contents(of: parts) == Files.contents(of: whole))
    // More parts than frames leave some without work.
    var many = ""
    for number in 1...9 { many = try render("many parts", "--part", "\(number)/9") }
    #expect(try Files.contents(of: many) == Files.contents(of: whole))
  }

  @Test("a launcher says which part to draw")
  func automaticPart() throws {
    let scene = try TinyScene()
    let model = try scene.writeModel()
    let out = scene.folder.path("out")
    func render(_ environment: [String: String]) throws -> CommandResult {
      try Command.run(
        "render", model, "-o", out, "--orbit", "4", "--size", "8x8", "--part", "auto",
        environment: environment)
    }
    try render(["PMI_RANK": "3", "PMI_SIZE": "4"]).expectSuccess()
    #expect(Files.below(out) == ["00003.png"])
    try render([:]).expectFailure(64, "start the program with mpirun or srun")
    try render(["SLURM_PROCID": "4", "SLURM_STEP_NUM_TASKS": "4"])
      .expectFailure(64, "SLURM_PROCID is \"4\"")
    for wrong in ["0/2", "3/2", "1", "a/b", "1/0", "1/2/3"] {
      try Command.run("render", model, "-o", out, "--part", wrong)
        .expectFailure(64, "such as 2/8, was expected")
    }
    try Command.run("render", model, "-o", out, "--part", "1/2", "--video", "a.mp4")
      .expectFailure(64, "--video needs all frames")
  }
}
