import Foundation
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

    init() throws {
      scene = try TinyScene()
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
          case $1 in
          mapper)
            while [ "$1" != "--output_path" ]; do shift; done
            if [ -z "$EMPTY" ]; then mkdir "$2/0"; cp "$MODEL"/* "$2/0"; fi;;
          esac

          """, to: "\(folder)/colmap")
      try write(
        head + """
          echo "ffmpeg $*" >> "$CALLS"
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
    try tools.run([video, tools.target, "--fps", "3"]).expectSuccess()
    #expect(tools.calls[0].hasPrefix("ffmpeg ") && tools.calls[0].contains("fps=3.0"))
    #expect(tools.calls[2].hasPrefix("sequential_matcher "))
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
}
