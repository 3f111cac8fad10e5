import SplatCore
import SplatFiles
import Testing

@Suite struct HEIFFileTests {
  @Test(arguments: [HEIFFixtures.heic, HEIFFixtures.avif])
  func imagesAreReadAsTheyWereWritten(_ file: [UInt8]) throws {
    let photo = try ImageFile.read(file, path: "a")
    #expect(photo.width == 32 && photo.height == 24 && photo.channels == 3)
    // Compression changes values a little; a shift or wrong colours would change them much.
    var sum = 0
    for y in 0..<24 {
      for x in 0..<32 {
        for (channel, value) in HEIFFixtures.color(x, y).enumerated() {
          sum += abs(Int(photo.bytes[(y * 32 + x) * 3 + channel]) - value)
        }
      }
    }
    #expect(Double(sum) / Double(32 * 24 * 3) < 8)
  }

  @Test(arguments: [HEIFFixtures.heic, HEIFFixtures.avif])
  func headersTellTheSize(_ file: [UInt8]) throws {
    try withTemporaryFolder { folder in
      try FileOutput.write(file, to: "\(folder)/a")
      let header = try ImageFile.size(path: "\(folder)/a")
      #expect(header.width == 32 && header.height == 24 && !header.hasAlpha)
    }
  }

  @Test func aSceneOfThemOpens() throws {
    try withTemporaryFolder { folder in
      var fixture = SceneFixture()
      fixture.photos = [:]
      for index in fixture.model.cameras.indices {
        fixture.model.cameras[index].width = 32
        fixture.model.cameras[index].height = 24
      }
      try fixture.write(to: folder)
      for index in fixture.model.images.indices {
        let name = fixture.model.images[index].name.replacing(".png", with: ".heic")
        fixture.model.images[index].name = name
        try FileOutput.write(HEIFFixtures.heic, to: "\(folder)/images/\(name)")
      }
      try fixture.model.write(to: "\(folder)/sparse/0")
      let scene = try Scene.open(path: folder)
      #expect(try scene.views[0].read().photo.width == 32)
    }
  }

  @Test func conversionsKeepTheColours() throws {
    try withTemporaryFolder { folder in
      try FileOutput.write(HEIFFixtures.heic, to: "\(folder)/a.heic")
      let (bytes, ending) = try HEIFFile.converted(path: "\(folder)/a.heic")
      #expect(ending == "jpg")
      let photo = try ImageFile.read(bytes, path: "a")
      let original = try ImageFile.read(HEIFFixtures.heic, path: "a")
      #expect(photo.width == 32 && photo.height == 24)
      let differences = zip(photo.bytes, original.bytes).map { abs(Int($0) - Int($1)) }
      #expect(differences.reduce(0, +) < 6 * differences.count)
    }
  }

  @Test(arguments: [HEIFFixtures.heic, HEIFFixtures.avif])
  func damagedFilesAreRefusedOrRead(_ file: [UInt8]) {
    // A film's last bytes may be lost without a change to any pixel.
    HostileBytes.cut(file, throwing: false) { (file) throws(FileError) in
      _ = try ImageFile.read(file, path: "a")
    }
    let refused = HostileBytes.flip(file, times: 500) { (file) throws(FileError) in
      _ = try ImageFile.read(file, path: "a")
    }
    #expect(refused > 50)
  }

  @Test func sizesAreCheckedBeforeAnythingIsDecoded() throws {
    // The boxes `ispe` have sizes after their type, a version and flags.
    var file = HEIFFixtures.heic
    for place in file.indices where file[place...].starts(with: Array("ispe".utf8)) {
      file.replaceSubrange(place + 8..<place + 16, with: [0, 0, 0x4e, 0x20, 0, 0, 0x27, 0x10])
    }
    let error = fileError { () throws(FileError) in _ = try ImageFile.read(file, path: "a") }
    #expect(error?.description.contains("20000 x 10000") == true, "\(String(describing: error))")
  }

  /// 64 images and one for each 64 bytes may be made of each other; one more is refused, and 10^16
  /// at once.
  @Test func imagesOfManyTimesTheSamePartAreRefused() {
    for counts in [[200], [60, 60], [65_000, 65_000], [Int](repeating: 10, count: 16)] {
      let error = fileError { () throws(FileError) in
        _ = try ImageFile.read(HEIFFixtures.nested(counts), path: "a")
      }
      #expect(error?.problem.contains("made of more images") == true, "\(counts)")
    }
    // Without images it is refused for that.
    let few = fileError { () throws(FileError) in
      _ = try ImageFile.read(HEIFFixtures.nested([5, 5]), path: "a")
    }
    #expect(few?.problem.contains("libheif") == true)
  }
}
