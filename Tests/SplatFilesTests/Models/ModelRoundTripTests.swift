import SplatCore
import SplatFiles
import SplatTestSupport
import Testing

@Suite struct ModelRoundTripTests {
  static let formats: [ModelFormat] = [.ply, .compressedPLY, .splat, .spz, .sog, .glb, .gltf]
  static let cameras = SyntheticScene.cameras(count: 6, width: 128, height: 128)

  /// A model that was written and read.
  static func copy(_ splats: Splats, as format: ModelFormat, spzVersion: Int = 3) throws
    -> SplatFile
  {
    var options = ModelFile.Options()
    options.spzVersion = spzVersion
    return try withTemporaryFolder { folder in
      try ModelFile.write(splats, to: "\(folder)/a\(format.ending)", options: options)
      return try ModelFile.read(path: "\(folder)/a\(format.ending)")
    }
  }

  @Test(arguments: formats, 0...3)
  func aModelLooksTheSameAfterwards(format: ModelFormat, shDegree: Int) throws {
    var splats = SyntheticScene.splats(count: 3000, seed: 5, shDegree: shDegree)
    splats.isAntialiased = shDegree % 2 == 1 && format.holdsAntialiasing
    // A colour of .splat is 0...1; others may be anything.
    if format == .splat { splats.holdColors() }
    let file = try Self.copy(splats, as: format)
    #expect(file.format == format)
    #expect(file.dropped == 0)
    #expect(file.splats.count == splats.count)
    #expect(file.splats.shDegree == min(shDegree, format.largestDegree))
    #expect(file.splats.isAntialiased == splats.isAntialiased)
    let before = splats.withHarmonics(degree: file.splats.shDegree)
    let psnr = PictureComparison.psnr(before, file.splats, from: Self.cameras)
    print("round trip \(format.rawValue), SH \(shDegree): \(psnr) dB")
    if format == .ply { #expect(file.splats == splats) }
    #expect(psnr >= 45)
  }
}

extension Splats {
  /// Brings the colours that do not depend on the view to 0...1.
  mutating func holdColors() {
    for index in 0..<count {
      for plane in Plane.sh..<Plane.sh + 3 {
        let color = 0.5 + zerothHarmonic * parameters[plane, index]
        parameters[plane, index] = (min(max(color, 0), 1) - 0.5) / zerothHarmonic
      }
    }
  }
}
