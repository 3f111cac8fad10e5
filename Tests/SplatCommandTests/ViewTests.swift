import Foundation
import Testing

@Suite("splat view")
struct ViewTests {
  /// Starts a command that serves the page, and waits for its address.
  private func address(_ arguments: [String]) throws -> (RunningCommand, String) {
    let running = try Command.start(arguments)
    for _ in 0..<2000 where running.isRunning {
      if let line = running.output.split(separator: "\n").first(where: { $0.contains("http://") }),
        let start = line.range(of: "http://")
      {
        return (running, String(line[start.lowerBound...].prefix { $0 != "\"" }))
      }
      Thread.sleep(forTimeInterval: 0.01)
    }
    Issue.record("no address: \(running.wait().errors)")
    return (running, "")
  }

  @Test("serves the page until Ctrl-C, and says where", .timeLimit(.minutes(5)))
  func serves() throws {
    let scene = try TinyScene()
    let (running, address) = try address(["view", try scene.writeModel()])
    #expect(address.hasPrefix("http://127.0.0.1:"))
    running.signal(SIGINT)
    let result = running.wait()
    result.expectSuccess()
    #expect(result.output.contains("60 Gaussians, 0 cameras"))
  }

  @Test("takes cameras from a scene, and turns as it is told", .timeLimit(.minutes(5)))
  func sceneCameras() throws {
    let scene = try TinyScene()
    let (running, _) = try address([
      "view", try scene.writeModel(), "--scene", scene.path, "--up", "-y", "--center", "0,0,0",
      "--radius", "4", "--elevation", "-5",
    ])
    running.signal(SIGINT)
    let result = running.wait()
    result.expectSuccess()
    #expect(result.output.contains("60 Gaussians, 8 cameras"))
    try Command.run("view", scene.folder.path("model.ply"), "--radius", "-1")
      .expectFailure(64, "above 0")
  }

  @Test("beyond this machine the address has a token", .timeLimit(.minutes(5)))
  func token() throws {
    let scene = try TinyScene()
    let (running, address) = try address(
      ["view", try scene.writeModel(), "--host", "0.0.0.0", "--quiet"])
    #expect(address.contains("/?token="))
    #expect(!address.contains("0.0.0.0"), "an address that another machine can open")
    running.signal(SIGTERM)
    running.wait().expectSuccess()
  }

  @Test("a training that can be watched ends in the same bytes")
  func training() throws {
    let scene = try TinyScene()
    try scene.train("plain").expectSuccess()
    try scene.train("watched", iterations: 60, "--view", "--view-seconds", "0").expectSuccess()
    #expect(try Files.bytes(scene.model("plain")) == Files.bytes(scene.model("watched")))
  }

  @Test("a finished training is served until Ctrl-C, which is success", .timeLimit(.minutes(5)))
  func finishedTraining() throws {
    let scene = try TinyScene()
    let (running, _) = try address([
      "train", scene.path, "-o", scene.folder.path("out"), "--iterations", "60", "--view",
    ])
    while running.isRunning, !running.output.contains("Press Ctrl-C") {
      Thread.sleep(forTimeInterval: 0.01)
    }
    Thread.sleep(forTimeInterval: 0.3)
    #expect(running.isRunning)
    #expect(Files.exists(scene.model()) && Files.exists(scene.folder.path("out/results.json")))
    running.signal(SIGINT)
    let result = running.wait()
    result.expectSuccess()
    #expect(result.output.contains("shows the finished model at"), "\(result.output)")
  }

  @Test("a finished training is served for --view-seconds", .timeLimit(.minutes(5)))
  func viewSeconds() throws {
    let scene = try TinyScene()
    let begin = ContinuousClock.now
    let result = try Command.run(
      "train", scene.path, "-o", scene.folder.path("out"), "--iterations", "20", "--view",
      "--view-seconds", "1.5")
    result.expectSuccess()
    #expect(ContinuousClock.now - begin > .seconds(1.5))
    #expect(result.output.contains("shows the finished model for 1.5 s at"), "\(result.output)")
  }

  @Test("addresses that cannot be used are wrong usage")
  func wrongUsage() throws {
    let scene = try TinyScene()
    let model = try scene.writeModel()
    try Command.run("view", model, "--host", "192.0.2.1").expectFailure(64, "192.0.2.1")
    try Command.run("view", model, "--host", "nowhere.invalid").expectFailure(
      64, "cannot listen on nowhere.invalid, port 0: no address of this machine has this name")
    try Command.run("view", model, "--port", "65536").expectFailure(64, "--port", "65536")
    try scene.train("out", iterations: 10, "--port", "8080").expectFailure(64, "--view")
    try scene.train("out", iterations: 10, "--view-seconds", "5").expectFailure(64, "--view")
    try scene.train("out", iterations: 10, "--view", "--view-seconds=-1")
      .expectFailure(64, "--view-seconds", "0 or more")
    try Command.run("view", scene.folder.path("none.ply")).expectFailure(66, "none.ply")
  }
}
