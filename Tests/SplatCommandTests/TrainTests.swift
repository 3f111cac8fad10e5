import Foundation
import SplatCore
import SplatFiles
import Testing

@Suite("splat train")
struct TrainTests {
  @Test("writes all files that other tools and later commands read")
  func files() throws {
    let scene = try TinyScene()
    let result = try scene.train(
      "out", iterations: 60, "--eval", "--save-iterations", "20,40", "--checkpoint-every", "30")
    result.expectSuccess()
    #expect(result.output.isEmpty)
    #expect(
      Files.below(scene.folder.path("out")) == [
        "cameras.json", "checkpoint.bin", "config.json", "metrics.jsonl",
        "point_cloud/iteration_20/point_cloud.ply", "point_cloud/iteration_40/point_cloud.ply",
        "point_cloud/iteration_60/point_cloud.ply", "results.json",
      ])
    let cameras = try CameraPath.read(path: scene.folder.path("out/cameras.json"))
    #expect(cameras.map(\.name) == (0..<8).map { "view\($0).png" })
    let config = try Files.text(scene.folder.path("out/config.json"))
    #expect(config.contains("\"iterations\" : 60"))
    let results = try Files.text(scene.folder.path("out/results.json"))
    #expect(results.contains("\"view0.png\": {\"psnr\": "))
    #expect(!results.contains("view1.png"))
    #expect(try scene.metrics().count == 1)
    #expect(try SplatPLY.read(path: scene.model()).splats.count == 60)
  }

  @Test("the model and the metrics are the same for 1, 2 and 7 threads")
  func threads() throws {
    let scene = try TinyScene()
    for threads in [1, 2, 7] {
      try scene.train("out\(threads)", iterations: 130, "--threads", "\(threads)").expectSuccess()
    }
    let model = try Files.bytes(scene.model("out1", iteration: 130))
    let metrics = try scene.metrics("out1")
    #expect(metrics.count == 2)
    for threads in [2, 7] {
      #expect(try Files.bytes(scene.model("out\(threads)", iteration: 130)) == model)
      #expect(try scene.metrics("out\(threads)") == metrics)
    }
  }

  @Test("tells the plan and the results as JSON lines")
  func json() throws {
    let scene = try TinyScene()
    let result = try Command.run(
      "train", scene.path, "-o", scene.folder.path("out"), "--iterations", "100", "--json",
      "--eval",
      "--strategy", "mcmc", "--background", "random", "--seed", "7", "--sh-degree", "1", "--splats",
      "100", "--schedule", "full", "--antialias", "--downscale", "2", "--memory", "1G")
    result.expectSuccess()
    let events = try result.lines.map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
    #expect(
      events.compactMap { $0["event"] as? String } == ["plan", "progress", "saved", "result"])
    #expect(events.first?["maximum_splats"] as? Int == 100)
    #expect(events.first?["background"] as? String == "random")
    let model = try SplatPLY.read(path: scene.model("out", iteration: 100)).splats
    #expect(model.isAntialiased)
    #expect(model.shDegree == 1)
    let cameras = try CameraPath.read(path: scene.folder.path("out/cameras.json"))
    #expect(cameras.first?.camera.width == 24)
  }

  @Test("says for people what it found, plans and reaches")
  func plainText() throws {
    let scene = try TinyScene()
    let result = try Command.run(
      "train", scene.path, "-o", scene.folder.path("out"), "--iterations", "20", "--time", "10m")
    result.expectSuccess()
    for part in ["8 photos of 48x36", "60 points", "20 iterations", "done: 60 Gaussians after 20"] {
      #expect(result.output.contains(part), "\(result.output)")
    }
  }

  @Test("leaves out what masks cover")
  func masks() throws {
    let scene = try TinyScene()
    let photo = try PNGFile.read(path: scene.image(0))
    var mask = photo
    mask.bytes = mask.bytes.map { _ in 0 }
    try FileManager.default.createDirectory(
      atPath: "\(scene.path)/masks", withIntermediateDirectories: true)
    for index in 0..<8 { try PNGFile.write(mask, to: "\(scene.path)/masks/view\(index).png") }
    try scene.train("out", iterations: 100, "--masks", "masks").expectSuccess()
    #expect(try scene.metrics().first?.contains("\"psnr\": 100.0") ?? false)
    try scene.train("no", iterations: 10, "--masks", "none")
      .expectFailure(66, "scene/none", "no mask")
  }

  @Test("an interrupted run saves, says how to go on, and ends with 130")
  func interrupt() throws {
    let scene = try TinyScene()
    try scene.train("whole", iterations: 1500).expectSuccess()
    let arguments = [
      "train", scene.path, "-o", scene.folder.path("out"), "--iterations", "1500", "--json",
    ]
    let running = try Command.start(arguments)
    while running.isRunning, (try? scene.metrics().count) ?? 0 < 2 {
      Thread.sleep(forTimeInterval: 0.002)
    }
    running.signal(SIGINT)
    let stopped = running.wait()
    #expect(stopped.code == 130)
    #expect(stopped.errors.contains("--resume"))
    let resumed = try Command.start(arguments + ["--resume"]).wait()
    resumed.expectSuccess()
    #expect(try sameResults(scene, "out", "whole", iteration: 1500))
  }

  @Test("a killed run goes on from its last checkpoint to the same bytes")
  func kill() throws {
    let scene = try TinyScene()
    try scene.train("whole", iterations: 1200).expectSuccess()
    let arguments = [
      "train", scene.path, "-o", scene.folder.path("out"), "--iterations", "1200", "--quiet",
      "--checkpoint-every", "170",
    ]
    let running = try Command.start(arguments)
    while running.isRunning, (try? scene.metrics().count) ?? 0 < 4 {
      Thread.sleep(forTimeInterval: 0.002)
    }
    running.signal(SIGKILL)
    #expect(running.wait().code == 137)
    // What a kill in the middle of writing would leave.
    try Files.write("half", to: scene.folder.path("out/checkpoint.bin.tmp-1-1"))
    let before = try scene.metrics().count
    #expect(before >= 4 && before < 12)
    try Command.start(arguments + ["--resume", "--threads", "1"]).wait().expectSuccess()
    #expect(try sameResults(scene, "out", "whole", iteration: 1200))
    #expect(!Files.exists(scene.folder.path("out/checkpoint.bin.tmp-1-1")))
  }

  @Test("a run without a checkpoint is resumed from its beginning")
  func resumeWithoutCheckpoint() throws {
    let scene = try TinyScene()
    try scene.train("whole").expectSuccess()
    try scene.train("out", iterations: 60, "--resume").expectSuccess()
    #expect(try sameResults(scene, "out", "whole", iteration: 60))
    try scene.train("out", iterations: 60, "--resume").expectSuccess()
    #expect(try sameResults(scene, "out", "whole", iteration: 60))
  }

  private func sameResults(_ scene: TinyScene, _ a: String, _ b: String, iteration: Int) throws
    -> Bool
  {
    let (left, right) = (scene.model(a, iteration: iteration), scene.model(b, iteration: iteration))
    return try Files.bytes(left) == Files.bytes(right) && scene.metrics(a) == scene.metrics(b)
  }
}
