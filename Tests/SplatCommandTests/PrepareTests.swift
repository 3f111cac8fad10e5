import Foundation
import SplatCore
import SplatFiles
import Testing

/// `splat prepare` with programs in place of COLMAP and ffmpeg that note how they are called.
@Suite("splat prepare")
struct PrepareTests {
  /// A scene whose photos and model the stand-ins hand out, and a folder of these programs.
  private final class Tools {
    let scene: TinyScene
    var photos: String { "\(scene.path)/images" }
    var target: String { scene.folder.path("prepared") }
    var calls: [String] {
      let text = (try? Files.text(scene.folder.path("calls"))) ?? ""
      return text.split(separator: "\n").map(String.init)
    }

    init(_ change: (inout COLMAPModel) -> Void = { _ in }) throws {
      scene = try TinyScene(change)
      let folder = scene.folder.path("tools")
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true)
      let head = "#!/bin/sh\nset -e\n"
      try write(
        head + """
          case " $* " in *" --help "*) echo "$COLMAP_HELP"; exit 0;; esac
          echo "$*" >> "$CALLS"
          if [ "$FAILS" = "$1" ]; then echo "the reason"; exit 3; fi
          if [ "$HANGS" = "$1" ]; then echo hanging >> "$CALLS"; exec sleep 60; fi
          echo "Processed file [1/8]"
          case $SLOW in "") ;; *)
            if [ "$SLOW" = "$1" ]; then
              for part in 1 2 3; do
                sleep 1.1; echo "${LINE-Matching block} [$part/3, 1/1] in 1s"
              done
            fi;;
          esac
          case $1 in
          mapper)
            while [ "$1" != "--output_path" ]; do shift; done
            if [ -z "$EMPTY" ]; then mkdir "$2/0"; cp "$MODEL"/* "$2/0"; fi;;
          esac

          """, to: "\(folder)/colmap")
      try write(
        head + """
          echo "ffmpeg $*" >> "$CALLS"
          if [ -n "$NOVIDEO" ]; then echo "$NOVIDEO: Invalid data found"; exit 1; fi
          echo "  Duration: 00:00:04.00, start: 0.0"; echo "frame=4"; echo "progress=end"
          for last; do :; done
          folder=$(dirname "$last")
          cp "$PHOTOS"/* "$folder"

          """, to: "\(folder)/ffmpeg")
    }

    private func write(_ text: String, to path: String) throws {
      try Files.write(text, to: path)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }

    func start(_ arguments: [String], _ more: [String: String] = [:]) throws -> RunningCommand {
      let environment = [
        "PATH": "\(scene.folder.path("tools")):/usr/bin:/bin", "CALLS": scene.folder.path("calls"),
        "MODEL": "\(scene.path)/sparse/0", "PHOTOS": photos,
      ]
      return try Command.start(
        ["prepare"] + arguments, environment: environment.merging(more) { $1 })
    }

    func run(_ arguments: [String], _ more: [String: String] = [:]) throws -> CommandResult {
      try start(arguments, more).wait()
    }
  }

  @Test("photos become a scene that can be trained")
  func photos() throws {
    let tools = try Tools()
    let result = try tools.run([tools.photos, tools.target])
    result.expectSuccess()
    #expect(result.output.contains("8 of 8 photos have cameras, 60 points"))
    #expect(
      tools.calls.map { $0.prefix { $0 != " " } } == [
        "feature_extractor", "exhaustive_matcher", "mapper",
      ])
    #expect(tools.calls[0].contains("--SiftExtraction.use_gpu 0"))
    #expect(tools.calls[0].contains("--ImageReader.single_camera 1"))
    #expect(tools.calls[1].contains("--SiftMatching.use_gpu 0"))
    #expect(!Files.exists("\(tools.target)/sparse.partial"))
    #expect(
      try Files.bytes("\(tools.target)/images/view3.png") == Files.bytes(tools.scene.image(3)))
    try Command.run(
      "train", tools.target, "-o", tools.scene.folder.path("out"), "--iterations", "5"
    ).expectSuccess()
    // There is nothing left to do for a second run.
    try tools.run([tools.photos, tools.target]).expectSuccess()
    #expect(tools.calls.count == 3)
  }

  @Test("newer versions of COLMAP are told by their own names")
  func newNames() throws {
    let tools = try Tools()
    let help = "--FeatureExtraction.use_gpu --SiftExtraction.max_image_size"
    try tools.run([tools.photos, tools.target, "--threads", "2"], ["COLMAP_HELP": help])
      .expectSuccess()
    #expect(tools.calls[0].contains("--FeatureExtraction.use_gpu 0"))
    #expect(tools.calls[0].contains("--FeatureExtraction.num_threads 2"))
    #expect(tools.calls[0].contains("--SiftExtraction.max_image_size 1600"))
    #expect(tools.calls[1].contains("--FeatureMatching.use_gpu 0"))
  }

  @Test("a video is taken apart and its pictures are compared in order")
  func video() throws {
    let tools = try Tools()
    let video = tools.scene.folder.path("a.mp4")
    try Files.write("video", to: video)
    // The model that is handed out names photos that are not kept, so that only its opening fails.
    try tools.run([video, tools.target, "--fps", "3"]).expectFailure(66, "images")
    #expect(Files.below("\(tools.target)/images") == ["00001.jpg", "00002.jpg"])
    #expect(tools.calls[0].hasPrefix("ffmpeg ") && tools.calls[0].contains("fps=12.0 "))
    #expect(tools.calls[2].hasPrefix("sequential_matcher "))
    #expect(!tools.calls[2].contains("loop_detection"))
    // Another video: with a tree, places that come again are found.
    let tree = tools.scene.folder.path("tree")
    try Files.write("tree", to: tree)
    let second = tools.scene.folder.path("second")
    try tools.run([video, second, "--sharpest", "1", "--vocabulary-tree", tree]).expectSuccess()
    #expect(tools.calls[4].contains("fps=2.0 "))
    #expect(
      tools.calls[6].contains(
        "--SequentialMatching.loop_detection 1 --SequentialMatching.vocab_tree_path \(tree)"))
    #expect(Files.below("\(second)/images").count == 8)
  }

  /// Writes panoramas into a folder of their own.
  private func writePanoramas(_ tools: Tools, names: [String]) throws -> String {
    let photos = tools.scene.folder.path("around")
    try FileManager.default.createDirectory(
      atPath: photos, withIntermediateDirectories: true)
    let panorama = Photo(
      width: 128, height: 64, channels: 3,
      bytes: (0..<128 * 64).flatMap { pixel -> [UInt8] in
        let (column, row) = (pixel % 128, pixel / 128)
        let fromBorder = min(column, 128 - column)
        return [UInt8(fromBorder * 3), UInt8(row * 3), 100]
      })
    for name in names { try PNGFile.write(panorama, to: "\(photos)/\(name).png") }
    return photos
  }

  @Test("panoramas are cut into views whose camera is known")
  func panoramas() throws {
    let tools = try Tools()
    let photos = try writePanoramas(tools, names: ["a", "b c"])
    // The model that is handed out names other photos, so that only its opening fails.
    try tools.run([photos, tools.target, "--panorama"]).expectFailure(66, "images")
    let images = Files.below("\(tools.target)/images")
    #expect(images.count == 24 && images[0] == "view_00/a.jpg" && images[23] == "view_11/b_c.jpg")
    #expect(
      tools.calls[0].contains("--ImageReader.camera_model PINHOLE")
        && tools.calls[0].contains("--ImageReader.camera_params 16.0,16.0,16.0,16.0")
        && tools.calls[0].contains("--ImageReader.single_camera_per_folder 1"))
    #expect(tools.calls[2].contains("--Mapper.ba_refine_focal_length 0"))
    #expect(!tools.calls[2].contains("sensor_from_rig"))
    // At the middle height the views look ahead, to the right, back and to the left; those above
    // and below see what is higher and lower.
    let middles = try (0..<12).map { view -> (around: Int, down: Int) in
      let photo = try ImageFile.read(
        path: "\(tools.target)/images/view_\(view < 10 ? "0" : "")\(view)/a.jpg")
      #expect(photo.width == 32 && photo.height == 32)
      let middle = (16 * 32 + 16) * 3
      return (Int(photo.bytes[middle]), Int(photo.bytes[middle + 1]))
    }
    for (view, middle) in middles.enumerated() {
      #expect(abs(middle.around - [190, 96, 2, 96][view % 4]) < 9, "\(view): \(middle)")
      #expect(abs(middle.down - [59, 97, 134][view / 4]) < 9, "\(view): \(middle)")
    }
    // Photos of other proportions are no panoramas.
    try tools.run([tools.photos, tools.scene.folder.path("second"), "--panorama"])
      .expectFailure(65, "view0.png: is 48 x 36 pixels; a panorama")
    #expect(!Files.exists(tools.scene.folder.path("second")))
    try tools.run([photos, tools.scene.folder.path("third"), "--panorama", "--lens", "FOV"])
      .expectFailure(64, "--lens does not go with --panorama")
  }

  /// The text of a file that a preparation has written.
  private func written(_ tools: Tools, _ name: String) throws -> String {
    try Files.text("\(tools.target)/\(name)")
  }

  @Test("the views of a panorama are a rig: before the cameras are found, or afterwards")
  func rigs() throws {
    let tools = try Tools()
    let photos = try writePanoramas(tools, names: ["a", "b"])
    let help = ["COLMAP_HELP": "--rig_config_path"]
    try tools.run([photos, tools.target, "--panorama"], help).expectFailure(66, "images")
    #expect(
      tools.calls.map { $0.prefix { $0 != " " } } == [
        "feature_extractor", "rig_configurator", "exhaustive_matcher", "mapper",
      ])
    #expect(tools.calls[1].hasSuffix("--rig_config_path \(tools.target)/rig.json"))
    #expect(tools.calls[3].hasSuffix("--Mapper.ba_refine_sensor_from_rig 0"))
    let rig = try written(tools, "rig.json")
    #expect(rig.hasPrefix("[{\"cameras\": [{\"image_prefix\": \"view_00/\", \"ref_sensor\": true}"))
    // The second view is a quarter turn to the right of the first, which looks up.
    let words = rig.split { "[], ".contains($0) }.compactMap { Double($0) }
    let (sine, angle) = (0.5.squareRoot(), -35 * Double.pi / 180)
    for (value, expected) in zip(words, [sine, 0, -sine * cos(angle), -sine * sin(angle)]) {
      #expect(abs(value - expected) < 1e-9, "\(words)")
    }

    // Earlier versions put views in one place that they have found apart.
    let older = try Tools { model in
      var camera = model.cameras[0]
      (camera.width, camera.height) = (32, 32)
      model.cameras = (0..<3).map {
        var camera = camera
        camera.id = UInt32(7 + $0)
        return camera
      }
      let turns = [
        Quaternion(w: 1, x: 0, y: 0, z: 0),
        Quaternion(w: sine, x: 0, y: -sine * cos(angle), z: -sine * sin(angle)),
        Quaternion(w: 0, x: 0, y: cos(angle), z: sin(angle)),
      ]
      model.images = Array(model.images.prefix(6))
      for index in model.images.indices {
        let (first, view) = (index < 3 ? 0 : 3, index % 3)
        model.images[index].name = "view_0\(view)/\(index < 3 ? "a" : "b").jpg"
        model.images[index].cameraID = UInt32(7 + view)
        // The last view is not where it should be.
        let turn = turns[index < 5 ? view : 0]
        model.images[index].rotation = turn * model.images[first].rotation
      }
    }
    let folder = try writePanoramas(older, names: ["a", "b"])
    try older.run([folder, older.target, "--panorama", "--matcher", "sequential"]).expectSuccess()
    #expect(
      older.calls.map { $0.prefix { $0 != " " } } == [
        "feature_extractor", "matches_importer", "mapper", "image_deleter", "rig_bundle_adjuster",
      ])
    #expect(try written(older, "strays.txt") == "view_02/b.jpg\n")
    #expect(older.calls[4].contains("--RigBundleAdjustment.refine_relative_poses 0"))
    let adjusted = try written(older, "rig.json")
    #expect(adjusted.contains("\"ref_camera_id\": 7, \"cameras\": [{\"camera_id\": 7, "))
    let pairs = try written(older, "pairs.txt").split(separator: "\n")
    #expect(pairs.count == 66 + 144 + 66 && Set(pairs).count == pairs.count)
    #expect(pairs[0] == "view_00/a.jpg view_01/a.jpg")
  }

  @Test("goes on after an interruption, and after a failure")
  func resume() throws {
    let tools = try Tools()
    let running = try tools.start([tools.photos, tools.target], ["HANGS": "mapper"])
    while running.isRunning, tools.calls.last != "hanging" {
      Thread.sleep(forTimeInterval: 0.01)
    }
    running.signal(SIGINT)
    let stopped = running.wait()
    #expect(stopped.code == 130 && stopped.errors.contains("the same command continues"))
    let failed = try tools.run([tools.photos, tools.target], ["FAILS": "mapper"])
    failed.expectFailure(65, "colmap mapper ended with status 3", "prepare.log", "the reason")
    #expect(!Files.exists("\(tools.target)/sparse"))
    let empty = try tools.run([tools.photos, tools.target], ["EMPTY": "1"])
    empty.expectFailure(65, "found no cameras")
    try tools.run([tools.photos, tools.target]).expectSuccess()
    // Features and matches were found once.
    #expect(tools.calls.count { $0.hasPrefix("feature_extractor") } == 1)
    #expect(tools.calls.count { $0.hasPrefix("exhaustive_matcher") } == 1)
    #expect(tools.calls.count { $0.hasPrefix("mapper") } == 4)
  }

  @Test("names what is missing, and destroys nothing")
  func refusals() throws {
    let tools = try Tools()
    let none = ["PATH": tools.scene.folder.path("nothing")]
    try tools.run([tools.photos, tools.target], none)
      .expectFailure(66, "colmap", "apt-get install colmap", "brew install colmap")
    try Files.remove(tools.scene.folder.path("tools/ffmpeg"))
    let video = tools.scene.folder.path("a.mp4")
    try Files.write("video", to: video)
    try tools.run([video, tools.target], ["PATH": tools.scene.folder.path("tools")])
      .expectFailure(66, "apt-get install ffmpeg", "brew install ffmpeg")
    try tools.run(["none", tools.target]).expectFailure(66, "none: does not exist")
    #expect(!Files.exists(tools.target))
    // Photos that lie in the scene are used where they are.
    let own = tools.scene.folder.path("own")
    try FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: tools.photos, toPath: "\(own)/images")
    for more in [[], ["--overwrite"]] {
      try tools.run(["\(own)/images", own] + more).expectSuccess()
      #expect(Files.exists("\(own)/images/view7.png"))
    }
    // A scene of somebody else's making stays as it is.
    try tools.run([tools.photos, tools.scene.path]).expectFailure(
      73, "scene/sparse", "another folder")
    try tools.run([tools.photos, tools.scene.path, "--overwrite"]).expectFailure(73, "scene/sparse")
    #expect(Files.exists(tools.scene.image(0)) && Files.exists(tools.scene.modelFile("images.bin")))
    try tools.run([tools.photos, tools.target]).expectSuccess()
    try tools.run([tools.photos, tools.target, "--lens", "RADIAL"])
      .expectFailure(73, "other settings")
    // A complete scene stays until the new one is complete.
    let radial = [tools.photos, tools.target, "--lens", "RADIAL"]
    try tools.run(radial + ["--overwrite"], ["FAILS": "mapper"]).expectFailure(65, "mapper")
    #expect(
      try Files.bytes("\(tools.target)/earlier/sparse/0/images.bin")
        == Files.bytes(tools.scene.modelFile("images.bin")))
    try tools.run(radial).expectSuccess()
    #expect(!Files.exists("\(tools.target)/earlier"))
    try tools.run(radial + ["--overwrite"]).expectSuccess()
    try tools.run([tools.photos, tools.target, "--lens", "BENT"]).expectFailure(64, "OPENCV")
    try Files.write("{", to: "\(tools.target)/prepare.json")
    try tools.run([tools.photos, tools.target]).expectFailure(65, "prepare.json")
  }

  @Test("of the frames of a video the sharpest in turn is kept")
  func sharpest() throws {
    let tools = try Tools()
    // Stripes that are clear in frames 2 and 5, and fainter in the others.
    let frames = tools.scene.folder.path("frames")
    try FileManager.default.createDirectory(atPath: frames, withIntermediateDirectories: true)
    for index in 1...6 {
      let contrast = index == 2 || index == 5 ? 100 : 20
      let bytes = (0..<64 * 48).flatMap { pixel -> [UInt8] in
        let value = 120 + (pixel % 64 / 4 % 2 == 0 ? contrast : -contrast) + index
        return [UInt8](repeating: UInt8(value), count: 3)
      }
      try JPEGFile.write(
        Photo(width: 64, height: 48, channels: 3, bytes: bytes), to: "\(frames)/0000\(index).jpg")
    }
    let video = tools.scene.folder.path("a.mp4")
    try Files.write("video", to: video)
    // The model that is handed out names other photos, so that only its opening fails.
    _ = try tools.run([video, tools.target, "--sharpest", "3"], ["PHOTOS": frames])
    #expect(Files.below("\(tools.target)/images") == ["00001.jpg", "00002.jpg"])
    for (kept, source) in [(1, 2), (2, 5)] {
      #expect(
        try Files.bytes("\(tools.target)/images/0000\(kept).jpg")
          == Files.bytes("\(frames)/0000\(source).jpg"))
    }
  }

  @Test(
    "says within a step how far it is, where lines cannot be rewritten", .timeLimit(.minutes(5)))
  func progress() throws {
    let tools = try Tools()
    let plain = try tools.run([tools.photos, tools.target], ["SLOW": "exhaustive_matcher"])
    plain.expectSuccess()
    let lines = plain.lines.filter { $0.hasPrefix("matches") }
    #expect(lines.count >= 3 && lines.contains { $0.contains("/3  ") }, "\(plain.output)")
    #expect(lines.allSatisfy { !$0.contains("\u{1b}") })
    // The same for programs, from the mapper's own words.
    let json = try tools.run(
      [tools.photos, tools.target, "--overwrite", "--json"],
      ["SLOW": "mapper", "LINE": "Registering image #7 (5)"])
    json.expectSuccess()
    #expect(
      json.output.contains("\"step\": \"model\", \"done\": 5, \"total\": 8")
        || json.output.contains("\"step\":\"model\",\"done\":5,\"total\":8"), "\(json.output)")
  }

  @Test("photos in small blocks are compared, where COLMAP can, so that it says how far it is")
  func blocks() throws {
    let tools = try Tools()
    let help = "--ExhaustiveMatching.block_size arg (=50)"
    try tools.run([tools.photos, tools.target], ["COLMAP_HELP": help]).expectSuccess()
    #expect(tools.calls[1].hasSuffix("--ExhaustiveMatching.block_size 5"))
  }

  /// A folder of `count` copies of a photo.
  private func copies(_ count: Int, _ tools: Tools, name: (Int) -> String) throws -> String {
    let folder = tools.scene.folder.path("many")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let photo = try Files.bytes(tools.scene.image(0))
    for index in 0..<count { try Files.write(photo, to: "\(folder)/\(name(index)).png") }
    return folder
  }

  @Test("the matcher suits the number of photos")
  func matchers() throws {
    let tools = try Tools()
    let tree = tools.scene.folder.path("tree")
    try Files.write("tree", to: tree)
    func matcher(_ source: String, _ more: String...) throws -> (call: String, errors: String) {
      // The model that is handed out names other photos, so that only its opening fails.
      let result = try tools.run([source, tools.target, "--overwrite"] + more)
      return (tools.calls.last { $0.contains("_matcher ") } ?? "", result.errors)
    }
    let numbered = try copies(201, tools) { "IMG_\(1000 + $0)" }
    let plain = try matcher(numbered)
    #expect(plain.call.hasPrefix("sequential_matcher "))
    #expect(plain.errors.contains("--vocabulary-tree") && plain.errors.contains("20,100 pairs"))
    let withTree = try matcher(numbered, "--vocabulary-tree", tree)
    #expect(withTree.call.hasPrefix("vocab_tree_matcher "))
    #expect(withTree.call.contains("--VocabTreeMatching.vocab_tree_path \(tree)"))
    #expect(try matcher(numbered, "--matcher", "spatial").call.hasPrefix("spatial_matcher "))
    try Files.remove(numbered)
    let others = try copies(201, tools) { "\($0 * 7919 % 1009)-\($0 * 37)" }
    let unordered = try matcher(others)
    #expect(unordered.call.hasPrefix("exhaustive_matcher "))
    #expect(unordered.errors.contains("no order"))
    try Files.remove("\(others)/0-0.png")
    let few = try matcher(others)
    #expect(few.call.hasPrefix("exhaustive_matcher ") && !few.errors.contains("no order"))
    try tools.run([tools.photos, tools.target, "--matcher", "vocabulary"])
      .expectFailure(64, "--vocabulary-tree FILE")
    try tools.run([tools.photos, tools.target, "--vocabulary-tree", tree + "x"])
      .expectFailure(66, "treex")
    try tools.run([tools.photos, tools.target, "--vocabulary-tree", tree, "--matcher", "spatial"])
      .expectFailure(64, "does not go with")
  }

  @Test("GLOMAP finds the cameras where it is asked for")
  func glomap() throws {
    let tools = try Tools()
    try tools.run([tools.photos, tools.target, "--mapper", "glomap"])
      .expectFailure(66, "glomap", "https://github.com/colmap/glomap")
    #expect(!Files.exists(tools.target))
    try FileManager.default.copyItem(
      atPath: tools.scene.folder.path("tools/colmap"),
      toPath: tools.scene.folder.path("tools/glomap"))
    try tools.run([tools.photos, tools.target, "--mapper", "glomap"]).expectSuccess()
    #expect(tools.calls.last?.hasPrefix("mapper ") == true)
    #expect(tools.calls.last?.contains("num_threads") == false)
  }

  @Test("HEIC photos become JPEG files, which COLMAP reads")
  func heic() throws {
    let tools = try Tools()
    let photos = tools.scene.folder.path("heic")
    try FileManager.default.createDirectory(atPath: photos, withIntermediateDirectories: true)
    let heic = Data(base64Encoded: tinyHEIC) ?? Data()
    for name in ["a.heic", "b.HEIC"] { try Files.write([UInt8](heic), to: "\(photos)/\(name)") }
    try Files.write(try Files.bytes(tools.scene.image(0)), to: "\(photos)/c.png")
    _ = try tools.run([photos, tools.target])
    #expect(Files.below("\(tools.target)/images") == ["a.jpg", "b.jpg", "c.png"])
    let read = try ImageFile.read(path: "\(tools.target)/images/a.jpg")
    #expect(read.width == 32 && read.height == 24)
    // Photos in the scene's own folder stay as they are, so that they cannot be converted.
    let own = tools.scene.folder.path("own")
    try FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: photos, toPath: "\(own)/images")
    try tools.run(["\(own)/images", own]).expectFailure(65, "a.heic", "COLMAP does not read")
    #expect(!Files.exists("\(own)/prepare.json"))
  }

  @Test("what is refused leaves nothing behind")
  func nothingLeft() throws {
    let tools = try Tools()
    let photos = tools.scene.folder.path("few")
    try FileManager.default.createDirectory(atPath: photos, withIntermediateDirectories: true)
    try tools.run([photos, tools.target]).expectFailure(65, "0 photos; 2 or more")
    try Files.write(try Files.bytes(tools.scene.image(0)), to: "\(photos)/a.png")
    try tools.run([photos, tools.target]).expectFailure(65, "1 photo; 2 or more")
    try Files.write("no picture", to: "\(photos)/b.jpg")
    try tools.run([photos, tools.target]).expectFailure(65, "b.jpg")
    try tools.run([tools.photos, "\(tools.photos)/scene"]).expectFailure(73, "lies in the folder")
    let video = tools.scene.folder.path("a.mp4")
    try Files.write("video", to: video)
    try tools.run([video, tools.target], ["NOVIDEO": "a.mp4"])
      .expectFailure(65, "ffmpeg ended with status 1", "a.mp4: Invalid data found")
    // One frame is no scene.
    let frames = tools.scene.folder.path("frames")
    try FileManager.default.createDirectory(atPath: frames, withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      atPath: tools.scene.image(0), toPath: "\(frames)/00001.png")
    try tools.run([video, tools.target], ["PHOTOS": frames]).expectFailure(65, "1 photo; 2 or more")
    #expect(!Files.exists(tools.target) && !Files.exists("\(tools.photos)/scene"))
    // What was there before stays.
    try FileManager.default.createDirectory(
      atPath: tools.target, withIntermediateDirectories: true)
    try Files.write("mine", to: "\(tools.target)/notes")
    try tools.run([video, tools.target], ["NOVIDEO": "a.mp4"]).expectFailure(65, "Invalid data")
    #expect(Files.below(tools.target) == ["notes"])
  }
}

/// A HEIC file of 32 x 24 pixels, as libheif's `heif-enc` 1.15 writes it.
private let tinyHEIC = """
  AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAa5tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAA\
  AAAAAAAAAA5waXRtAAAAAAACAAAAEGlkYXQAAAAAACAAGAAAADhpbG9jAQAAAERAAAIAAQAAAAAAAAHSAAEAAAAAAAAB\
  VAACAAEAAAAAAAAAAQAAAAAAAAAIAAAAOGlpbmYAAAAAAAIAAAAVaW5mZQIAAAEAAQAAaHZjMQAAAAAVaW5mZQIAAAAA\
  AgAAZ3JpZAAAAADZaXBycAAAALdpcGNvAAAAd2h2Y0MBBAgAAAAAAAAAAAAe8AD8//j4AAAPAyAAAQAXQAEMAf//BAgA\
  AAMAnjgAAAMAAB66AkAhAAEAKkIBAQQIAAADAJ44AAADAAAekAQQILLdVdNc3AgIGBAAAAMAEAAAAwAQgCIAAQAIRAHB\
  cxgwGJAAAAAUaXNwZQAAAAAAAABAAAAAQAAAABRpc3BlAAAAAAAAACAAAAAYAAAAEHBpeGkAAAAAAwgICAAAABppcG1h\
  AAAAAAAAAAIAAQKBAgACAgOEAAAAGmlyZWYAAAAAAAAADmRpbWcAAgABAAEAAAFcbWRhdAAAAVAoAa8GMgiIeCWArjHX\
  AIfsmdW6ZTWU52seELGuE38xpRcqW8W02N3MwppX91o88fB1KYEcccPbm7oWceorhjw1OOUFMc2IY1tFXe5tgmOW5WoU\
  YQKkVl6qV6s0X7uM23DwQEo6u1upUClek23nO4i10zSK8eu0eWTq7bex/P5pw5IBPXTSEeVbq6/muqH4mNesBEDW7Dso\
  6/KLmzl3y6kxEaZvePfYIHi/peCzVX95plfjNV2TPIn0yKquyITrurj5jeHQqA6ivUZj5u9+rIltXUOEysZkOsw4Ez17\
  +WkWMi1xjAVhM2TVdXhxLHSiPaaAffVLG25RynxVd4Fs/8i90xAYaX4JeOFyKY/6i+jgHDQ3K/t4subvaikwnJVrlnNm\
  MYY3IhnGmDsPQVu6kacqb12VygAtAcm9OyslezK1PQ0x98/+sGBMK8vIuMNx1Hg=
  """
