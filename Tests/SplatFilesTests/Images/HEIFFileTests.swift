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

  /// What turns an image: quarter turns against the clock (`irot`), and 1 for left and right
  /// exchanged (`imir`); and which pixel of the coded image a pixel then shows.
  struct Turn: Sendable {
    var properties: [(type: String, value: UInt8)] = []
    var origin: SIMD2<Int> = .zero
    var right = SIMD2(1, 0)
    var down = SIMD2(0, 1)
  }

  private static let turns = [
    Turn(),
    Turn(
      properties: [("irot", 3)], origin: SIMD2(0, 23), right: SIMD2(0, -1), down: SIMD2(1, 0)),
    Turn(
      properties: [("irot", 1)], origin: SIMD2(31, 0), right: SIMD2(0, 1), down: SIMD2(-1, 0)),
    Turn(
      properties: [("irot", 2)], origin: SIMD2(31, 23), right: SIMD2(-1, 0), down: SIMD2(0, -1)),
    Turn(properties: [("imir", 1)], origin: SIMD2(31, 0), right: SIMD2(-1, 0)),
    Turn(
      properties: [("irot", 1), ("imir", 1)], origin: SIMD2(31, 23), right: SIMD2(0, -1),
      down: SIMD2(-1, 0)),
  ]

  /// Images are turned by their own properties, whatever EXIF says, and once.
  @Test(arguments: turns)
  func imagesAreTurnedOnce(turn: Turn) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.avif"
      try FileOutput.write(HEIFFixtures.transformed(turn.properties), to: path)
      let (width, height) = turn.right.x == 0 ? (24, 32) : (32, 24)
      let header = try ImageFile.size(path: path)
      #expect(header.width == width && header.height == height && header.orientation == 1)
      let (bytes, _) = try HEIFFile.converted(path: path)
      try FileOutput.write(bytes, to: "\(folder)/a.jpg")
      // Programs that turn photos by EXIF leave the converted one alone, and it keeps the rest.
      #expect(try ImageFile.size(path: "\(folder)/a.jpg").orientation == 1)
      #expect(bytes.indices.contains { bytes[$0...].starts(with: Array("Maker".utf8)) })
      for photo in [try ImageFile.read(path: path), try ImageFile.read(path: "\(folder)/a.jpg")] {
        #expect(photo.width == width && photo.height == height)
        var sum = 0
        for y in 0..<height {
          for x in 0..<width {
            let place = turn.origin &+ turn.right &* x &+ turn.down &* y
            for (channel, value) in HEIFFixtures.color(place.x, place.y).enumerated() {
              sum += abs(Int(photo.bytes[(y * width + x) * 3 + channel]) - value)
            }
          }
        }
        // Mirrored or turned twice, colours would be off by 60 and more.
        #expect(Double(sum) / Double(width * height * 3) < 12, "\(turn)")
      }
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
