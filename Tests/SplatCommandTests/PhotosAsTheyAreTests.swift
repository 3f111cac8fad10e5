import Foundation
import SplatCore
import SplatFiles
import Testing

@Suite("photos with their own exposures and poses")
struct PhotosAsTheyAreTests {
  private func results(_ scene: TinyScene, _ output: String) throws -> [String: Any] {
    try #require(
      try JSONSerialization.jsonObject(
        with: Data(try Files.bytes(scene.folder.path("\(output)/results.json"))))
        as? [String: Any])
  }

  @Test("refined cameras are written, also as a scene, and held-out photos are aligned")
  func refinedCameras() throws {
    let scene = try TinyScene()
    let exported = scene.folder.path("exported")
    try scene.train(
      "out", iterations: 80, "--poses", "refine", "--eval", "--export-scene", exported
    ).expectSuccess()
    // The cameras of training photos have moved, and the others have not.
    let cameras = try CameraPath.read(path: scene.folder.path("out/cameras.json"))
    for (index, named) in cameras.enumerated() {
      let before = TinyScene.cameras[index].viewMatrix
      let shift = named.camera.viewMatrix.inverse.translation - before.inverse.translation
      #expect(((shift * shift).sum() > 1e-10) == (index != 0))
      #expect((shift * shift).sum() < 0.01)
    }
    // The exported scene has them too.
    let opened = try Scene.open(path: exported)
    #expect(opened.views.count == 8 && opened.points.count == 60)
    for (view, named) in zip(opened.views, cameras) {
      let offset = view.camera.center - named.camera.center
      #expect((offset * offset).sum() < 1e-16)
    }
    // Both scores are there, for the mean and for each photo.
    let results = try results(scene, "out")
    let images = try #require(results["images"] as? [String: [String: Double]])
    for name in ["psnr", "psnr_corrected", "ssim"] {
      #expect(results[name] is Double && results["\(name)_aligned"] is Double)
      #expect(images["view0.png"]?["\(name)_aligned"] != nil)
    }
  }

  @Test("a scene is exported only to a new folder, and without --poses as it is")
  func exportedScene() throws {
    let scene = try TinyScene()
    try scene.train("bad", iterations: 30, "--export-scene", scene.path)
      .expectFailure(73, "exists")
    #expect(Files.below(scene.folder.path("bad")).isEmpty)
    let exported = scene.folder.path("exported")
    try scene.train("out", iterations: 30, "--export-scene", exported).expectSuccess()
    let opened = try Scene.open(path: exported)
    for (view, camera) in zip(opened.views, TinyScene.cameras) {
      let offset = view.camera.center - camera.center
      #expect((offset * offset).sum() < 1e-16)
    }
    #expect(try results(scene, "out")["psnr_aligned"] == nil)
  }

  @Test("a resumed run ends in the same bytes", arguments: ["exposure", "grid"])
  func resumed(_ appearance: String) throws {
    let scene = try TinyScene()
    func arguments(_ output: String) -> [String] {
      [
        "train", scene.path, "-o", scene.folder.path(output), "--iterations", "120", "--quiet",
        "--checkpoint-every", "50", "--poses", "refine", "--appearance", appearance, "--robust",
      ]
    }
    try Command.start(arguments("whole")).wait().expectSuccess()
    let running = try Command.start(arguments("out"))
    running.killed { FilePaths.exists(scene.folder.path("out/checkpoint.bin")) }
    try Command.start(arguments("out") + ["--resume"]).wait().expectSuccess()
    for name in ["cameras.json", "point_cloud/iteration_120/point_cloud.ply"] {
      let (a, b) = (
        try Files.bytes(scene.folder.path("whole/\(name)")),
        try Files.bytes(scene.folder.path("out/\(name)"))
      )
      #expect(a == b, "\(name)")
    }
  }
}
