import Foundation
import SplatCore
import SplatFiles
import Testing

@Suite("outputs that cannot be written, and checkpoints that cannot be used")
struct OutputTests {
  private static let isRoot = getuid() == 0

  @Test("an output folder that is not empty is kept")
  func notEmpty() throws {
    let scene = try TinyScene()
    try scene.train("out").expectSuccess()
    let before = try Files.bytes(scene.model())
    try scene.train("out", iterations: 5).expectFailure(73, "out", "--resume", "--overwrite")
    #expect(try Files.bytes(scene.model()) == before)
    try Files.write("mine", to: scene.folder.path("out/notes.txt"))
    try scene.train("out", iterations: 5, "--overwrite").expectSuccess()
    #expect(!Files.exists(scene.model()))
    #expect(Files.exists(scene.model(iteration: 5)))
    #expect(Files.exists(scene.folder.path("out/notes.txt")))
    try Files.write("mine", to: scene.folder.path("file"))
    try scene.train("file", iterations: 5).expectFailure(73, "is a file")
    #expect(try Files.text(scene.folder.path("file")) == "mine")
    #expect(scene.folder.files().contains("scene/images/view0.png"))
    try scene.train("scene", iterations: 5, "--resume").expectFailure(73, "no run to resume")
  }

  @Test("a folder that cannot be created")
  func unwritable() throws {
    let scene = try TinyScene()
    let model = try scene.writeModel()
    // A file in the way stops even the superuser.
    let out = "\(model)/out"
    try Command.run("train", scene.path, "-o", out, "--iterations", "5").expectFailure(
      73, "model.ply")
    try Command.run("render", model, "-o", out, "--orbit", "1").expectFailure(73, "model.ply")
    let device = try Command.run("render", model, "-o", "/proc/out", "--orbit", "1")
    device.expectFailure(73, "/proc/out")
  }

  @Test(
    "a full disk leaves no half-written file",
    .enabled(if: isRoot && hasMount, "needs root to mount"))
  func fullDisk() throws {
    let scene = try TinyScene()
    let disk = scene.folder.path("disk")
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
    guard try shell("mount", "-t", "tmpfs", "-o", "size=96k", "tmpfs", disk) == 0 else {
      // Containers may forbid mounts even to root.
      return
    }
    defer { _ = try? shell("umount", disk) }
    let trained = try Command.run(
      "train", scene.path, "-o", "\(disk)/out", "--iterations", "30", "--splats", "5000",
      "--checkpoint-every", "10", "--quiet")
    trained.expectFailure(73, "disk/out", "space")
    #expect(Files.below(disk).allSatisfy { !$0.contains(".tmp-") && !$0.hasSuffix(".ply") })
    let model = try scene.writeModel()
    let rendered = try Command.run(
      "render", model, "-o", "\(disk)/frames", "--orbit", "3", "--size", "400x300", "--raw",
      "--quiet")
    rendered.expectFailure(73, "frames", "space")
    #expect(Files.below(disk).allSatisfy { !$0.contains(".tmp-") })
  }

  @Test(
    "the last good checkpoint outlives a full disk",
    .enabled(if: isRoot && hasMount, "needs root to mount"))
  func fullDiskKeepsTheCheckpoint() throws {
    let scene = try TinyScene()
    let options = ["--checkpoint-every", "10", "--splats", "60"]
    func arguments(_ output: String) -> [String] {
      ["train", scene.path, "-o", output, "--iterations", "30", "--quiet"] + options
    }
    try Command.start(arguments(scene.folder.path("whole"))).wait().expectSuccess()
    let checkpoint = try Files.bytes(scene.folder.path("whole/checkpoint.bin")).count
    let disk = scene.folder.path("disk")
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
    // Room for one checkpoint and small files, not for a second one beside it.
    let size = (checkpoint / 1024 / 4 + 6) * 4
    guard try shell("mount", "-t", "tmpfs", "-o", "size=\(size)k", "tmpfs", disk) == 0 else {
      // Containers may forbid mounts even to root.
      return
    }
    defer { _ = try? shell("umount", disk) }
    try Command.start(arguments("\(disk)/out")).wait()
      .expectFailure(73, "checkpoint.bin", "space")
    #expect(try Files.bytes("\(disk)/out/checkpoint.bin").count == checkpoint)
    #expect(Files.below(disk).allSatisfy { !$0.contains(".tmp-") })
    #expect(try shell("mount", "-o", "remount,size=1m", disk) == 0)
    try Command.start(arguments("\(disk)/out") + ["--resume"]).wait().expectSuccess()
    #expect(
      try Files.bytes("\(disk)/out/point_cloud/iteration_30/point_cloud.ply")
        == Files.bytes(scene.model("whole", iteration: 30)))
  }

  private static let hasMount = ["/bin/mount", "/usr/bin/mount"].contains { Files.exists($0) }

  private func shell(_ arguments: String...) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }

  @Test("checkpoints that are damaged, of another version, scene or settings")
  func checkpoints() throws {
    let scene = try TinyScene()
    try scene.train("out", iterations: 60, "--checkpoint-every", "25").expectSuccess()
    let path = scene.folder.path("out/checkpoint.bin")
    let good = try Files.bytes(path)
    let model = try Files.bytes(scene.model())

    func expectRefusal(_ parts: String..., more: [String] = []) throws {
      let result = try Command.start(
        ["train", scene.path, "-o", scene.folder.path("out"), "--iterations", "60", "--resume"]
          + more
      ).wait()
      result.expectFailure(65, "checkpoint.bin")
      for part in parts { #expect(result.errors.contains(part), "\(result.errors)") }
      #expect(try Files.bytes(scene.model()) == model)
    }
    for place in [0, 8, 16, 30, good.count / 2, good.count - 50, good.count - 20, good.count - 1] {
      var bytes = good
      bytes[place] ^= 0x10
      try Files.write(bytes, to: path)
      try expectRefusal("cannot be used")
    }
    for length in [0, 10, good.count - 1] {
      try Files.write(Array(good.prefix(length)), to: path)
      try expectRefusal("cannot be used")
    }
    try Files.write(good, to: path)
    var photo = try PNGFile.read(path: scene.image(2))
    photo.bytes[40] ^= 1
    let original = try Files.bytes(scene.image(2))
    try PNGFile.write(photo, to: scene.image(2))
    try expectRefusal("other photos, points or settings")
    try Files.write(original, to: scene.image(2))
    try scene.train("out", iterations: 60, "--resume").expectSuccess()
    #expect(try Files.bytes(scene.model()) == model)
  }
}
