import SplatCore
import SplatFiles
import Testing

@Suite struct PhotoFormatTests {
  private func size(_ bytes: [UInt8]) throws -> ImageFile.Header {
    try withTemporaryFolder { folder in
      try FileOutput.write(bytes, to: "\(folder)/a")
      return try ImageFile.size(path: "\(folder)/a")
    }
  }

  @Test func webPFilesAreRead() throws {
    let photo = SceneFixture.photo(31, 17, channels: 4)
    let file = try WebPFile.encodeLossless(photo, path: "a")
    #expect(try ImageFile.read(file, path: "a") == photo)
    let header = try size(file)
    #expect(header.width == 31 && header.height == 17 && header.hasAlpha)
    var opaque = photo
    for pixel in 0..<31 * 17 { opaque.bytes[pixel * 4 + 3] = 255 }
    let read = try ImageFile.read(try WebPFile.encodeLossless(opaque, path: "a"), path: "a")
    #expect(read.channels == 3 && read.bytes.count == 31 * 17 * 3)
    #expect(read.bytes[0..<3] == photo.bytes[0..<3])
  }

  @Test func aSceneOfWebPFilesOpens() throws {
    try withTemporaryFolder { folder in
      var fixture = SceneFixture()
      fixture.photos = [:]
      try fixture.write(to: folder)
      for index in fixture.model.images.indices {
        let name = fixture.model.images[index].name.replacing(".png", with: ".webp")
        fixture.model.images[index].name = name
        try FileOutput.write(
          try WebPFile.encodeLossless(SceneFixture.photo(24, 16, channels: 4), path: "a"),
          to: "\(folder)/images/\(name)")
      }
      try fixture.model.write(to: "\(folder)/sparse/0")
      let scene = try Scene.open(path: folder)
      #expect(try scene.views[0].read().photo == SceneFixture.photo(24, 16, channels: 4))
    }
  }

  @Test func damagedWebPFilesAreRefusedOrRead() throws {
    let file = try WebPFile.encodeLossless(SceneFixture.photo(31, 17, channels: 4), path: "a")
    HostileBytes.cut(file) { (file) throws(FileError) in
      _ = try ImageFile.read(file, path: "a")
    }
    HostileBytes.flip(file) { (file) throws(FileError) in
      _ = try ImageFile.read(file, path: "a")
    }
  }

  /// A directory with an orientation after another entry, in either order of bytes.
  private func exif(_ orientation: UInt16, isBigEndian: Bool) -> [UInt8] {
    func short(_ value: UInt16) -> [UInt8] {
      let bytes = [UInt8(value >> 8), UInt8(value & 255)]
      return isBigEndian ? bytes : bytes.reversed()
    }
    func long(_ value: UInt32) -> [UInt8] {
      isBigEndian ? TestPNG.big(value) : TestPNG.big(value).reversed()
    }
    let head = Array((isBigEndian ? "MM" : "II").utf8) + short(42) + long(8)
    let first = short(0x010f) + short(2) + long(4) + [0x61, 0x62, 0x63, 0]
    let second = short(0x0112) + short(3) + long(1) + short(orientation) + [0, 0]
    return head + short(2) + first + second + long(0)
  }

  private func jpeg(_ exif: [UInt8]?) throws -> [UInt8] {
    try withTemporaryFolder { folder in
      try JPEGFile.write(SceneFixture.photo(24, 16), to: "\(folder)/a.jpg")
      let file = try bytes(of: "\(folder)/a.jpg")
      guard let exif else { return file }
      let content = Array("Exif".utf8) + [0, 0] + exif
      let length = content.count + 2
      return Array(file[..<2]) + [0xff, 0xe1, UInt8(length >> 8), UInt8(length & 255)] + content
        + file[2...]
    }
  }

  @Test(arguments: [true, false], [1, 3, 6, 8])
  func orientationsAreFoundAndNotApplied(isBigEndian: Bool, orientation: UInt16) throws {
    let data = exif(orientation, isBigEndian: isBigEndian)
    let turned = try size(try jpeg(data))
    #expect(turned.orientation == Int(orientation) && turned.width == 24 && turned.height == 16)
    let plain = try ImageFile.read(try jpeg(nil), path: "a")
    #expect(try ImageFile.read(try jpeg(data), path: "a") == plain)
    var png = TestPNG(
      width: 2, height: 1, colorType: 0, rows: [[1, 2]], extra: [("eXIf", data)])
    #expect(try size(png.bytes).orientation == Int(orientation))
    png.extra = []
    #expect(try size(png.bytes).orientation == 1)
  }

  private func webp(_ exif: [UInt8]?) throws -> [UInt8] {
    var file = try WebPFile.encodeLossless(SceneFixture.photo(31, 17, channels: 4), path: "a")
    guard let exif else { return file }
    file += Array("EXIF".utf8) + TestPNG.big(UInt32(exif.count)).reversed() + exif
    if exif.count % 2 == 1 { file.append(0) }
    file.replaceSubrange(4..<8, with: TestPNG.big(UInt32(file.count - 8)).reversed())
    return file
  }

  @Test(arguments: [[], Array("Exif".utf8) + [0, 0]])
  func orientationsOfWebPAreFoundAndNotApplied(mark: [UInt8]) throws {
    let data = exif(6, isBigEndian: false)
    let turned = try size(try webp(mark + data))
    #expect(turned.orientation == 6 && turned.width == 31 && turned.height == 17)
    let plain = try webp(nil)
    #expect(try size(plain).orientation == 1)
    #expect(
      try ImageFile.read(try webp(mark + data), path: "a")
        == ImageFile.read(plain, path: "a"))
    for count in 0..<data.count { _ = try size(try webp(mark + data.prefix(count))) }
    let file = try webp(mark + data)
    for count in plain.count..<file.count { _ = try? size(Array(file.prefix(count))) }
  }

  /// Data of a photo of 1/50 s at ISO 200 and f/2.8; the aperture may be missing.
  private func exposureData(isBigEndian: Bool, hasAperture: Bool = true) -> [UInt8] {
    func short(_ value: UInt16) -> [UInt8] {
      let bytes = [UInt8(value >> 8), UInt8(value & 255)]
      return isBigEndian ? bytes : bytes.reversed()
    }
    func long(_ value: UInt32) -> [UInt8] {
      isBigEndian ? TestPNG.big(value) : TestPNG.big(value).reversed()
    }
    let head = Array((isBigEndian ? "MM" : "II").utf8) + short(42) + long(8)
    let first = short(1) + short(0x8769) + short(4) + long(1) + long(26) + long(0)
    let entries = [
      short(0x829a) + short(5) + long(1) + long(80),
      hasAperture ? short(0x829d) + short(5) + long(1) + long(88) : [],
      short(0x8827) + short(3) + long(1) + short(200) + [0, 0],
    ]
    let directory = short(hasAperture ? 3 : 2) + entries.flatMap { $0 } + long(0)
    let start = head + first + directory
    return start + [UInt8](repeating: 0, count: 80 - start.count) + long(1) + long(50) + long(28)
      + long(10)
  }

  @Test(arguments: [true, false]) func exposuresAreFound(isBigEndian: Bool) throws {
    let data = exposureData(isBigEndian: isBigEndian)
    let expected = Double.log(200.0 / 50 / (2.8 * 2.8)) / Double.log(2)
    let png = TestPNG(
      width: 2, height: 1, colorType: 0, rows: [[1, 2]], extra: [("eXIf", data)])
    for file in [try jpeg(data), try webp(data), png.bytes] {
      #expect(abs(try #require(try size(file).stops) - expected) < 1e-9)
    }
    let without = exposureData(isBigEndian: isBigEndian, hasAperture: false)
    #expect(try #require(try size(try jpeg(without)).stops) == 2)
    #expect(try size(try jpeg(exif(6, isBigEndian: isBigEndian))).stops == nil)
    #expect(try size(try jpeg(nil)).stops == nil)
  }

  @Test func brokenExposuresAreNoErrors() throws {
    let data = exposureData(isBigEndian: true)
    for count in 0..<data.count { _ = try size(try jpeg(Array(data.prefix(count)))) }
    var random = RandomSource(seed: 5, purpose: .testing)
    for _ in 0..<500 {
      var damaged = data
      damaged[random.index(below: data.count)] = UInt8(random.index(below: 256))
      #expect(try size(try jpeg(damaged)).stops?.isFinite ?? true)
    }
  }

  @Test func brokenExifDataChangeNothing() throws {
    let data = exif(6, isBigEndian: true)
    for count in 0..<data.count { _ = try size(try jpeg(Array(data.prefix(count)))) }
    var random = RandomSource(seed: 4, purpose: .testing)
    for _ in 0..<500 {
      var damaged = data
      damaged[random.index(below: data.count)] = UInt8(random.index(below: 256))
      #expect((1...8).contains(try size(try jpeg(damaged)).orientation))
    }
    #expect(try size(try jpeg(exif(9, isBigEndian: false))).orientation == 1)
  }

  @Test func turnedPhotosAreSaid() throws {
    try withTemporaryFolder { folder in
      var fixture = SceneFixture()
      fixture.model.images[0].name = "turned.jpg"
      try fixture.write(to: folder)
      try FileOutput.write(try jpeg(exif(6, isBigEndian: false)), to: "\(folder)/images/turned.jpg")
      let scene = try Scene.open(path: folder)
      #expect(scene.warnings.count == 1)
      #expect(scene.warnings[0].contains("as COLMAP does; 1 of 9: "))
      #expect(scene.warnings[0].hasSuffix("turned.jpg"))
    }
  }
}
