import Foundation
import SplatCore
import SplatFiles
import SplatTestSupport
import Testing

@Suite struct GLTFTests {
  private static let splats = SyntheticScene.splats(count: 300, seed: 9, shDegree: 3)

  private func read(_ text: [UInt8]) throws(FileError) -> Splats {
    try ModelFile.read(text, path: "a.gltf").splats
  }

  private func error(_ text: String) -> FileError? {
    fileError { () throws(FileError) in _ = try read(Array(text.utf8)) }
  }

  @Test func nodesPutTheModelWhereTheySay() throws {
    // In the file's frame y and z are reversed: a turn by a quarter about its y axis, twice as
    // large.
    let turned = try read(
      GLTFFixtures.embedded(
        Self.splats,
        nodes: """
          [{"children": [1], "translation": [1, 2, 3]},
           {"mesh": 0, "rotation": [0, 0.7071067811865476, 0, 0.7071067811865476],
            "scale": [2, 2, 2]}]
          """))
    let turn = Matrix3<Double>(Vector3(0, 0, 1), Vector3(0, 1, 0), Vector3(-1, 0, 0))
    // The same turn between this program's axes, which see it with y and z reversed.
    let flip = Matrix3<Double>(Vector3(1, 0, 0), Vector3(0, -1, 0), Vector3(0, 0, -1))
    let transform = SimilarityTransform(
      rotation: flip * turn * flip, scale: 2, translation: SIMD3(1, -2, -3))
    let cameras = SyntheticScene.cameras(count: 3, width: 96, height: 96)
    let psnr = PictureComparison.psnr(
      Self.splats, from: cameras, turned, from: cameras.map(transform.moved))
    #expect(psnr >= 80, "\(psnr) dB")
    let byMatrix = try read(
      GLTFFixtures.embedded(
        Self.splats,
        nodes: #"[{"mesh": 0, "matrix": [0, 0, -2, 0, 0, 2, 0, 0, 2, 0, 0, 0, 1, 2, 3, 1]}]"#))
    #expect(PictureComparison.psnr(turned, byMatrix, from: cameras) >= 80)
  }

  @Test func aMeshThatIsUsedTwiceIsThereTwice() throws {
    let twice = try read(
      GLTFFixtures.embedded(
        Self.splats, nodes: #"[{"mesh": 0, "children": [1]}, {"mesh": 0}]"#))
    #expect(twice.count == 600)
  }

  @Test func nodesThatCannotBeFollowedAreRefused() throws {
    for (nodes, problem) in [
      (#"[{"mesh": 0, "children": [0]}]"#, "in a circle"),
      (#"[{"mesh": 0, "scale": [1, 0, 1]}]"#, "mirrors or flattens"),
      (#"[{"mesh": 0, "scale": [-1, 1, 1]}]"#, "mirrors or flattens"),
      (#"[{"mesh": 0, "rotation": [1, 1, 1, 1]}]"#, "no unit quaternion"),
      (#"[{"mesh": 3}]"#, "`meshes` does not have"),
      (#"[{"mesh": 0, "children": [8]}]"#, "`nodes` does not have"),
      (#"[{"name": "empty"}]"#, "no mesh of the scene has Gaussians"),
      (#"[{"mesh": 0, "matrix": [1, 2]}]"#, "2 elements; 16 were expected"),
    ] {
      let text = String(
        decoding: try GLTFFixtures.embedded(Self.splats, nodes: nodes), as: UTF8.self)
      #expect(error(text)?.problem.contains(problem) == true, "\(nodes): \(error(text) as Any)")
    }
  }

  @Test func wrongAccessorsAreRefusedByName() throws {
    let text = String(decoding: try GLTFFixtures.embedded(Self.splats), as: UTF8.self)
    for (old, new, problem) in [
      ("\"byteOffset\": 0", "\"byteOffset\": 4000000000", "bufferViews[0]"),
      ("\"count\": 300", "\"count\": 4294967295", "needs"),
      ("\"count\": 300", "\"count\": 299", "different numbers"),
      ("\"componentType\": 5126", "\"componentType\": 5125", "no type that is read"),
      ("\"VEC4\"", "\"VEC3\"", "is not VEC4"),
      (":ROTATION", ":ROTATED", "has no `KHR_gaussian_splatting:ROTATION`"),
      (
        "SH_DEGREE_2_COEF_3", "SH_DEGREE_2_COEF_9",
        "has no `KHR_gaussian_splatting:SH_DEGREE_2_COEF_3`"
      ),
      ("\"bufferView\": 0", "\"bufferView\": -1", "a whole number"),
      ("\"bufferView\": 0", "\"sparse\": {}", "has no `count`"),
      (";base64,", ";base64,?", "is no base64 data"),
    ] {
      let changed = text.replacing(old, with: new, maxReplacements: 1)
      #expect(
        changed != text && error(changed)?.description.contains(problem) == true,
        "\(new): \(error(changed) as Any)")
    }
  }

  @Test func smallIntegersAreFractions() throws {
    // One Gaussian with bytes for rotation, scale and opacity, as the extension allows.
    func floats(_ values: Float...) -> [UInt8] {
      values.flatMap { PLYFixtures.littleEndian($0.bitPattern) }
    }
    let bytes: [UInt8] = [0, 0, 0, 127, 255, 51, 0, 0, 0xff, 0x7f, 0, 0]
    let numbers = floats(1, 2, 3) + bytes + floats(0.5, 0, -0.5)
    let views = [(0, 12), (12, 4), (16, 3), (20, 2), (24, 12)].map {
      #"{"buffer": 0, "byteOffset": \#($0.0), "byteLength": \#($0.1)}"#
    }
    let text = """
      {"asset": {"version": "2.0"}, "buffers": [{"byteLength": 36, "uri": \
      "data:;base64,\(Data(numbers).base64EncodedString())"}],
      "bufferViews": [\(views.joined(separator: ","))],
      "accessors": [
      {"bufferView": 0, "componentType": 5126, "count": 1, "type": "VEC3"},
      {"bufferView": 1, "componentType": 5120, "normalized": true, "count": 1, "type": "VEC4"},
      {"bufferView": 2, "componentType": 5121, "normalized": true, "count": 1, "type": "VEC3"},
      {"bufferView": 3, "componentType": 5123, "normalized": true, "count": 1, "type": "SCALAR"},
      {"bufferView": 4, "componentType": 5126, "count": 1, "type": "VEC3"}],
      "meshes": [{"primitives": [{"mode": 0, "extensions": {"KHR_gaussian_splatting": {}},
      "attributes": {"POSITION": 0, "KHR_gaussian_splatting:ROTATION": 1,
      "KHR_gaussian_splatting:SCALE": 2, "KHR_gaussian_splatting:OPACITY": 3,
      "KHR_gaussian_splatting:SH_DEGREE_0_COEF_0": 4}}]}]}
      """
    let splat = try read(Array(text.utf8))[0]
    #expect(splat.mean == SIMD3(1, -2, -3))
    #expect(splat.rotation.w == 1 && splat.rotation.x == 0)
    #expect(abs(splat.logScale.y - Float.log(0.2)) < 1e-6 && splat.logScale.x == 0)
    #expect(splat.logScale.z < -80 && abs(splat.opacityLogit) < 1e-4)
    #expect(splat.shCoefficients[0] == SIMD3(0.5, 0, -0.5))
  }

  @Test func buffersOutsideTheModelsFolderAreRefused() throws {
    let (text, _) = try GLTFFixtures.parts(Self.splats)
    for uri in ["../a.bin", "/a.bin", "%2e%2e/a.bin", "http://host/a.bin", "x/../../a.bin", ""] {
      let changed = text.replacingOccurrences(of: "a.bin", with: uri)
      #expect(error(changed)?.problem.contains("does not lie in the model's folder") == true)
    }
  }

  @Test func aFileWithSpacesFindsItsNumbers() throws {
    try withTemporaryFolder { folder in
      try ModelFile.write(Self.splats, to: "\(folder)/my model.gltf")
      #expect(try ModelFile.read(path: "\(folder)/my model.gltf").splats.count == 300)
    }
  }
}
