import SplatCore
import SplatFiles
import SplatTestSupport
import Testing

/// Five files of the same Gaussians, of which other programs wrote three.
@Suite(.enabled(if: SharedScenes.has("model_biker/biker.ply"))) struct BikerModelTests {
  private static let reference = try? ModelFile.read(
    path: SharedScenes.path("model_biker/biker.ply")
  ).splats

  private static let cameras: [Camera] =
    ((try? CameraPath.read(path: SharedScenes.path("model_biker/cameras.json"))) ?? [])
    .prefix(3).map { $0.camera.resized(width: 320, height: 320) }

  @Test(arguments: [
    ("biker.compressed.ply", ModelFormat.compressedPLY), ("biker.spz", .spz),
    ("biker_v3.spz", .spz), ("biker.splat", .splat),
  ])
  func allFilesShowTheSame(name: String, format: ModelFormat) throws {
    let reference = try #require(Self.reference)
    let file = try ModelFile.read(path: SharedScenes.path("model_biker/\(name)"))
    #expect(file.format == format && file.splats.count == 152_746 && file.dropped == 0)
    let psnr = PictureComparison.psnr(reference, file.splats, from: Self.cameras)
    print("\(name) against biker.ply: \(psnr) dB")
    // The bytes of SPZ and .splat are coarser than those of the file that the PLY was made from.
    #expect(psnr >= 40)
  }

  @Test func bothSPZFilesHoldTheSameNumbers() throws {
    let fourth = try ModelFile.read(path: SharedScenes.path("model_biker/biker.spz")).splats
    #expect(
      try ModelFile.read(path: SharedScenes.path("model_biker/biker_v3.spz")).splats == fourth)
    // What was quantised once is the same when it is written again; only of quaternions with two
    // parts of one size the other may be left out, which moves the rest by a step and may turn all
    // signs.
    var again = try ModelRoundTripTests.copy(fourth, as: .spz, spzVersion: 4).splats
    var differing = 0
    for index in 0..<fourth.count {
      let (old, new) = (fourth[index].rotation, again[index].rotation)
      let dot = old.w * new.w + old.x * new.x + old.y * new.y + old.z * new.z
      #expect(abs(dot) > 0.9999)
      for plane in Plane.rotations..<Plane.opacityLogit
      where again.parameters[plane, index] != fourth.parameters[plane, index] {
        differing += 1
        again.parameters[plane, index] = fourth.parameters[plane, index]
      }
    }
    #expect(differing < 100 && again == fourth)
  }

  @Test(arguments: ModelRoundTripTests.formats)
  func everyFormatKeepsTheModel(format: ModelFormat) throws {
    let reference = try #require(Self.reference)
    let file = try ModelRoundTripTests.copy(reference, as: format)
    let psnr = PictureComparison.psnr(reference, file.splats, from: Self.cameras)
    print("biker as \(format.rawValue): \(psnr) dB")
    #expect(psnr >= 45)
  }
}
