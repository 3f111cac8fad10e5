import SplatCore
import SplatFiles
import SplatTestSupport
import Testing

/// SPZ files with extensions and levels of detail, and models that are hard to pack.
@Suite struct SPZVariantTests {
  /// A stream of version 3 with flags, and bytes behind the arrays.
  private func file(flags: UInt8, after: [UInt8], version: Int = 3) throws -> [UInt8] {
    var stream = SPZFixtures.stream(version: version)
    stream[14] = flags
    return try SPZFixtures.gzip(stream + after)
  }

  private func record(_ type: UInt32, _ content: [UInt8]) -> [UInt8] {
    PLYFixtures.littleEndian(type) + PLYFixtures.littleEndian(UInt32(content.count)) + content
  }

  private func frame(_ number: UInt32) -> [UInt8] {
    record(0xadbe_0003, PLYFixtures.littleEndian(number))
  }

  /// Each frame with the axes of this program's frame, right, down and front, in its coordinates.
  @Test(arguments: [
    (0, [SIMD3<Float>(1, 0, 0), SIMD3(0, -1, 0), SIMD3(0, 0, -1)]),
    (4, [SIMD3(1, 0, 0), SIMD3(0, -1, 0), SIMD3(0, 0, -1)]),
    (6, [SIMD3(1, 0, 0), SIMD3(0, 1, 0), SIMD3(0, 0, 1)]),
    (7, [SIMD3(-1, 0, 0), SIMD3(0, -1, 0), SIMD3(0, 0, 1)]),
    (12, [SIMD3(1, 0, 0), SIMD3(0, 0, -1), SIMD3(0, 1, 0)]),
    (9, [SIMD3(-1, 0, 0), SIMD3(0, 0, 1), SIMD3(0, 1, 0)]),
    (16, [SIMD3(1, 0, 0), SIMD3(0, 0, -1), SIMD3(0, -1, 0)]),
  ])
  func theFrameOfTheFileIsHonoured(number: Int, axes: [SIMD3<Float>]) throws {
    let plain = try ModelFile.read(file(flags: 0, after: []), path: "a.spz").splats
    let read = try ModelFile.read(file(flags: 2, after: frame(UInt32(number))), path: "a.spz")
    #expect(read.warnings.isEmpty)
    for index in 0..<4 {
      // The numbers of the file, which are read as right, up and back.
      let stored = plain[index].mean * SIMD3(1, -1, -1)
      for (axis, direction) in axes.enumerated() {
        #expect(abs(read.splats[index].mean[axis] - (direction * stored).sum()) < 1e-5)
      }
    }
  }

  @Test func aTurnedFrameLooksTheSame() throws {
    // The same model in the frame right, front, up: turned by a quarter about x.
    let splats = SyntheticScene.splats(count: 200, seed: 4, shDegree: 3)
    let turn = Matrix3<Double>(Vector3(1, 0, 0), Vector3(0, 0, -1), Vector3(0, 1, 0))
    let usual = splats.transformed(by: SimilarityTransform(rotation: turn))
    // Written as right, up, back, the numbers are those of right, front, up.
    try withTemporaryFolder { folder in
      var options = ModelFile.Options()
      options.spzVersion = 4
      try ModelFile.write(usual, to: "\(folder)/a.spz", options: options)
      var bytes = try SplatFilesTests.bytes(of: "\(folder)/a.spz")
      let records = frame(12)
      bytes[14] |= 2
      bytes.replaceSubrange(16..<20, with: PLYFixtures.littleEndian(UInt32(32 + records.count)))
      bytes.insert(contentsOf: records, at: 32)
      let read = try ModelFile.read(bytes, path: "a.spz").splats
      try ModelFile.write(splats, to: "\(folder)/b.spz", options: options)
      let cameras = SyntheticScene.cameras(count: 3, width: 96, height: 96)
      let psnr = PictureComparison.psnr(
        try ModelFile.read(path: "\(folder)/b.spz").splats, read, from: cameras)
      #expect(psnr >= 40, "\(psnr) dB")
    }
  }

  @Test func whatIsNotKnownIsSaid() throws {
    let bytes = try file(flags: 2, after: record(0xadbe_0002, [1]) + record(0x1234_0001, [1, 2]))
    let read = try ModelFile.read(bytes, path: "a.spz")
    #expect(read.warnings.count == 1 && read.warnings[0].contains("0x12340001"))
    let flags = try ModelFile.read(file(flags: 0x10, after: []), path: "a.spz")
    #expect(flags.warnings.count == 1 && flags.warnings[0].contains("flags 0x10"))
    let cut = Array(record(7, [1]).dropLast())
    for after: [UInt8] in [frame(17), record(0xadbe_0003, [1]), [1, 2, 3], cut] {
      let bytes = try file(flags: 2, after: after)
      let error = fileError { () throws(FileError) in
        _ = try ModelFile.read(bytes, path: "a.spz")
      }
      #expect(error?.kind == .badInput)
    }
  }

  @Test func theFinestLevelOfDetailIsRead() throws {
    // The first Gaussian stands for the other three; opacities count twice.
    let tree: [UInt8] = [3, 0, 0, 0, 0, 0, 0, 0] + [1] + [UInt8](repeating: 0, count: 15)
    let plain = try ModelFile.read(file(flags: 0, after: []), path: "a.spz").splats
    let read = try ModelFile.read(file(flags: 0x80, after: tree), path: "a.spz").splats
    #expect(read.count == 3)
    #expect(read[0].mean == plain[1].mean && read[2].mean == plain[3].mean)
    #expect(abs(Logistic.forward(read[2].opacityLogit) - 128 / 255) < 1e-4)
    let cut = try file(flags: 0x80, after: Array(tree.dropLast()))
    #expect(fileError { () throws(FileError) in _ = try ModelFile.read(cut, path: "a") } != nil)
  }

  @Test(arguments: [Float(3000), 1e5, 1e6, 1e7, 1e20])
  func straysDoNotMakeTheOthersCoarse(distance: Float) throws {
    var splats = SyntheticScene.splats(count: 60, seed: 2, shDegree: 0)
    splats.parameters[Plane.means, 7] = distance
    splats.parameters[Plane.means + 1, 7] = -distance / 2
    let said = Said()
    let read = try withTemporaryFolder { folder in
      var options = ModelFile.Options()
      options.warning = { said.append($0) }
      try ModelFile.write(splats, to: "\(folder)/a.spz", options: options)
      return try ModelFile.read(path: "\(folder)/a.spz").splats
    }
    #expect(said.all.count == 1 && said.all[0].contains("1 of 60 Gaussians lie far out"))
    for index in 0..<60 where index != 7 {
      let offset = read[index].mean - splats[index].mean
      #expect(max(abs(offset.x), abs(offset.y), abs(offset.z)) <= 1 / 8192)
    }
    // The stray is where it was seen from the origin, at the size at which it was seen.
    let mean = read[7].mean
    #expect(abs(mean.y / mean.x + 0.5) < 1e-3 && mean.x > 2000)
  }

  @Test func aLargeModelKeepsItsFarGaussians() throws {
    var splats = SyntheticScene.splats(count: 60, seed: 2, shDegree: 0)
    for index in 0..<60 { splats.parameters[Plane.means, index] = Float(index) * 100 }
    let read = try ModelFile.read(ModelFixtures.bytes(splats, .spz), path: "a.spz").splats
    for index in 0..<60 { #expect(abs(read[index].mean.x - Float(index) * 100) <= 1 / 1024) }
  }
}

/// What a writer said, from any thread.
private final class Said: @unchecked Sendable {
  private(set) var all: [String] = []
  func append(_ text: String) { all.append(text) }
}
