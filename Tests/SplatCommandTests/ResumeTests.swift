import Foundation
import SplatCore
import SplatFiles
import Testing

@Suite("runs that are continued, made longer or replaced")
struct ResumeTests {
  private func resume(_ scene: TinyScene, _ output: String, _ more: String...) throws
    -> CommandResult
  {
    try Command.start(["train", "--resume", scene.folder.path(output)] + more).wait()
  }

  /// All files of a folder with their bytes.
  private func contents(_ scene: TinyScene, _ output: String) throws -> [String: [UInt8]] {
    let folder = scene.folder.path(output)
    let pairs = try Files.below(folder).map { ($0, try Files.bytes("\(folder)/\($0)")) }
    return Dictionary(uniqueKeysWithValues: pairs)
  }

  @Test("a finished run without a checkpoint is never removed")
  func noCheckpoint() throws {
    let scene = try TinyScene()
    try scene.train("out", iterations: 60, "--time", "1h", "--eval").expectSuccess()
    try Files.remove(scene.folder.path("out/checkpoint.bin"))
    let before = try contents(scene, "out")
    try scene.train("out", iterations: 60, "--resume")
      .expectFailure(73, "holds a model", "no checkpoint", "--from")
    try resume(scene, "out").expectFailure(73, "holds a model")
    let again = try scene.train("out", iterations: 60)
    again.expectFailure(73, "--overwrite")
    #expect(!again.errors.contains("--resume"))
    #expect(try contents(scene, "out") == before)
  }

  @Test("a finished run stays as it is, and says how it goes on")
  func finished() throws {
    let scene = try TinyScene()
    try scene.train("out", iterations: 60, "--eval").expectSuccess()
    let before = try contents(scene, "out")
    let result = try resume(scene, "out")
    result.expectSuccess()
    #expect(result.output.contains("the run is finished: it has made 60 iterations; --iterations"))
    #expect(try contents(scene, "out") == before)
    try scene.train("timed", iterations: 60, "--set", "timeLimit=0.001").expectSuccess()
    let timed = try resume(scene, "timed", "--iterations", "70")
    timed.expectSuccess()
    #expect(timed.output.contains("--time with more"), "\(timed.output)")
    // What was cut off at the end of a run is made up for.
    try Files.remove(scene.folder.path("out/results.json"))
    try resume(scene, "out").expectSuccess()
    #expect(try contents(scene, "out").keys.sorted() == before.keys.sorted())
    #expect(try Files.bytes(scene.model()) == before["point_cloud/iteration_60/point_cloud.ply"])
    try resume(scene, "out", "--export", "spz").expectSuccess()
    #expect(Files.exists(scene.folder.path("out/point_cloud/iteration_60/point_cloud.spz")))
  }

  @Test("another run in the same folder is kept out, until the first has ended in any way")
  func twoRuns() throws {
    let scene = try TinyScene()
    let out = scene.folder.path("out")
    let first = try Command.start([
      "train", scene.path, "-o", out, "--iterations", "1000000", "--quiet", "--checkpoint-every",
      "100",
    ])
    while first.isRunning, !Files.exists("\(out)/checkpoint.bin") {
      Thread.sleep(forTimeInterval: 0.002)
    }
    for more in [[], ["--overwrite"], ["--resume"]] {
      try Command.start(["train", scene.path, "-o", out, "--iterations", "60"] + more).wait()
        .expectFailure(73, "out: another training is writing to it")
    }
    #expect(first.isRunning)
    first.signal(SIGKILL)
    _ = first.wait()
    #expect(Files.below(out).allSatisfy { !$0.contains("lock") })
    try scene.train("out", iterations: 60, "--overwrite").expectSuccess()
    #expect(Files.exists(scene.model()))
  }

  @Test("a limit of memory is kept, and may be changed")
  func memory() throws {
    let scene = try TinyScene()
    try scene.train("out", iterations: 20, "--memory", "157M").expectSuccess()
    func config() throws -> String { try Files.text(scene.folder.path("out/config.json")) }
    #expect(try config().contains("\"memory\" : 157000000,"))
    try resume(scene, "out", "--iterations", "30").expectSuccess()
    #expect(try config().contains("\"memory\" : 157000000,"))
    try resume(scene, "out", "--iterations", "40", "--memory", "1G").expectSuccess()
    #expect(try config().contains("\"memory\" : 1000000000,"))
  }

  @Test("the folder alone is enough, from anywhere")
  func folderAlone() throws {
    let scene = try TinyScene()
    let settings = ["--downscale", "2", "--eval", "--seed", "4", "--sh-degree", "1"]
    let arguments = ["scene", "-o", "out", "--iterations", "1200", "--checkpoint-every", "170"]
    try Command.start(
      ["train", "scene", "-o", "whole", "--iterations", "1200", "--quiet"] + settings,
      in: scene.folder.path
    ).wait().expectSuccess()
    let running = try Command.start(
      ["train", "--quiet"] + arguments + settings, in: scene.folder.path)
    running.killed { Files.exists(scene.folder.path("out/checkpoint.bin")) }
    try resume(scene, "out").expectSuccess()
    #expect(
      try Files.bytes(scene.model("out", iteration: 1200))
        == Files.bytes(scene.model("whole", iteration: 1200)))
    try resume(scene, "none").expectFailure(66, "none: does not exist")
    try resume(scene, "scene").expectFailure(73, "holds no run to resume")
    try Command.run("train", "--resume").expectFailure(64, "--resume OUT")
  }

  @Test("more iterations make a run longer: to the same bytes if nothing follows a schedule")
  func longer() throws {
    let scene = try TinyScene()
    let constant = [
      "--strategy", "adc", "--set", "shShare=1",
      "--set", "rates.finalMeans=1.6e-4", "--set", "rates.settledShare=1", "--set", "adc.end=0",
      "--schedule", "full",
    ]
    func train(_ output: String, _ iterations: Int, _ more: [String]) throws {
      try Command.start(
        [
          "train", scene.path, "-o", scene.folder.path(output), "--iterations", "\(iterations)",
          "--quiet",
        ] + more
      ).wait().expectSuccess()
    }
    try train("short", 60, constant)
    try train("whole", 100, constant)
    let result = try resume(scene, "short", "--iterations", "100")
    result.expectSuccess()
    #expect(result.output.contains("from 60 to 100 iterations; the result is that of such a run"))
    #expect(
      try Files.bytes(scene.model("short", iteration: 100))
        == Files.bytes(scene.model("whole", iteration: 100)))
    #expect(Files.exists(scene.model("short", iteration: 60)))
    // It is a run of 100 iterations from then on.
    let again = try resume(scene, "short")
    #expect(again.output.contains("it has made 100 iterations"))
    // With schedules it is another result, and that is said.
    try train("falling", 60, [])
    let other = try resume(scene, "falling", "--iterations", "100")
    other.expectSuccess()
    #expect(other.output.contains("the result is not the same"), "\(other.output)")
    #expect(Files.exists(scene.model("falling", iteration: 100)))
  }

  @Test("other settings are named one by one, and refused")
  func otherSettings() throws {
    let scene = try TinyScene()
    try scene.train("out", iterations: 60, "--time", "1h").expectSuccess()
    let before = try contents(scene, "out")
    let result = try resume(
      scene, "out", "--seed", "5", "--sh-degree", "1", "--eval", "--iterations", "50", "--time",
      "10s")
    result.expectFailure(
      65, "config.json", "seed is 0 in the run, and 5 was asked for",
      "shDegree is 3 in the run, and 1 was asked for",
      "evaluates is false in the run, and true was asked for",
      "iterations is 60 in the run, and 50, which is less",
      "timeLimit is 3600.0 in the run, and 10.0 s, which is less")
    #expect(try contents(scene, "out") == before)
    // What does not change the result may differ.
    try resume(scene, "out", "--threads", "1", "--checkpoint-every", "10").expectSuccess()
  }

  @Test("--overwrite keeps the earlier run until the new one has a checkpoint")
  func overwrite() throws {
    let scene = try TinyScene()
    try scene.train("out", iterations: 60, "--eval").expectSuccess()
    let before = try contents(scene, "out")
    let running = try Command.start([
      "train", scene.path, "-o", scene.folder.path("out"), "--iterations", "100000", "--overwrite",
      "--seed", "2", "--json",
    ])
    running.killed { running.output.contains("\"progress\"") }
    for (name, bytes) in before {
      #expect(try Files.bytes(scene.folder.path("out/\(name)")) == bytes, "\(name)")
    }
    try resume(scene, "out").expectSuccess()
    // A new run leaves nothing of either.
    try scene.train("out", iterations: 40, "--overwrite").expectSuccess()
    #expect(
      try contents(scene, "out").keys.sorted()
        == before.keys.map {
          $0.replacing("iteration_60", with: "iteration_40")
        }.sorted())
  }

  @Test("a replacement that was cut off is completed by the next command")
  func replacement() throws {
    let scene = try TinyScene()
    try scene.train("out", iterations: 60, "--eval").expectSuccess()
    try scene.train("new", iterations: 100, "--checkpoint-every", "50").expectSuccess()
    let out = scene.folder.path("out")
    // The moment at which the new run counts, and two later ones.
    for step in 0..<3 {
      let copy = scene.folder.path("copy\(step)")
      try FileManager.default.copyItem(atPath: out, toPath: copy)
      try FileManager.default.copyItem(
        atPath: scene.folder.path("new"), toPath: "\(copy)/replacement")
      try Files.remove("\(copy)/replacement/results.json")
      func move(_ from: String, _ to: String) throws {
        try FileManager.default.moveItem(atPath: "\(copy)/\(from)", toPath: "\(copy)/\(to)")
      }
      if step > 0 {
        try Files.remove("\(copy)/checkpoint.bin")
        try move("replacement/checkpoint.bin", "checkpoint.bin")
        try move("point_cloud", "replacement/earlier")
      }
      if step > 1 { try move("replacement/point_cloud", "point_cloud") }
      try resume(scene, "copy\(step)").expectSuccess()
      #expect(!Files.exists("\(copy)/replacement"))
      #expect(!Files.exists(scene.model("copy\(step)", iteration: 60)))
      #expect(
        try Files.bytes(scene.model("copy\(step)", iteration: 100))
          == Files.bytes(scene.model("new", iteration: 100)))
      #expect(Files.exists("\(copy)/results.json"))
    }
  }
}
