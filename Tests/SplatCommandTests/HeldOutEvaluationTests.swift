import Foundation
import Testing

@Suite("held-out photos during a training")
struct HeldOutEvaluationTests {
  /// The lines of metrics with the PSNR of held-out photos.
  private func curve(_ scene: TinyScene, _ output: String) throws -> [[String: Any]] {
    try Files.text(scene.folder.path("\(output)/metrics.jsonl")).split(separator: "\n")
      .map { try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]) }
      .filter { $0["test_psnr"] != nil }
  }

  @Test("are measured at equal distances, and last at the end")
  func metrics() throws {
    let scene = try TinyScene()
    let result = try Command.run(
      "train", scene.path, "-o", scene.folder.path("out"), "--iterations", "260", "--eval",
      "--test-every", "4", "--json")
    result.expectSuccess()
    // Two photos: one of them for 50 iterations, and so both of them twice.
    let curve = try curve(scene, "out")
    #expect(curve.compactMap { $0["iteration"] as? Int } == [130, 260])
    #expect(curve.allSatisfy { $0["test_images"] as? Int == 2 })
    #expect(result.lines.count { $0.contains("\"event\": \"evaluation\"") } == 2)
    let results = try JSONSerialization.jsonObject(
      with: Data(try Files.bytes(scene.folder.path("out/results.json"))))
    let mean = try #require((results as? [String: Any])?["psnr"] as? Double)
    let last = try #require(curve.last?["test_psnr"] as? Double)
    #expect(abs(last - mean) < 1e-3)
  }

  @Test("are not measured without --eval, nor in short runs")
  func none() throws {
    let scene = try TinyScene()
    try scene.train("plain", iterations: 260).expectSuccess()
    try scene.train("short", iterations: 90, "--eval").expectSuccess()
    #expect(try curve(scene, "plain").isEmpty)
    #expect(try curve(scene, "short").isEmpty)
  }

  @Test("are measured at the same iterations after a resumption, to the same values")
  func resumed() throws {
    let scene = try TinyScene()
    let options = ["--eval", "--checkpoint-every", "100"]
    try scene.train("whole", iterations: 600, options[0], options[1], options[2]).expectSuccess()
    let arguments =
      ["train", scene.path, "-o", scene.folder.path("out"), "--iterations", "600", "--quiet"]
      + options
    let running = try Command.start(arguments)
    running.killed { (try? scene.metrics().count) ?? 0 >= 6 }
    try Command.start(arguments + ["--resume"]).wait().expectSuccess()
    #expect(try scene.metrics("out") == scene.metrics("whole"))
    #expect(try curve(scene, "out").count == 12)
  }

  @Test("with --time the share of the time is shown, and measuring keeps to its share")
  func timeLimited() throws {
    let scene = try TinyScene()
    let result = try Command.run(
      "train", scene.path, "-o", scene.folder.path("out"), "--time", "6s", "--eval")
    result.expectSuccess()
    #expect(result.output.contains(" % of 6.0 s, iteration "), "\(result.output)")
    #expect(!result.output.contains("/30000"))
    #expect(try curve(scene, "out").count > 2)
  }
}
