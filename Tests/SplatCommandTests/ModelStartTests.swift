import Foundation
import SplatCore
import SplatFiles
import Testing

@Suite("runs that start from a model")
struct ModelStartTests {
  /// The values of a group of parameters of each Gaussian, sorted, since training reorders them.
  private func values(_ path: String, _ planes: Range<Int>) throws -> [[Float]] {
    let parameters = try SplatPLY.read(path: path).splats.parameters
    return (0..<parameters.count).map { index in planes.map { parameters[$0, index] } }
      .sorted { $0.lexicographicallyPrecedes($1) }
  }

  @Test("of any format, with its SH degree raised or lowered, and its way of rendering")
  func formats() throws {
    let scene = try TinyScene()
    try scene.train("first", iterations: 60, "--sh-degree", "1", "--antialias").expectSuccess()
    let count = try SplatPLY.read(path: scene.model("first")).splats.count
    for (index, ending) in [".spz", ".sog", ".glb"].enumerated() {
      let model = scene.folder.path("model\(ending)")
      try Command.run("convert", scene.folder.path("first"), model, "--quiet").expectSuccess()
      let result = try Command.run(
        "train", scene.path, "-o", scene.folder.path("out\(index)"), "--iterations", "20",
        "--from", model, "--sh-degree", index == 0 ? "3" : "0")
      result.expectSuccess()
      #expect(result.output.contains("start    \(model): \(count) Gaussians, SH degree 1"))
      #expect(result.output.contains("full image sizes"))
      let trained = try SplatPLY.read(path: scene.model("out\(index)", iteration: 20)).splats
      #expect(trained.shDegree == (index == 0 ? 3 : 0))
    }
    // A run of one step from the folder changes the photos' errors little.
    try Command.run(
      "train", scene.path, "-o", scene.folder.path("near"), "--iterations", "1", "--from",
      scene.folder.path("first"), "--sh-degree", "1", "--quiet"
    ).expectSuccess()
    #expect(try SplatPLY.read(path: scene.model("near", iteration: 1)).splats.isAntialiased)
    func psnr(_ output: String) throws -> Double {
      let result = try Command.run(
        "eval", scene.folder.path(output), "--scene", scene.path, "--split", "all")
      return try #require(
        result.lines.first { $0.hasPrefix("mean") }?.split(separator: " ").dropFirst().first
          .flatMap { Double($0) })
    }
    #expect(abs(try psnr("near") - psnr("first")) < 1)
  }

  @Test(
    "in the coordinates of a map are brought to the origin of the scene",
    arguments: [SIMD3(450_000.0, 5_200_000, 100), .zero])
  func maps(offset: SIMD3<Double>) throws {
    let scene = try TinyScene { model in
      for index in model.images.indices {
        model.images[index].translation -= model.images[index].viewMatrix.rotated(offset)
      }
      for index in model.points.indices { model.points[index].position += offset }
    }
    let origin = try Scene.open(path: scene.path).origin
    #expect((origin == .zero) == (offset == .zero))
    // Models that record the place of their origin, another one than the scene's.
    func shifted(_ shift: SIMD3<Double>) -> Splats {
      var splats = TinyScene.splats
      for (index, place) in splats.means.enumerated() {
        let mean = SIMD3<Double>(place) + shift
        for axis in 0..<3 { splats.parameters[Plane.means + axis, index] = Float(mean[axis]) }
      }
      return splats
    }
    let plain = scene.folder.path("plain.ply")
    try SplatPLY.write(shifted(offset - origin), to: plain)
    let recorded = scene.folder.path("recorded.ply")
    var options = ModelFile.Options()
    options.origin = offset + SIMD3(20, -30, 40)
    try ModelFile.write(shifted(SIMD3(-20, 30, -40)), to: recorded, options: options)
    // The means of a model in coordinates of the map have lost some digits.
    let far = scene.folder.path("far.ply")
    try SplatPLY.write(shifted(offset), to: far)
    func means(_ model: String, _ output: String) throws -> [[Float]] {
      try scene.train(output, iterations: 1, "--from", model, "--freeze", "means").expectSuccess()
      return try values(scene.model(output, iteration: 1), Plane.means..<Plane.means + 3)
    }
    let expected = try means(plain, "a")
    for (model, output, tolerance) in [(recorded, "b", Float(1e-4)), (far, "c", 0.6)] {
      for (a, b) in zip(try means(model, output), expected) where output == "b" {
        #expect(zip(a, b).allSatisfy { abs($0 - $1) < tolerance }, "\(model) \(a) \(b)")
      }
      let all = try SplatPLY.read(path: scene.model(output, iteration: 1)).splats
      let bounds = Bounds(of: all.means)
      #expect(bounds.low.min() > -20 && bounds.high.max() < 20, "\(model) \(bounds)")
    }
  }

  @Test("can be stopped and resumed to the same bytes, and made longer")
  func resumed() throws {
    let scene = try TinyScene()
    let model = try scene.writeModel()
    func arguments(_ output: String) -> [String] {
      [
        "train", scene.path, "-o", scene.folder.path(output), "--iterations", "1200", "--quiet",
        "--from", model,
      ]
    }
    try Command.start(arguments("whole")).wait().expectSuccess()
    let running = try Command.start(arguments("out") + ["--checkpoint-every", "100"])
    running.killed { Files.exists(scene.folder.path("out/checkpoint.bin")) }
    try Command.run("train", "--resume", scene.folder.path("out"), "--quiet").expectSuccess()
    #expect(
      try Files.bytes(scene.model("out", iteration: 1200))
        == Files.bytes(scene.model("whole", iteration: 1200)))
    // Another model in its place is another run.
    try SplatPLY.write(TinyScene.splats.withHarmonics(degree: 0), to: scene.folder.path("b.ply"))
    try Command.run(
      "train", "--resume", scene.folder.path("out"), "--from", scene.folder.path("b.ply")
    ).expectFailure(65, "from is \(model) in the run")
  }

  @Test(
    "frozen groups keep their values, and the others learn",
    arguments: ["means", "scales", "rotations", "opacities", "colors", "means,colors"])
  func freeze(_ groups: String) throws {
    let scene = try TinyScene()
    let model = try scene.writeModel()
    try scene.train(
      "out", iterations: 100, "--from", model, "--freeze", groups, "--strategy", "adc",
      "--set", "adc.start=10", "--set", "adc.interval=20", "--set", "adc.resetInterval=50",
      "--sh-degree",
      "\(TinyScene.splats.shDegree)"
    ).expectSuccess()
    let planes: [(String, Range<Int>)] = [
      ("means", Plane.means..<Plane.means + 3), ("scales", Plane.logScales..<Plane.logScales + 3),
      ("rotations", Plane.rotations..<Plane.rotations + 4),
      ("opacities", Plane.opacityLogit..<Plane.opacityLogit + 1),
      ("colors", Plane.sh..<Plane.count(shDegree: TinyScene.splats.shDegree)),
    ]
    let frozen = groups.split(separator: ",").map(String.init)
    for (name, planes) in planes {
      let trained = try values(scene.model("out", iteration: 100), planes)
      if frozen.contains(name), frozen != ["rotations"], frozen != ["colors"] {
        #expect(try trained == values(model, planes), "\(name)")
      } else if frozen.contains(name) {
        // Gaussians may be added and taken away, as copies.
        let known = Set(try values(model, planes))
        #expect(trained.allSatisfy { known.contains($0) }, "\(name)")
      } else {
        #expect(try trained != values(model, planes), "\(name)")
      }
    }
  }

  @Test("what does not fit is refused")
  func refused() throws {
    let scene = try TinyScene()
    let model = try scene.writeModel()
    try scene.train("out", iterations: 5, "--from", model, "--splats", "20")
      .expectFailure(65, "has 60 Gaussians, and --splats allows 20", "--max-splats 20")
    try scene.train("out", iterations: 5, "--from", scene.folder.path("none.ply"))
      .expectFailure(66, "none.ply: does not exist")
    #expect(!Files.exists(scene.folder.path("out")))
    try scene.train("out", iterations: 5).expectSuccess()
    try scene.train("out", iterations: 5, "--overwrite", "--from", scene.folder.path("out"))
      .expectFailure(64, "another -o")
    #expect(Files.exists(scene.model("out", iteration: 5)))
  }
}
