import Foundation
import SplatCore
import SplatFiles
import SplatTestSupport
import Testing

/// glTF files that programs write in ways that are not this one's.
@Suite struct GLTFVariantTests {
  private static let splats = SyntheticScene.splats(count: 100, seed: 9, shDegree: 2)
  private static let cameras = SyntheticScene.cameras(count: 3, width: 96, height: 96)

  private func read(_ text: String) throws(FileError) -> SplatFile {
    try ModelFile.read(Array(text.utf8), path: "a.gltf")
  }

  private func text(_ splats: Splats = splats, nodes: String? = nil) throws -> String {
    String(decoding: try GLTFFixtures.embedded(splats, nodes: nodes), as: UTF8.self)
  }

  // MARK: Compressed by SPZ

  @Test(arguments: [
    #""KHR_gaussian_splatting": {"extensions": {"KHR_gaussian_splatting_compression_spz_2": {V}}}"#,
    #""KHR_gaussian_splatting": {"extensions": {"KHR_gaussian_splatting_compression_spz": {V}}}"#,
    #""KHR_spz_gaussian_splats_compression": {V}"#,
    #""KHR_gaussian_splatting": {}, "KHR_spz_compression": {V}"#,
  ])
  func spzInABufferIsRead(extensions: String) throws {
    let spz = try ModelFixtures.bytes(Self.splats, .spz)
    let expected = try ModelFile.read(spz, path: "a.spz").splats
    let bytes = GLTFFixtures.binary(spz: spz, extensions: extensions)
    #expect(try ModelFile.read(bytes, path: "a.glb").splats == expected)
    let moved = GLTFFixtures.binary(
      spz: spz, extensions: extensions, node: #"{"mesh": 0, "translation": [0, 5, 0]}"#)
    let up = try ModelFile.read(moved, path: "a.glb").splats
    #expect(abs(up[0].mean.y - expected[0].mean.y + 5) < 1e-5)
  }

  @Test func otherCompressionIsRefusedByName() throws {
    let text = try text()
    for (old, new) in [
      ("\"extensionsUsed\"", "\"extensionsRequired\": [\"EXT_meshopt_compression\"], \"x\""),
      ("\"buffer\": 0", "\"extensions\": {\"EXT_meshopt_compression\": {}}, \"buffer\": 0"),
      ("\"kernel\"", "\"extensions\": {\"X_compression\": {}}, \"kernel\""),
    ] {
      let changed = text.replacing(old, with: new, maxReplacements: 1)
      let error = fileError { () throws(FileError) in _ = try read(changed) }
      #expect(changed != text && error?.problem.contains("not read") == true, "\(new)")
    }
  }

  // MARK: Accessors

  @Test func accessorsMayBeSparseOrWithoutAView() throws {
    let (json, numbers) = try GLTFFixtures.parts(Self.splats)
    let opacity = try #require(json.range(of: "KHR_gaussian_splatting:OPACITY\": "))
    let accessor = try #require(Int(json[opacity.upperBound...].prefix { $0.isNumber }))
    let view = "{\"bufferView\": \(accessor), "
    let more: [UInt8] =
      [2, 0, 40, 0]
      + [0.25, 0.75].flatMap { (value: Float) in
        PLYFixtures.littleEndian(value.bitPattern)
      }
    let views = """
      "bufferViews": [{"buffer": 0, "byteOffset": \(numbers.count), "byteLength": 4},
      {"buffer": 0, "byteOffset": \(numbers.count + 4), "byteLength": 8},
      """
    // The two views come first, so that all others are two further on.
    var text = json.replacing(#/"bufferView": (\d+)/#) { "\"bufferView\": \((Int($0.1) ?? 0) + 2)" }
    text = text.replacing("\"bufferViews\": [", with: views)
    let uri = "data:;base64,\(Data(numbers + more).base64EncodedString())"
    text = text.replacing("\"a.bin\"", with: "\"\(uri)\"")
      .replacing(
        "\"byteLength\": \(numbers.count),", with: "\"byteLength\": \(numbers.count + 12),")
    let shifted = view.replacing("\(accessor)", with: "\(accessor + 2)")
    let sparse = """
      "sparse": {"count": 2, "indices": {"bufferView": 0, "componentType": 5123}, \
      "values": {"bufferView": 1}},
      """
    let onTop = text.replacing(shifted, with: shifted + sparse)
    #expect(onTop != text)
    let read = try read(onTop).splats
    for index in 0..<100 {
      let expected: Float =
        index == 2 ? 0.25 : index == 40 ? 0.75 : Logistic.forward(Self.splats[index].opacityLogit)
      #expect(abs(Logistic.forward(read[index].opacityLogit) - expected) < 1e-5)
    }
    // Without a view, all but the two are zeros.
    let alone = try self.read(text.replacing(shifted, with: "{" + sparse)).splats
    #expect(abs(Logistic.forward(alone[40].opacityLogit) - 0.75) < 1e-5)
    #expect(Logistic.forward(alone[41].opacityLogit) < 1e-5)
    let zeros = try self.read(text.replacing(shifted, with: "{")).splats
    #expect(zeros.count == 100 && Logistic.forward(zeros[40].opacityLogit) < 1e-5)
    // Indices that do not ascend, and counts beyond the lists.
    for (old, new) in [("\"count\": 2", "\"count\": 3"), ("5123", "5121"), ("5123", "5126")] {
      let wrong = text.replacing(shifted, with: shifted + sparse.replacing(old, with: new))
      #expect(fileError { () throws(FileError) in _ = try self.read(wrong) }?.kind == .badInput)
    }
  }

  @Test func theTextMayEndWithZeros() throws {
    let (json, numbers) = try GLTFFixtures.parts(Self.splats)
    var text = json.replacing("\"uri\": \"a.bin\"", with: "\"x\": 0")
    while text.utf8.count % 4 != 1 { text += " " }
    let spaces = try ModelFile.read(GLTFFixtures.binary(text, numbers), path: "a.glb").splats
    #expect(
      try ModelFile.read(GLTFFixtures.binary(text, numbers, padding: 0), path: "a.glb").splats
        == spaces)
  }

  // MARK: Nodes

  /// The covariance of a Gaussian.
  private func covariance(_ splat: Splat) -> Matrix3<Double> {
    let q = splat.rotation * (1 / splat.rotation.squaredNorm.squareRoot())
    let r = Quaternion(w: Double(q.w), x: Double(q.x), y: Double(q.y), z: Double(q.z))
      .rotationMatrix
    let s = (0..<3).map { Double.exp(2 * Double(splat.logScale[$0])) }
    let variances = Matrix3<Double>(Vector3(s[0], 0, 0), Vector3(0, s[1], 0), Vector3(0, 0, s[2]))
    return r * variances * r.transposed
  }

  @Test func nodesMayStretch() throws {
    let turn = "\"rotation\": [0, 0, 0.6, 0.8]"
    let read = try read(
      text(
        nodes: """
          [{"children": [1], "scale": [1, 2, 0.5]},
           {"mesh": 0, \(turn), "translation": [1, 0, 0]}]
          """)
    ).splats
    // In the file's frame y and z are reversed.
    let flip = Matrix3<Double>(Vector3(1, 0, 0), Vector3(0, -1, 0), Vector3(0, 0, -1))
    let scale = Matrix3<Double>(Vector3(1, 0, 0), Vector3(0, 2, 0), Vector3(0, 0, 0.5))
    let r = Quaternion<Double>(w: 0.8, x: 0, y: 0, z: 0.6).rotationMatrix
    let m = flip * scale * r * flip
    for index in 0..<100 {
      let (old, new) = (Self.splats[index], read[index])
      let mean = m * Vector3(SIMD3<Double>(old.mean)) + Vector3(1, 0, 0)
      #expect(abs(mean.x - Double(new.mean.x)) < 1e-5 && abs(mean.y - Double(new.mean.y)) < 1e-5)
      let (a, b) = (m * covariance(old) * m.transposed, covariance(new))
      let size = a.row0.x + a.row1.y + a.row2.z
      for (rowA, rowB) in [(a.row0, b.row0), (a.row1, b.row1), (a.row2, b.row2)] {
        let offset = rowA - rowB
        #expect(offset.dot(offset).squareRoot() < 1e-5 * size)
      }
    }
  }

  @Test func aStretchThatIsNoneTurnsColoursAsATurnDoes() throws {
    // Beyond the tolerance for scales that are alike, but hardly to be seen.
    let stretched = try read(
      text(nodes: #"[{"mesh": 0, "rotation": [0, 0.6, 0, 0.8], "scale": [1.004, 1, 1]}]"#)
    ).splats
    let turned = try read(text(nodes: #"[{"mesh": 0, "rotation": [0, 0.6, 0, 0.8]}]"#)).splats
    let psnr = PictureComparison.psnr(turned, stretched, from: Self.cameras)
    #expect(psnr >= 40, "\(psnr) dB")
  }

  // MARK: Meanings

  @Test func logarithmsOfScalesAreRecognised() throws {
    var logs = Self.splats
    for index in 0..<100 {
      for plane in Plane.logScales..<Plane.logScales + 3 {
        // The writer takes the exponential, which leaves the logarithm in the file.
        logs.parameters[plane, index] = 0
      }
    }
    let (json, numbers) = try GLTFFixtures.parts(logs)
    let scales = Self.splats.parameters
    var bytes = numbers
    // Positions take 12 bytes and rotations 16 for each Gaussian, before the scales.
    for index in 0..<100 {
      for axis in 0..<3 {
        let place = 100 * 28 + index * 12 + axis * 4
        bytes.replaceSubrange(
          place..<place + 4,
          with: PLYFixtures.littleEndian(scales[Plane.logScales + axis, index].bitPattern))
      }
    }
    func text(_ bytes: [UInt8]) -> String {
      json.replacing("\"a.bin\"", with: "\"data:;base64,\(Data(bytes).base64EncodedString())\"")
    }
    let file = try read(text(bytes))
    #expect(file.warnings.count == 1 && file.warnings[0].contains("logarithms"))
    for index in 0..<100 { #expect(file.splats[index].logScale == Self.splats[index].logScale) }
    // A single negative scale is no logarithm.
    var wrong = numbers
    wrong.replaceSubrange(2800..<2804, with: PLYFixtures.littleEndian(Float(-1).bitPattern))
    let error = fileError { () throws(FileError) in _ = try read(text(wrong)) }
    #expect(error?.problem.contains("scales below zero") == true)
  }

  @Test func linearColoursBecomeThoseOfTheDisplay() throws {
    var splats = Splats(count: 2, shDegree: 1)
    for index in 0..<2 {
      splats.parameters[Plane.rotations, index] = 1
      for channel in 0..<3 {
        let color: Float = [0.5, 0.002, 0.8][channel]
        splats.parameters[Plane.sh + channel, index] = (color - 0.5) / 0.282_094_8
        splats.parameters[Plane.sh + 3 + channel, index] = 0.1
      }
    }
    let linear = try text(splats).replacing("srgb_rec709_display", with: "lin_rec709_display")
    let file = try read(linear)
    #expect(file.warnings.count == 1 && file.warnings[0].contains("linear"))
    let colors = 0.5 + 0.282_094_8 * file.splats[1].shCoefficients[0]
    for (channel, expected) in [Float(0.735_357), 0.025_84, 0.906_332].enumerated() {
      #expect(abs(colors[channel] - expected) < 1e-4)
    }
    // What depends on the view follows the slope of the curve.
    let slope: Float = 1.055 / 2.4 * Float.exp(Float.log(0.5) * (1 / 2.4 - 1))
    #expect(abs(abs(file.splats[1].shCoefficients[1].x) - 0.1 * slope) < 1e-5)
    let other = try text(splats).replacing("srgb_rec709_display", with: "acescg")
    #expect(
      try read(other).warnings == [
        "the colour space acescg is not known; colours were taken for sRGB"
      ])
  }
}
