import Foundation
import SplatCore
import SplatEditing
import SplatFiles
import SplatTestSupport
import Testing

@Suite struct ConvertTests {
  private let folder = TemporaryFolder()

  /// A model's file.
  private func model(shDegree: Int = 2, count: Int = 200, name: String = "in.ply") throws -> String
  {
    var splats = SyntheticScene.splats(count: count, seed: 3, shDegree: shDegree)
    splats.isAntialiased = true
    try ModelFile.write(splats, to: folder.path(name))
    return folder.path(name)
  }

  private func convert(_ arguments: String...) throws -> CommandResult {
    try Command.start(["convert"] + arguments, in: folder.path).wait()
  }

  private func read(_ name: String) throws -> Splats {
    try ModelFile.read(path: folder.path(name)).splats
  }

  @Test(arguments: ["ply", "compressed.ply", "spz", "sog", "glb", "gltf"])
  func everyFormatIsWrittenByItsEnding(ending: String) throws {
    let result = try convert(model(), "out.\(ending)")
    result.expectSuccess()
    #expect(result.errors.isEmpty)
    #expect(result.output.hasPrefix("out.\(ending): 200 Gaussians, SH degree 2, "))
    let info = try Command.run("info", folder.path("out.\(ending)"), "--json")
    info.expectSuccess()
    #expect(
      info.output.contains(
        "\"format\": \"\(ModelFormat(ending: ".\(ending)").map(\.rawValue) ?? ending)\""))
    #expect(info.output.contains("\"antialias\": true"))
    #expect(!folder.files().contains { $0.contains(".tmp-") })
  }

  @Test func whatAFormatCannotHoldIsSaid() throws {
    let result = try convert(model(), "out.splat")
    result.expectSuccess()
    #expect(
      result.errors.contains("out.splat: the format holds no view-dependent colours"))
    #expect(result.errors.contains("cannot mark a model as meant for antialiased rendering"))
    try convert(model(shDegree: 4), "out.sog").expectSuccess()
    #expect(try read("out.sog").shDegree == 3)
  }

  @Test func antialiasingIsBakedInForTheModelsCameras() throws {
    let input = try model()
    let without = try convert(input, "baked.ply", "--bake-antialias")
    without.expectFailure(65, "cameras.json")
    let cameras = SyntheticScene.cameras(count: 2, width: 64, height: 48)
    try CameraPath.write(
      cameras.enumerated().map { NamedCamera(name: "\($0)", camera: $1) },
      to: folder.path("cameras.json"))
    try convert(input, "baked.ply", "--bake-antialias").expectSuccess()
    let (before, baked) = (try read("in.ply"), try read("baked.ply"))
    #expect(!baked.isAntialiased)
    #expect((0..<200).allSatisfy { baked[$0].opacityLogit <= before[$0].opacityLogit })
    #expect((0..<200).contains { baked[$0].opacityLogit < before[$0].opacityLogit - 0.1 })
    #expect((0..<200).allSatisfy { baked[$0].mean == before[$0].mean })
    let again = try convert("baked.ply", "twice.ply", "--bake-antialias")
    again.expectSuccess()
    #expect(again.errors.contains("not meant for antialiased rendering"))
    try convert(input, input, "two.ply", "--bake-antialias").expectFailure(64, "one model")
  }

  @Test func modelsAreMergedCleanedAndMoved() throws {
    let input = try model()
    let before = try read("in.ply")
    let result = try convert(
      input, input, "out.ply", "--crop-box", "-0.5,-9,-9,9,9,9", "--crop-sphere", "0,0,0,1",
      "--prune-opacity", "0.5", "--prune-scale", "0.2", "--floaters", "4", "--max-splats", "50",
      "--sh-degree", "1", "--rotate", "0,0,90", "--scale", "2", "--translate", "-1,2,3", "--order",
      "morton", "--json")
    result.expectSuccess()
    #expect(result.output.contains("\"splats_read\": 400"))
    let after = try read("out.ply")
    #expect(after.count == 50 && after.shDegree == 1 && after.isAntialiased)
    // A quarter about z brings (x, y) to (-y, x).
    for index in 0..<after.count {
      let mean = (after[index].mean - SIMD3(-1, 2, 3)) / 2
      let back = SIMD3(mean.y, -mean.x, mean.z)
      #expect(back.x >= -0.5001 && (back * back).sum() <= 1.0001)
      #expect(
        (0..<before.count).contains {
          let offset = before[$0].mean - back
          return (offset * offset).sum() < 1e-10
        })
    }
  }

  @Test func theMovedModelLooksTheSameToTheCommand() throws {
    let input = try model(count: 500)
    try convert(
      input, "moved.ply", "--rotate", "30,-40,70", "--scale", "1.5", "--translate", "3,0,-2"
    )
    .expectSuccess()
    try convert("moved.ply", "back.ply", "--translate", "-3,0,2").expectSuccess()
    try convert("back.ply", "back.ply", "--scale", "0.6666666666666666").expectSuccess()
    try convert("back.ply", "back.ply", "--rotate", "0,0,-70").expectSuccess()
    try convert("back.ply", "back.ply", "--rotate", "0,40,0").expectSuccess()
    try convert("back.ply", "back.ply", "--rotate", "-30,0,0").expectSuccess()
    let psnr = PictureComparison.psnr(
      try read("in.ply"), try read("back.ply"),
      from: SyntheticScene.cameras(count: 3, width: 96, height: 96))
    #expect(psnr >= 80, "\(psnr) dB")
  }

  @Test func optionsOfFilesAreFollowed() throws {
    let input = try model()
    try convert(input, "four.spz", "--spz-version", "4").expectSuccess()
    #expect(try Files.bytes(folder.path("four.spz")).starts(with: Array("NGSP".utf8)))
    try convert(input, "fine.spz").expectSuccess()
    try convert(input, "rough.spz", "--sh-bits", "3").expectSuccess()
    #expect(
      try Files.bytes(folder.path("rough.spz")).count < Files.bytes(folder.path("fine.spz")).count)
    try convert(input, "any", "--format", "glb").expectSuccess()
    #expect(try Files.bytes(folder.path("any")).starts(with: Array("glTF".utf8)))
    try convert(input, "one.sog", "--threads", "1").expectSuccess()
    try convert(input, "two.sog", "--threads", "2").expectSuccess()
    #expect(try Files.bytes(folder.path("one.sog")) == Files.bytes(folder.path("two.sog")))
    let points = try convert(input, "out.points.ply")
    points.expectSuccess()
    #expect(try PointCloudPLY.read(path: folder.path("out.points.ply")).count == 200)
  }

  @Test func camerasComeAlongOrItIsSaid() throws {
    let input = try model()
    let camera = NamedCamera(name: "a", camera: TinyScene.cameras[0])
    try CameraPath.write([camera], to: folder.path("cameras.json"))
    for name in ["x", "y"] { try FileOutput.makeFolder(folder.path(name)) }
    // A model that moves takes its cameras with it.
    let result = try convert(input, "x/out.spz", "--translate", "1,2,3", "--scale", "2")
    result.expectSuccess()
    #expect(result.errors.isEmpty)
    let moved = try CameraPath.read(path: folder.path("x/cameras.json"))[0]
    let offset = moved.camera.center - (camera.camera.center * 2 + SIMD3(1, 2, 3))
    #expect(moved.name == "a" && (offset * offset).sum() < 1e-12)
    // The same again changes nothing, and other cameras are not replaced.
    let again = try convert(input, "x/two.spz", "--translate", "1,2,3", "--scale", "2")
    again.expectSuccess()
    #expect(again.errors.isEmpty)
    let other = try convert(input, "x/three.spz")
    other.expectSuccess()
    #expect(other.errors.contains("cameras.json is not copied: x/cameras.json holds other"))
    #expect(try CameraPath.read(path: folder.path("x/cameras.json"))[0] == moved)
    let merged = try convert(input, input, "y/merged.ply")
    merged.expectSuccess()
    #expect(merged.errors.contains("is not copied") && !folder.files().contains("y/cameras.json"))
  }

  @Test func theReportCountsWhatWasWritten() throws {
    let input = try model(shDegree: 4)
    let gltf = try convert(input, "out.gltf", "--json")
    gltf.expectSuccess()
    let bytes = try ["out.gltf", "out.bin"].reduce(0) {
      try $0 + Files.bytes(folder.path($1)).count
    }
    #expect(gltf.output.contains("\"bytes\": \(bytes)"))
    #expect(gltf.output.contains("\"sh_degree\": 3"))
    let splat = try convert(input, "out.splat")
    splat.expectSuccess()
    #expect(splat.output.contains("SH degree 0"))
  }

  @Test func coordinatesOfMapsAreKept() throws {
    let splats = SyntheticScene.splats(count: 30, seed: 3, shDegree: 0)
    var text = "ply\nformat ascii 1.0\ncomment Vertical Axis: z\nelement vertex 30\n"
    for name in ["x", "y", "z"] { text += "property double \(name)\n" }
    let rest = ["f_dc_0", "f_dc_1", "f_dc_2", "opacity", "scale_0", "scale_1", "scale_2"]
    for name in rest + (0..<4).map({ "rot_\($0)" }) { text += "property float \(name)\n" }
    text += "end_header\n"
    for index in 0..<30 {
      let splat = splats[index]
      let place = SIMD3<Double>(splat.mean) + SIMD3(448_262, 0, 5_411_943)
      let (dc, s, q) = (splat.shCoefficients[0], splat.logScale, splat.rotation)
      text += "\(place.x) \(place.y) \(place.z) \(dc.x) \(dc.y) \(dc.z) \(splat.opacityLogit) "
      text += "\(s.x) \(s.y) \(s.z) \(q.w) \(q.x) \(q.y) \(q.z)\n"
    }
    try Files.write(text, to: folder.path("map.ply"))
    let kept = try convert("map.ply", "kept.ply")
    kept.expectSuccess()
    #expect(kept.errors.contains("relative to 448262,0,5411943, which its header records"))
    let packed = try convert("kept.ply", "kept.spz")
    packed.expectSuccess()
    #expect(packed.errors.contains("the format cannot record"))
    // Back near the origin, positions are those of the model.
    let back = try convert("kept.ply", "back.ply", "--translate", "-448262,0,-5411943")
    back.expectSuccess()
    #expect(back.errors.isEmpty)
    let file = try ModelFile.read(path: folder.path("back.ply"))
    #expect(file.origin == .zero && file.upAxis == SIMD3(0, 0, 1))
    for index in 0..<30 {
      let offset = file.splats[index].mean - splats[index].mean
      #expect((offset * offset).sum() < 1e-12)
    }
    // Crops are in the coordinates of the file, and a turn takes up along.
    let crop = try convert("map.ply", "crop.ply", "--crop-sphere", "448262,0,5411943,100")
    crop.expectSuccess()
    #expect(crop.output.contains("30 Gaussians,"))
    try convert("back.ply", "turned.ply", "--rotate", "90,0,0").expectSuccess()
    #expect(try ModelFile.read(path: folder.path("turned.ply")).upAxis == SIMD3(0, -1, 0))
  }

  @Test func wrongUseIsNamed() throws {
    let input = try model()
    for (arguments, part) in [
      (["out.ply"], "at least one model"), ([input, "out.txt"], "no format that can be written"),
      ([input, "out.ksplat"], "no format that can be written"),
      ([input, "out.ply", "--format", "ksplat"], "ksplat"),
      ([input, "out.ply", "--crop-box", "1,2,3"], "six numbers"),
      ([input, "out.ply", "--crop-box", "1,0,0,0,1,1"], "six numbers"),
      ([input, "out.ply", "--crop-sphere", "1,2,3,-1"], "radius above 0"),
      ([input, "out.ply", "--rotate", "1,2"], "--rotate needs three"),
      ([input, "out.ply", "--translate", "1,2,x"], "--translate"),
      ([input, "out.ply", "--scale", "0"], "above 0"),
      ([input, "out.ply", "--prune-opacity", "2"], "0...1"),
      ([input, "out.ply", "--max-splats", "0"], "1 or more"),
      ([input, "out.ply", "--sh-degree", "5"], "0...4"),
      ([input, "out.spz", "--spz-version", "2"], "3 or 4"),
      ([input, "out.spz", "--sh-bits", "9"], "1...8"),
      ([input, "out.sog", "--palette", "1"], "64...65536"),
    ] {
      let result = try Command.start(["convert"] + arguments, in: folder.path).wait()
      #expect(result.code == 64, "\(arguments): \(result.errors)")
      #expect(
        result.errors.lowercased().contains(part.lowercased()), "\(arguments): \(result.errors)")
    }
    #expect(folder.files() == ["in.ply"])
  }

  @Test func failuresHaveTheirExitCodes() throws {
    let input = try model()
    try convert("missing.ply", "out.spz").expectFailure(66, "missing.ply", "does not exist")
    try Files.write("no model", to: folder.path("bad.spz"))
    try convert("bad.spz", "out.ply").expectFailure(65, "bad.spz")
    try convert(input, "out.spz", "--prune-opacity", "1")
      .expectFailure(65, "none of 200 Gaussians is left")
    try convert(input, "no/folder/out.spz").expectFailure(73, "no/folder/out.spz")
    try convert(input, "far.ply", "--translate", "1e9,0,0").expectSuccess()
    try convert("far.ply", "out.spz").expectFailure(73, "farther than the format can say")
    #expect(!folder.files().contains { $0.hasPrefix("out") })
  }

  @Test func exportsOfATrainingLineUpWithItsScene() throws {
    // Far from the origin, and turned: a frame that a training might be tempted to change.
    let scene = try TinyScene { model in
      for index in model.points.indices { model.points[index].position += SIMD3(30, -20, 10) }
      for index in model.images.indices {
        let q = model.images[index].rotation
        let view = RigidTransform(rotation: q.rotationMatrix, translation: .zero)
        model.images[index].translation -= view.rotated(SIMD3(30, -20, 10))
      }
    }
    let result = try scene.train(
      "out", iterations: 100, "--background", "black", "--export",
      "spz,splat,sog,compressed-ply,glb", "--save-iterations", "50")
    result.expectSuccess()
    let names = ["compressed.ply", "glb", "ply", "sog", "splat", "spz"].map { "point_cloud.\($0)" }
    for iteration in [50, 100] {
      let path = scene.folder.path("out/point_cloud/iteration_\(iteration)")
      #expect(Files.below(path) == names)
    }
    let folder = scene.folder.path("out/point_cloud/iteration_100")
    let trained = try ModelFile.read(path: "\(folder)/point_cloud.ply").splats
    let cameras = TinyScene.cameras.map { camera in
      var camera = camera
      camera.viewMatrix.translation -= camera.viewMatrix.rotated(SIMD3(30, -20, 10))
      return camera
    }
    let flat = trained.withHarmonics(degree: 0)
    for name in names {
      let model = try ModelFile.read(path: "\(folder)/\(name)").splats
      let reference = model.shDegree == 0 ? flat : trained
      let psnr = PictureComparison.psnr(reference, model, from: cameras)
      #expect(psnr >= 40, "\(name): \(psnr) dB")
      let eval = try Command.run(
        "eval", "\(folder)/\(name)", "--scene", scene.path, "--split", "all", "--json")
      eval.expectSuccess()
    }
    try Command.run("train", scene.path, "-o", scene.folder.path("x"), "--export", "ply,ksplat")
      .expectFailure(64, "--export")
  }
}
