import Foundation
import SplatCore
import SplatFiles
import Testing

@Suite("Settings of splat train")
struct SettingsCommandTests {
  /// A setting as `--list-settings --json` has it.
  struct Entry: Decodable {
    var name: String
    var `default`: String
    var expected: String

    /// An allowed value that is not the default.
    var other: String {
      switch name {
      case "iterations": return "30"
      case "batch": return "2"
      case "seed": return "18446744073709551615"
      case "timeLimit": return "1000.5"
      case "maximumSplats": return "500"
      case "threads": return "2"
      case "strategy": return "mcmc"
      case "schedule": return "full"
      case "isAntialiased": return "false"
      case "background", "shownBackground": return "#336699"
      case "frozen": return "rotations"
      case "appearance.kind": return "exposure"
      case "appearance.gridWidth", "appearance.gridHeight": return "2"
      case "poses.kind": return "refine"
      case "robust.isOn", "depth.usesPoints": return "true"
      case "depth.meaning": return "metric"
      default:
        let value = (Double(self.default) ?? 1) * 0.75
        return expected.hasPrefix("a whole") ? "\(Int(value))" : "\(Float(value))"
      }
    }
  }

  static func entries() throws -> [Entry] {
    let result = try Command.run("train", "--list-settings", "--json")
    result.expectSuccess()
    return try result.lines.map { try JSONDecoder().decode(Entry.self, from: Data($0.utf8)) }
  }

  /// The values of a `config.json` by their names with dots.
  static func values(_ path: String) throws -> [String: String] {
    let json = try JSONSerialization.jsonObject(with: Data(try Files.bytes(path)))
    var values: [String: String] = [:]
    func collect(_ value: Any, _ name: String) {
      guard let members = value as? [String: Any] else {
        values[name] = "\(value)"
        return
      }
      for (member, value) in members { collect(value, name.isEmpty ? member : "\(name).\(member)") }
    }
    collect(json, "")
    return values
  }

  @Test("all are listed, for people and for programs")
  func list() throws {
    let plain = try Command.run("train", "--list-settings")
    plain.expectSuccess()
    let entries = try Self.entries()
    #expect(entries.count > 50)
    let names = plain.lines.filter { !$0.hasPrefix(" ") }
    #expect(names == entries.map { "\($0.name)=\($0.default)" })
    #expect(
      plain.output.contains(
        """
        rates.means=0.00016
            The learning rate of means at the start of the run.
            a number in 0...1 (scene extents)

        """))
    // The configuration file has the same.
    let scene = try TinyScene()
    try scene.train("out", iterations: 5).expectSuccess()
    let values = try Self.values(scene.folder.path("out/config.json"))
    let written = values.keys.filter { $0.hasPrefix("settings.") }.map { $0.dropFirst(9) }
    #expect(Set(written.map(String.init)) == Set(entries.map(\.name)))
  }

  @Test("each can be set, is kept in config.json, and makes the run again")
  func roundTrip() throws {
    let scene = try TinyScene()
    let entries = try Self.entries()
    let out = scene.folder.path("out")
    let options = entries.flatMap { ["--set", "\($0.name)=\($0.other)"] }
    try Command.start(["train", scene.path, "-o", out, "--quiet", "--eval"] + options).wait()
      .expectSuccess()
    let config = scene.folder.path("out/config.json")
    let text = try Files.text(config)
    #expect(text.contains("\"seed\" : 18446744073709551615"))
    let values = try Self.values(config)
    for entry in entries where entry.name != "seed" {
      let value = try #require(values["settings.\(entry.name)"], "\(entry.name)")
      let isSame =
        value == entry.other || Float(value).map { $0 == Float(entry.other) } ?? false
        || ["true": "1", "false": "0"][entry.other] == value
      #expect(isSame, "\(entry.name): \(value), not \(entry.other)")
    }
    try Command.run("train", "--config", config, "-o", scene.folder.path("again"), "--quiet")
      .expectSuccess()
    #expect(try Files.text(scene.folder.path("again/config.json")) == text)
    #expect(
      try Files.bytes(scene.model("again", iteration: 30))
        == Files.bytes(scene.model("out", iteration: 30)))
    #expect(try scene.metrics("again") == scene.metrics("out"))
  }

  @Test("what the command line gives takes precedence over the file")
  func precedence() throws {
    let scene = try TinyScene()
    try scene.train(
      "out", iterations: 30, "--downscale", "2", "--eval", "--antialias", "--background", "random",
      "--set", "adc.start=10"
    ).expectSuccess()
    let config = scene.folder.path("out/config.json")
    try FileManager.default.copyItem(atPath: scene.path, toPath: scene.folder.path("copy"))
    try Command.run(
      "train", scene.folder.path("copy"), "--config", config, "-o", scene.folder.path("b"),
      "--quiet", "--iterations", "20", "--max-size", "40", "--no-eval", "--no-antialias", "--set",
      "background=white"
    ).expectSuccess()
    let values = try Self.values(scene.folder.path("b/config.json"))
    #expect(values["scene"] == scene.folder.path("copy"))
    #expect(values["downscale"] == "<null>")
    #expect(values["maxSize"] == "40")
    #expect(values["evaluates"] == "0")
    #expect(values["settings.iterations"] == "20")
    #expect(values["settings.isAntialiased"] == "0")
    #expect(values["settings.background"] == "white")
    #expect(values["settings.adc.start"] == "10")
    #expect(try CameraPath.read(path: scene.folder.path("b/cameras.json"))[0].camera.width == 40)
  }

  @Test("files of earlier versions stay readable")
  func earlierVersion() throws {
    let scene = try TinyScene()
    let config = scene.folder.path("old.json")
    try Files.write(
      """
      {
        "evaluates" : true, "images" : "images", "maximumSplats" : 20000, "nearPlane" : 0.1,
        "scene" : "\(scene.path)", "testEvery" : 4, "version" : "0.1.0",
        "settings" : {
          "adc" : { "cloneGradient" : 0.0002, "start" : 500 },
          "background" : { "color" : { "blue" : 0.6, "green" : 0.4, "red" : 0.2 } },
          "iterations" : 60, "rates" : { "means" : 0.00016 }, "seed" : 3
        }
      }
      """, to: config)
    try Command.run("train", "--config", config, "-o", scene.folder.path("old"), "--quiet")
      .expectSuccess()
    try scene.train(
      "new", iterations: 60, "--eval", "--test-every", "4", "--seed", "3", "--background",
      "#336699"
    ).expectSuccess()
    #expect(try Files.bytes(scene.model("old")) == Files.bytes(scene.model("new")))
    let text = try Files.text(config).replacing(
      "{ \"color\" : { \"blue\" : 0.6, \"green\" : 0.4, \"red\" : 0.2 } }",
      with: "{ \"random\" : { } }")
    try Files.write(text, to: config)
    try Command.run("train", "--config", config, "-o", scene.folder.path("random"), "--quiet")
      .expectSuccess()
    #expect(
      try Self.values(scene.folder.path("random/config.json"))["settings.background"] == "random")
  }

  @Test(
    "what --set cannot give is refused",
    arguments: [
      (
        "rates.mean=1", "--set: rates.mean is not the name of a setting; the nearest is rates.means"
      ),
      ("pruneopacity=1", "the nearest is split.pruneOpacity"),
      ("dssimWeight=1.5", "--set: dssimWeight is 1.5; a number in 0...1 was expected"),
      ("iterations=many", "is many; a whole number in 1...100000000 (iterations) was expected"),
      ("adc.start=", "is empty; a whole number"), ("oops", "oops"), ("=1", "=1"),
      ("background=blue", "black, white, random, #rrggbb"),
    ])
  func wrongAssignment(_ assignment: String, _ message: String) throws {
    let folder = TemporaryFolder()
    try Command.run("train", "scene", "-o", folder.path("out"), "--set", assignment)
      .expectFailure(64, message)
    #expect(folder.files().isEmpty)
  }

  @Test(
    "what a file cannot have is refused, with its place",
    arguments: [
      (
        "{\"settings\": {\"rates\": {\"mean\": 1}}}",
        "settings.rates.mean: is not the name of a setting; the nearest is settings.rates.means"
      ),
      (
        "{\"settings\": {\"dssimWeight\": 2}}",
        "settings.dssimWeight: is 2; a number in 0...1 was expected"
      ),
      (
        "{\"settings\": {\"iterations\": \"many\"}}", "settings.iterations: is many; a whole number"
      ),
      ("{\"settings\": {\"iterations\": 1.5}}", "settings.iterations: is 1.5; a whole number"),
      ("{\"settings\": {\"adc\": 1}}", "settings.adc: is not the name of a setting"),
      ("{\"settings\": {\"shDegree\": [3]}}", "settings.shDegree: is an array; a number"),
      ("{\"settings\": {\"background\": {}}}", "settings.background: has no `color`"),
      ("{\"evaluate\": true}", "evaluate: is not the name of a setting; the nearest is evaluates"),
      ("{\"testEvery\": 1}", "testEvery: is 1; a whole number of at least 2"),
      ("[1]", "an object was expected"), ("{\"settings\": ", "byte"),
    ])
  func wrongFile(_ text: String, _ message: String) throws {
    let folder = TemporaryFolder()
    let file = folder.path("config.json")
    try Files.write(text, to: file)
    try Command.run("train", "scene", "-o", folder.path("out"), "--config", file)
      .expectFailure(65, "config.json: ", message)
    #expect(folder.files() == ["config.json"])
  }

  @Test("what is missing or given twice is refused")
  func wrongUse() throws {
    let folder = TemporaryFolder()
    let file = folder.path("config.json")
    try Command.run("train", "-o", folder.path("out"), "--config", file)
      .expectFailure(66, "config.json")
    try Files.write("{}", to: file)
    try Command.run("train", "-o", folder.path("out"), "--config", file)
      .expectFailure(64, "SCENE is missing", "config.json")
    try Command.run("train", "-o", folder.path("out")).expectFailure(64, "SCENE is missing")
    try Command.run("train", "scene").expectFailure(64, "-o")
    try Command.run(
      "train", "scene", "-o", folder.path("out"), "--iterations", "5", "--set", "iterations=6"
    ).expectFailure(64, "--iterations and --set iterations cannot be combined")
    #expect(folder.files() == ["config.json"])
  }
}
