import Foundation
import SplatCore
import SplatFiles
import SplatRendering
import Testing

@Suite("depths of photos")
struct DepthTests {
  /// Writes what the cameras of a scene see as maps in a folder of it, in millimetres times `scale`.
  private func writeDepths(_ scene: TinyScene, _ name: String = "depth", scale: Float = 1) throws {
    try FileOutput.makeFolder("\(scene.path)/\(name)")
    var settings = RenderSettings()
    settings.includesDepth = true
    for (index, camera) in TinyScene.cameras.enumerated() {
      let frame = Renderer(settings: settings).render(TinyScene.splats, from: camera)
      let samples = zip(frame.depth, frame.alpha).map { depth, alpha in
        alpha > 0.9 ? UInt16(min(65535, depth * 1000 * scale)) : 0
      }
      try PNGFile.write(
        grey16: samples, width: camera.width, height: camera.height,
        to: "\(scene.path)/\(name)/view\(index).png")
    }
  }

  @Test("maps are learnt from, and the run tells what they are")
  func maps() throws {
    let scene = try TinyScene()
    try writeDepths(scene)
    let running = try Command.start([
      "train", scene.path, "-o", scene.folder.path("out"), "--iterations", "60", "--depth", "depth",
      "--json",
    ])
    let result = running.wait()
    result.expectSuccess()
    #expect(result.lines.contains { $0.contains("\"depth_images\": 8") })
    #expect(result.lines.contains { $0.contains("\"event\": \"depths\", \"images\": 8") })
    // It is another model than without, and the same again whatever stays in memory.
    try scene.train("plain").expectSuccess()
    #expect(try Files.bytes(scene.model()) != Files.bytes(scene.model("plain")))
    try scene.train("again", "--config", scene.folder.path("out/config.json")).expectSuccess()
    #expect(try Files.bytes(scene.model()) == Files.bytes(scene.model("again")))
    try scene.train("none", "--depth", "none").expectSuccess()
    #expect(try Files.bytes(scene.model("none")) == Files.bytes(scene.model("plain")))
    try scene.train("points", "--depth", "points").expectSuccess()
    #expect(try Files.bytes(scene.model("points")) != Files.bytes(scene.model("plain")))
  }

  @Test("a killed run with depths is resumed to the same bytes")
  func resumed() throws {
    let scene = try TinyScene()
    try writeDepths(scene, scale: 3)
    func arguments(_ output: String) -> [String] {
      [
        "train", scene.path, "-o", scene.folder.path(output), "--iterations", "120", "--quiet",
        "--checkpoint-every", "50", "--depth", "depth", "--set", "depth.usesPoints=true",
      ]
    }
    try Command.start(arguments("whole")).wait().expectSuccess()
    let running = try Command.start(arguments("out"))
    running.killed { FilePaths.exists(scene.folder.path("out/checkpoint.bin")) }
    try Command.start(arguments("out") + ["--resume"]).wait().expectSuccess()
    #expect(
      try Files.bytes(scene.model("whole", iteration: 120))
        == Files.bytes(scene.model("out", iteration: 120)))
  }

  @Test("maps that cannot be used are named")
  func bad() throws {
    let scene = try TinyScene()
    try scene.train("a", "--depth", "depth").expectFailure(66, "scene/depth", "does not exist")
    try scene.train("a", "--depth-means", "metres").expectFailure(
      64, "--depth-means", "auto or metric or scaled or relative or inverse")
    try writeDepths(scene)
    // Far is near: no map agrees with the points.
    try scene.train("a", "--depth", "depth", "--depth-means", "inverse")
      .expectFailure(65, "the values of no depth map agree with the scene's points")
    for index in 0..<5 { try Files.remove("\(scene.path)/depth/view\(index).png") }
    try scene.train("a", "--depth", "depth").expectFailure(
      66, "no depth map of 5 of 8 photos", "view0.png, view0.npy")
    #expect(Files.below(scene.folder.path("a")).isEmpty)
  }
}
