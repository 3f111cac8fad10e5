import SplatCore
import SplatFiles
import Testing

@Suite("wrong command lines")
struct WrongCommandTests {
  @Test(
    "say what was found and what was expected",
    arguments: [
      ("trian scene -o out", "'trian' is not a command; the nearest is train"),
      ("rendr out", "the nearest is render"), ("help rendr", "the nearest is render"),
      ("scenes/room", "'scenes/room' is not a command. There are prepare, train"),
      ("train scene -o out --splats -5", "not negative was expected, and -5 was found"),
      ("train scene -o out --memory 8", "an amount of memory such as 512M"),
      ("train scene -o out --time soon", "a time above 0 such as 90s, 10m or 1h30m was expected"),
      ("train scene -o out --memory lots", "an amount of memory such as 512M"),
      ("train scene -o out --splats many", "--splats is many; a whole number"),
      ("train scene -o out --splats 1.5", "--splats is 1.5; a whole number"),
      ("train scene -o out --splats 0k", "--splats is 0k; a whole number in 1...50000000"),
      ("train scene -o out --save-iterations 7000,b", "number 2 of the list is b; a whole number"),
      ("train scene -o out --save-iterations 7000,", "number 2 of the list is empty"),
      ("train scene -o out --export spz,obj", "number 2 of the list is obj; one of ply"),
      ("train scene -o out --freeze means,color", "number 2 of the list is color; one of means"),
      ("train scene -o out --set frozen=color", "frozen is color; a list of means, scales"),
      ("train scene -o out --set rates.means", "NAME=VALUE"),
      ("train scene -o out --checkpoint-every x", "a number was expected"),
      ("train scene -o out --checkpoint-every 1.5", "a whole number was expected"),
      ("train scene", "-o OUT is missing"), ("train -o out", "SCENE is missing"),
      ("train --resume", "--resume OUT"),
      ("render out -o frames --size big", "WIDTHxHEIGHT in pixels, such as 1280x720,"),
      ("render out -o frames --size 20000x20000", "over the limit of 100,000,000 pixels in all"),
      ("render out -o frames --size 40000x10", "over the limit of 30,000 pixels a side"),
      ("render out -o frames --background blu", "black, white, #rrggbb or three numbers"),
      ("convert a.ply b.ply --rotate 0,x,0", "number 2 of the list is x; a number was expected"),
      ("convert a.ply b.ply --max-splats few", "50000, 50k or 1.5M, was expected"),
    ])
  func message(_ arguments: String, _ message: String) throws {
    let folder = TemporaryFolder()
    let words = arguments.split(separator: " ").map(String.init)
    let result = try Command.start(words, in: folder.path).wait()
    result.expectFailure(64, message)
    #expect(folder.files().isEmpty)
    // The usage is that of the command.
    if let command = words.first, ["train", "render", "convert"].contains(command) {
      #expect(result.errors.contains("Usage: splat \(command) "), "\(result.errors)")
      #expect(result.errors.contains("See 'splat \(command) --help'"), "\(result.errors)")
    }
  }

  @Test("errors that are found later have the usage of their command too")
  func laterUsage() throws {
    let scene = try TinyScene()
    let model = try scene.writeModel()
    let result = try Command.run("convert", model, scene.folder.path("model.obj"))
    result.expectFailure(64, "Usage: splat convert IN ... OUT", "See 'splat convert --help'")
  }

  @Test("photos and videos lead to splat prepare")
  func photos() throws {
    let scene = try TinyScene()
    for command in ["train", "info"] {
      let more = command == "train" ? ["-o", scene.folder.path("out")] : []
      try Command.start([command, "\(scene.path)/images"] + more).wait().expectFailure(
        66, "holds 8 images", "splat prepare \(scene.path)/images SCENE")
    }
    try Files.remove("\(scene.path)/sparse")
    try Command.run("train", scene.path, "-o", scene.folder.path("out"))
      .expectFailure(66, "splat prepare \(scene.path)/images SCENE")
    let video = scene.folder.path("a.mp4")
    try Files.write("video", to: video)
    let result = try Command.run("train", video, "-o", scene.folder.path("out"))
    #expect(result.code != 0 && result.errors.contains("splat prepare \(video) SCENE"))
  }

  @Test("files of another kind are named, without a place in them")
  func otherKinds() throws {
    let scene = try TinyScene()
    let notes = scene.folder.path("notes.txt")
    for text in ["these are notes", "", "\n", "1 note", "null and void"] {
      try Files.write(text, to: notes)
      let result = try scene.train("out", iterations: 1, "--config", notes)
      result.expectFailure(65, "notes.txt: is \(text.isEmpty ? "empty" : "no JSON")")
      let info = try Command.run("info", notes)
      info.expectFailure(65, "notes.txt: is ")
      for errors in [result.errors, info.errors] {
        #expect(!errors.contains("byte 0"), "\(errors)")
      }
    }
  }

  @Test("a model in place of a scene, and a scene in place of a model, are told apart")
  func mixedUp() throws {
    let scene = try TinyScene()
    let model = try scene.writeModel()
    try Command.run("train", model, "-o", scene.folder.path("out"))
      .expectFailure(66, "looks like a model: splat train SCENE -o OUT --from \(model)")
    try Command.run("render", scene.path, "-o", scene.folder.path("out"))
      .expectFailure(66, "it is a scene: splat train \(scene.path) -o OUT")
    try Command.run("render", model, "-o", model, "--orbit", "1")
      .expectFailure(73, "the folder cannot be created: \(model) is a file")
  }

  @Test("numbers may have the letters k and M")
  func letters() throws {
    let scene = try TinyScene()
    let result = try Command.run(
      "train", scene.path, "-o", scene.folder.path("out"), "--splats", "1.5k", "--iterations",
      "0.02k", "--set", "adc.start=1k")
    result.expectSuccess()
    #expect(result.output.contains("20 iterations"))
    #expect(result.output.contains("at most 1,500 Gaussians"))
    let values = try SettingsCommandTests.values(scene.folder.path("out/config.json"))
    #expect(values["settings.maximumSplats"] == "1500" && values["settings.adc.start"] == "1000")
  }

  @Test("iterations to save that a run does not get to are named")
  func lateSaves() throws {
    let scene = try TinyScene()
    let result = try scene.train("out", iterations: 20, "--save-iterations", "10,20,30,70k")
    result.expectSuccess()
    #expect(
      result.errors == "warning: --save-iterations 30,70000 is beyond the last iteration, 20\n")
  }

  @Test("frames that come to lie among others are warned of")
  func mixedFrames() throws {
    let scene = try TinyScene()
    let model = try scene.writeModel()
    func render(_ count: String) throws -> CommandResult {
      try Command.run(
        "render", model, "-o", scene.folder.path("frames"), "--orbit", count, "--size", "32x24",
        "--quiet", "--depth")
    }
    #expect(try render("4").errors.isEmpty)
    #expect(try render("4").errors.isEmpty)
    let mixed = try render("3")
    mixed.expectSuccess()
    #expect(mixed.errors.contains("frames holds 1 other picture, such as 00003.png"))
  }

  @Test("the help of each command names it in its usage")
  func help() throws {
    for command in ["prepare", "train", "render", "view", "eval", "convert", "info", "sheet"] {
      let help = try Command.run(command, "--help").output
      #expect(help.contains("USAGE: splat \(command) "), "\(help)")
    }
  }

  @Test("several processes that would each train the same are refused, unless that is asked for")
  func launchedWithoutMPI() throws {
    let scene = try TinyScene()
    func train(_ more: String..., environment: [String: String]) throws -> CommandResult {
      let arguments = [
        "train", scene.path, "-o", scene.folder.path("out"), "--iterations", "5", "--quiet",
      ]
      return try Command.start(arguments + more, environment: environment).wait()
    }
    let launched = ["OMPI_COMM_WORLD_RANK": "0", "OMPI_COMM_WORLD_SIZE": "4"]
    let first = try train(environment: launched)
    #expect(first.code == 64)
    #expect(first.errors.contains("OMPI_COMM_WORLD_SIZE says that 4 processes were started"))
    #expect(first.errors.contains("--alone"))
    #expect(!Files.exists(scene.folder.path("out")))
    // The others have nothing to add.
    let other = try train(environment: ["PMI_RANK": "3", "PMI_SIZE": "4"])
    #expect(other.code == 64 && other.errors.isEmpty)
    try train(environment: ["PMI_RANK": "0", "PMI_SIZE": "1"]).expectSuccess()
    try train("--overwrite", "--alone", environment: launched).expectSuccess()
    let odd = try train("--overwrite", environment: ["PMI_RANK": "x", "PMI_SIZE": "2"])
    #expect(odd.code == 64 && odd.errors.contains("PMI_RANK is \"x\""))
  }
}
