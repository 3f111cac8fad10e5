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
    #expect(config.contains("\"nearPlane\" : 0."))
    let results = try Files.text(scene.folder.path("out/results.json"))
    #expect(results.contains("\"view0.png\": {\"psnr\": "))
    #expect(!results.contains("view1.png"))
    #expect(try scene.metrics().count == 1)
    let count = try SplatPLY.read(path: scene.model()).splats.count
    #expect(results.contains("\"splats\": \(count)"))
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

  @Test("steps that learn from several photos are counted in photos")
  func batch() throws {
    let scene = try TinyScene()
    let result = try scene.train(
      "out", iterations: 130, "--batch", "3", "--save-iterations", "20", "--checkpoint-every", "50")
    result.expectSuccess()
    // The step that makes the 20th iteration ends after the 21st, and the last one has one photo.
    #expect(Files.exists(scene.model("out", iteration: 21)))
    #expect(Files.exists(scene.model("out", iteration: 130)))
    let metrics = try scene.metrics()
    #expect(metrics.count == 2)
    #expect(metrics[0].contains("\"iteration\": 102"), "\(metrics)")
    #expect(try Files.text(scene.folder.path("out/config.json")).contains("\"batch\" : 3"))
    try scene.train("other", iterations: 60, "--batch", "9")
      .expectFailure(65, "batch", "9 photos", "8 to train on")
    try scene.train("other", iterations: 60, "--batch", "0").expectFailure(64, "--batch")
    #expect(!Files.exists(scene.folder.path("other")))
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
      events.compactMap { $0["event"] as? String } == [
        "plan", "evaluation", "progress", "checkpoint", "saved", "evaluation", "result",
      ])
    #expect(events.first?["maximum_splats"] as? Int == 100)
    #expect(events.first?["kept_splats"] as? Int == 100)
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

  @Test("leaves out what masks cover, in training and in evaluation")
  func masks() throws {
    let scene = try TinyScene()
    try scene.writeMasks(white: 24)
    let result = try Command.run(
      "train", scene.path, "-o", scene.folder.path("out"), "--iterations", "100")
    result.expectSuccess()
    #expect(result.output.contains("masks    of 8 photos; they cover "))
    // Masks that are black all over are no masks to learn or measure with.
    try scene.writeMasks(white: 0)
    try scene.train("black", iterations: 10).expectFailure(65, "masks cover every photo")
    try Command.run("eval", scene.folder.path("out"), "--scene", scene.path)
      .expectFailure(65, "masks cover all 1 photo")
    // Inverted, the same masks cover nothing.
    try scene.train("all", iterations: 100, "--masks", "none").expectSuccess()
    try scene.train("inverted", iterations: 100, "--invert-masks").expectSuccess()
    #expect(try scene.metrics("all") == scene.metrics("inverted"))
    #expect(
      try Files.bytes(scene.model("all", iteration: 100))
        == Files.bytes(scene.model("inverted", iteration: 100)))
    try scene.train("no", iterations: 10, "--masks", "people")
      .expectFailure(66, "scene/people", "folder of masks")
    try Files.write(
      try Files.bytes("\(scene.path)/masks/view0.png"), to: "\(scene.path)/masks/x.png")
    let more = try scene.train("more", iterations: 10, "--invert-masks")
    more.expectSuccess()
    #expect(more.errors.contains("1 file is the mask of no photo and not used: x.png"))
  }

  @Test("learns that nothing is where masks are black, when they mean that")
  func emptyMasks() throws {
    // Training starts from random points, also where nothing is.
    let scene = try TinyScene { $0.points = [] }
    let truth = scene.folder.path("truth")
    try FileManager.default.createDirectory(
      atPath: "\(scene.path)/masks", withIntermediateDirectories: true)
    try FileManager.default.createDirectory(
      atPath: "\(truth)/images", withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: "\(scene.path)/sparse", toPath: "\(truth)/sparse")
    // An object on a turntable: the camera stands still before a pattern.
    for index in 0..<8 {
      var photo = try PNGFile.read(path: scene.image(index))
      var mask = [UInt8](repeating: 255, count: photo.bytes.count)
      var cut: [UInt8] = []
      for pixel in 0..<48 * 36 {
        let colors = photo.bytes[pixel * 3..<pixel * 3 + 3]
        let isObject = colors.reduce(0) { $0 + Int($1) } > 60
        cut += colors + [isObject ? 255 : 0]
        guard !isObject else { continue }
        for channel in 0..<3 {
          mask[pixel * 3 + channel] = 0
          photo.bytes[pixel * 3 + channel] = UInt8(60 + pixel % 48 * 4)
        }
      }
      try PNGFile.write(photo, to: scene.image(index))
      try PNGFile.write(
        Photo(width: 48, height: 36, channels: 3, bytes: mask),
        to: "\(scene.path)/masks/view\(index).png")
      try PNGFile.write(
        Photo(width: 48, height: 36, channels: 4, bytes: cut),
        to: "\(truth)/images/view\(index).png")
    }
    func quality(_ output: String, _ scene: String, _ more: String...) throws -> Double {
      let result = try Command.start(
        ["eval", output, "--scene", scene, "--json"] + more, environment: [:], in: nil
      ).wait()
      result.expectSuccess()
      return try JSONPlace(Array(result.lines[0].utf8), path: "eval").member("psnr").number()
    }
    try scene.train("empty", iterations: 200, "--eval", "--masks-mean", "transparent")
      .expectSuccess()
    try scene.train("any", iterations: 200, "--eval").expectSuccess()
    let (empty, any) = (scene.folder.path("empty"), scene.folder.path("any"))
    let found = try quality(empty, truth, "--masks-mean", "ignored")
    let filled = try quality(any, truth)
    #expect(found > filled + 2, "\(found), \(filled)")
    // The folder of the training says what its masks mean.
    #expect(try abs(quality(empty, scene.path) - found) < 0.01)
    let results = try Files.text("\(empty)/results.json")
    let psnr = try JSONPlace(Array(results.utf8), path: "results").member("psnr").number()
    #expect(abs(psnr - found) < 0.01)
    try Command.run("train", "--resume", empty, "--iterations", "210", "--quiet").expectSuccess()
    try Command.run("train", scene.path, "-o", empty, "--resume", "--masks-mean", "ignored")
      .expectFailure(65, "masksMean is transparent in the run, and ignored was asked for")
    try scene.train("no", iterations: 10, "--masks-mean", "grey")
      .expectFailure(64, "ignored", "transparent")
  }

  @Test("takes alpha channels for masks when that is asked for")
  func alphaMasks() throws {
    let scene = try TinyScene()
    for index in 0..<8 {
      let photo = try PNGFile.read(path: scene.image(index))
      let bytes = (0..<photo.width * photo.height).flatMap { pixel -> [UInt8] in
        Array(photo.bytes[pixel * 3..<pixel * 3 + 3]) + [pixel % photo.width < 24 ? 0 : 255]
      }
      try PNGFile.write(
        Photo(width: photo.width, height: photo.height, channels: 4, bytes: bytes),
        to: scene.image(index))
    }
    try scene.train("out", iterations: 60, "--alpha", "mask").expectSuccess()
    for index in 0..<8 {
      let photo = try PNGFile.read(path: scene.image(index))
      let colors = (0..<photo.width * photo.height).flatMap { pixel -> [UInt8] in
        Array(photo.bytes[pixel * 4..<pixel * 4 + 3])
      }
      try PNGFile.write(
        Photo(width: photo.width, height: photo.height, channels: 3, bytes: colors),
        to: scene.image(index))
    }
    try scene.writeMasks(white: 24)
    try scene.train("masks", iterations: 60).expectSuccess()
    #expect(try Files.bytes(scene.model("out")) == Files.bytes(scene.model("masks")))
  }

  @Test("straightens the photos of a bent lens, the same for any number of threads")
  func bentLens() throws {
    let scene = try TinyScene { model in
      let pinhole = model.cameras[0].parameters
      model.cameras[0].lens = .openCV
      model.cameras[0].parameters = pinhole + [-0.2, 0.02, 0.001, 0]
    }
    try scene.train("one", iterations: 60, "--eval", "--undistort", "keep", "--threads", "1")
      .expectSuccess()
    try scene.train("two", iterations: 60, "--eval", "--undistort", "keep", "--threads", "2")
      .expectSuccess()
    #expect(try Files.bytes(scene.model("one")) == Files.bytes(scene.model("two")))
    // Later commands straighten as the training did.
    let camera = try CameraPath.read(path: scene.folder.path("one/cameras.json"))[0].camera
    #expect(camera.width > 48)
    try Command.run(
      "render", scene.folder.path("one"), "-o", scene.folder.path("frames"), "--scene", scene.path
    ).expectSuccess()
    let frame = try PNGFile.read(path: scene.folder.path("frames/view0.png"))
    #expect(frame.width == camera.width && frame.height == camera.height)
    let eval = try Command.run("eval", scene.folder.path("one"), "--scene", scene.path, "--json")
    let results = try Files.text(scene.folder.path("one/results.json"))
    let mean = try #require(eval.lines.last?.split(separator: "\"psnr\": ").last?.prefix(6))
    #expect(results.contains("\"psnr\": \(mean)"), "\(eval.output) \(results)")
  }

  @Test("photos that do not fit into --memory are read again, to the same bytes")
  func photosReadAgain() throws {
    let scene = try TinyScene { $0.images[2].name = "view2.webp" }
    try scene.writeMasks(white: 8)
    let png = try PNGFile.read(path: scene.image(2))
    let bytes = (0..<48 * 36).flatMap { pixel -> [UInt8] in
      Array(png.bytes[pixel * 3..<pixel * 3 + 3]) + [255]
    }
    let photo = Photo(width: 48, height: 36, channels: 4, bytes: bytes)
    let webP = try WebPFile.encodeLossless(photo, path: "a")
    try Files.write(webP, to: "\(scene.path)/images/view2.webp")
    try scene.train("held", iterations: 60, "--splats", "60", "--eval").expectSuccess()
    for threads in ["1", "2"] {
      let result = try Command.run(
        "train", scene.path, "-o", scene.folder.path("read\(threads)"), "--iterations", "60",
        "--splats", "60", "--eval", "--threads", threads, "--memory", "150.285M")
      result.expectSuccess()
      #expect(result.output.contains("read again from their files"), "\(result.output)")
      #expect(
        try Files.bytes(scene.model("held")) == Files.bytes(scene.model("read\(threads)")))
    }
    try scene.train("none", iterations: 5, "--splats", "60", "--memory", "150.2M")
      .expectFailure(65, "--memory", "photos in use")
    #expect(!Files.exists(scene.folder.path("none")))
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
    let killed = running.killed { (try? scene.metrics().count) ?? 0 >= 4 }
    #expect(killed.code == 137)
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
