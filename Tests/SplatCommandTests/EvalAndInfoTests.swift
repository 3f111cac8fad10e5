import Foundation
import SplatCore
import SplatFiles
import Testing

@Suite("splat eval and splat info")
struct EvalAndInfoTests {
  private func object(_ line: Substring) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
  }

  @Test("a model that made the photos is nearly perfect")
  func eval() throws {
    let scene = try TinyScene()
    let model = try scene.writeModel()
    let result = try Command.run("eval", model, "--scene", scene.path, "--split", "all", "--json")
    result.expectSuccess()
    #expect(result.lines.count == 9)
    let mean = try object(try #require(result.lines.last))
    // The photos are rounded to bytes.
    #expect(try #require(mean["psnr"] as? Double) > 55)
    #expect(try #require(mean["ssim"] as? Double) > 0.999)
    // Nothing else changes by seeing the scene elsewhere.
    #expect(try #require(mean["psnr_inside_border"] as? Double) > 55)
    #expect(try #require(mean["needles"] as? Double) == 0)
    #expect(try #require(mean["see_through"] as? Double) > 0.1)
    #expect(try #require(mean["psnr_other_background"] as? Double) < 30)
    let table = try Command.run("eval", model, "--scene", scene.path)
    #expect(table.lines.prefix(3).map { $0.prefix(5) } == ["image", "view0", "mean "])
    for name in ["over white", "at half size", "at double size", "needles", "faint"] {
      #expect(table.lines.contains { $0.hasPrefix(name) }, "\(name)")
    }
  }

  @Test("agrees with the results of the training")
  func evalAfterTraining() throws {
    let scene = try TinyScene()
    try scene.train("out", iterations: 60, "--eval", "--max-size", "30").expectSuccess()
    let result = try Command.run(
      "eval", scene.folder.path("out"), "--scene", scene.path, "--json")
    let mean = try object(try #require(result.lines.last))
    let text = try Files.text(scene.folder.path("out/results.json"))
    let results = try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    for name in ["psnr", "psnr_corrected", "ssim"] {
      let (a, b) = (mean[name] as? Double, results[name] as? Double)
      #expect(abs(try #require(a) - (try #require(b))) < 1e-3)
    }
    let images = try #require(results["images"] as? [String: [String: Double]])
    for image in images.values {
      #expect(try #require(image["psnr_corrected"]) >= (try #require(image["psnr"])))
    }
  }

  @Test("compares folders of images")
  func folders() throws {
    let scene = try TinyScene()
    let images = "\(scene.path)/images"
    let same = try Command.run("eval", "--images", images, images, "--json")
    same.expectSuccess()
    #expect(same.lines.count == 9)
    #expect(try object(try #require(same.lines.last))["psnr"] as? Double == 100)
    try Command.run("eval", "--images", images, scene.folder.path("none"))
      .expectFailure(66, "none")
    try Command.run("eval", "--images", images, "\(scene.path)/sparse/0")
      .expectFailure(65, "no images of the same names")
    try Command.run("eval", "model.ply").expectFailure(64, "--scene")
  }

  @Test("info counts what is in a model")
  func modelInfo() throws {
    let scene = try TinyScene()
    let model = try scene.writeModel()
    let text = try Command.run("info", model)
    text.expectSuccess()
    #expect(text.output.contains("Gaussians     60\n"))
    #expect(text.output.contains("SH degree     1\n"))
    let line = try object(try #require(Command.run("info", model, "--json").lines.first))
    #expect(line["splats"] as? Int == 60)
    #expect(line["antialias"] as? Bool == false)
  }

  @Test("info lists all that is wrong with a scene")
  func sceneInfo() throws {
    let scene = try TinyScene()
    try Files.remove(scene.image(2))
    try Files.write("not an image", to: scene.image(5))
    let text = try Command.run("info", scene.path)
    text.expectSuccess()
    #expect(text.output.contains("images        6, one camera"))
    #expect(text.output.contains("view2.png: does not exist"))
    #expect(text.output.contains("view5.png: byte 0"))
    let line = try object(try #require(Command.run("info", scene.path, "--json").lines.first))
    #expect(line["points"] as? Int == 60)
    #expect((line["bad_images"] as? [String])?.count == 2)
  }

  @Test("info says what a scene lacks, and plots it")
  func sceneLacks() throws {
    let scene = try TinyScene { model in
      model.images.removeLast(2)
      model.points = []
      model.cameras[0].lens = .openCV
      model.cameras[0].parameters += [0.1, 0, 0, 0]
    }
    try scene.writeMasks(white: 3)
    let plot = scene.folder.path("plot.png")
    let text = try Command.run("info", scene.path, "--plot", plot)
    text.expectSuccess()
    for part in [
      "lacks         cameras of 2 images: view6.png, view7.png", "lacks         points",
      "lenses        distorted in 6 photos; undistorted when", "masks         6 of 6 photos",
    ] {
      #expect(text.output.contains(part), "\(text.output)")
    }
    let line = try object(try #require(Command.run("info", scene.path, "--json").lines.first))
    #expect(line["unregistered_images"] as? [String] == ["view6.png", "view7.png"])
    #expect(line["masked_images"] as? Int == 6 && line["straightened_images"] as? Int == 6)
    let picture = try PNGFile.read(path: plot)
    #expect(picture.width == 1600 && picture.height == 800)
    // Orange pyramids of test cameras and blue ones of training cameras in both halves.
    for left in [0, 800] {
      var (blue, orange) = (0, 0)
      for pixel in 0..<1600 * 800 where (left..<left + 800).contains(pixel % 1600) {
        let (red, other) = (picture.bytes[pixel * 3], picture.bytes[pixel * 3 + 2])
        if other > 150, red < 120 { blue += 1 }
        if red > 200, other < 120 { orange += 1 }
      }
      #expect(blue > 200 && orange > 20)
    }
    // The legend: grey letters at the top of both halves, coloured ones at the bottom.
    func letters(_ rows: Range<Int>, _ left: Int, _ color: [UInt8]) -> Int {
      rows.reduce(0) { count, y in
        count
          + (left..<left + 300).count { x in
            Array(picture.bytes[(y * 1600 + x) * 3..<(y * 1600 + x) * 3 + 3]) == color
          }
      }
    }
    for left in [0, 800] { #expect(letters(12..<26, left, [60, 60, 60]) > 200) }
    #expect(letters(744..<758, 0, [30, 90, 200]) > 200)
    #expect(letters(766..<780, 0, [230, 110, 20]) > 200)
    try Command.run("info", scene.writeModel(), "--plot", plot).expectFailure(64, "is a model")
  }

  @Test("commands take a zip archive of a scene")
  func archive() throws {
    let scene = try TinyScene()
    let files = Files.below(scene.path)
    let members = try files.map {
      (name: "tiny/\($0)", bytes: try Files.bytes("\(scene.path)/\($0)"))
    }
    let path = scene.folder.path("tiny.zip")
    try Files.write(try ZipOutput.archive(members, path: "a"), to: path)
    let info = try Command.run("info", path)
    info.expectSuccess()
    #expect(info.output.contains("images        8, one camera"))
    try scene.train("out", iterations: 30).expectSuccess()
    try Command.run("train", path, "-o", scene.folder.path("zip"), "--iterations", "30", "--quiet")
      .expectSuccess()
    #expect(
      try Files.bytes(scene.model("zip", iteration: 30))
        == Files.bytes(scene.model("out", iteration: 30)))
    try Command.run("eval", scene.folder.path("zip"), "--scene", path).expectSuccess()
  }

  @Test("help names all options of the contract")
  func help() throws {
    let train = try Command.run("train", "--help")
    train.expectSuccess()
    for option in [
      "--iterations", "--strategy", "--sh-degree", "--seed", "--splats", "--time", "--memory",
      "--threads", "--images", "--masks", "--downscale", "--max-size", "--eval", "--test-every",
      "--antialias", "--background", "--schedule", "--checkpoint-every", "--resume", "--overwrite",
      "--export", "--save-iterations", "--json", "--quiet", "--skip-bad-images", "--config",
      "--set", "--list-settings",
    ] {
      // Flags that can be taken back stand before a slash.
      #expect([" ", "\n", "/"].contains { train.output.contains("\(option)\($0)") }, "\(option)")
    }
    let top = try Command.run("--help")
    for name in ["train", "render", "eval", "info"] { #expect(top.output.contains("  \(name) ")) }
    let version = /\d+\.\d+\.\d+ \((x86-64[^ ,]*|arm64|native)(, commit [0-9a-f]+)?\)\n/
    #expect(try Command.run("--version").output.wholeMatch(of: version) != nil)
    try Command.run("paint").expectFailure(64, "paint")
    try Command.run("train").expectFailure(64)
  }

  @Test("a processor without AVX2 is told so before anything else")
  func processor() throws {
    #if os(Linux) && arch(x86_64)
      let folder = TemporaryFolder()
      try Files.write(
        "flags\t\t: fpu sse4_2 avx fma bmi1 bmi2 f16c movbe abm\n", to: folder.path("old"))
      let result = try Command.run("--help", environment: ["SPLAT_CPUINFO": folder.path("old")])
      result.expectFailure(70, "AVX2", "lacks avx2.", "SPLAT_CPU=x86-64-v2")
      try Files.write("model name : unknown\n", to: folder.path("odd"))
      try Command.run("--help", environment: ["SPLAT_CPUINFO": folder.path("odd")]).expectSuccess()
    #endif
  }
}
