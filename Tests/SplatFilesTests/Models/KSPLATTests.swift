import SplatCore
import SplatFiles
import SplatTestSupport
import Testing

@Suite struct KSPLATTests {
  @Test(arguments: 0...2, 0...2)
  func everyCompressionIsRead(mode: Int, shDegree: Int) throws {
    var splats = SyntheticScene.splats(count: 1003, seed: 12, shDegree: shDegree)
    splats.holdColors()
    let file = try ModelFile.read(KSPLATFixtures.file(splats, mode: mode), path: "a.ksplat")
    #expect(file.format == .ksplat && file.splats.shDegree == shDegree)
    let psnr = PictureComparison.psnr(splats, file.splats, from: ModelRoundTripTests.cameras)
    print("ksplat of compression \(mode), SH \(shDegree): \(psnr) dB")
    #expect(psnr >= 45)
  }

  @Test func numbersOfAPlainRecord() throws {
    let splats = SyntheticScene.splats(count: 3, seed: 12, shDegree: 2)
    let read = try ModelFile.read(KSPLATFixtures.file(splats, mode: 0), path: "a.ksplat").splats
    #expect(read[2].mean == splats[2].mean)
    #expect(
      read[2].rotation.w == splats[2].rotation.w && read[2].rotation.z == splats[2].rotation.z)
    #expect(
      Array(read[2].shCoefficients.dropFirst()) == Array(splats[2].shCoefficients.dropFirst()))
  }
}
