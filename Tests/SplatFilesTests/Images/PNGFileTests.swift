import SplatCore
import SplatFiles
import Testing

@Suite struct PNGFileTests {
  private func read(_ file: [UInt8]) throws -> Photo {
    try withTemporaryFolder { folder in
      try FileOutput.write(file, to: "\(folder)/a.png")
      let photo = try ImageFile.read(path: "\(folder)/a.png")
      let header = try ImageFile.size(path: "\(folder)/a.png")
      #expect(header.width == photo.width && header.height == photo.height)
      #expect(header.hasAlpha == (photo.channels == 4))
      return photo
    }
  }

  @Test(arguments: [3, 4], [false, true])
  func writtenPixelsComeBackExactly(channels: Int, isFast: Bool) throws {
    var random = RandomSource(seed: 3, purpose: .testing)
    for (width, height) in [(1, 1), (17, 5), (300, 200)] {
      let photo = Photo(
        width: width, height: height, channels: channels,
        bytes: (0..<width * height * channels).map { _ in UInt8(random.index(below: 256)) })
      try withTemporaryFolder { folder in
        try PNGFile.write(photo, to: "\(folder)/a.png", isFast: isFast)
        #expect(try PNGFile.read(path: "\(folder)/a.png") == photo)
      }
    }
  }

  @Test func greyGoesToAllChannels() throws {
    let row = (0...255).map { UInt8($0) }
    let photo = try read(TestPNG(width: 256, height: 1, colorType: 0, rows: [row]).bytes)
    #expect(photo.channels == 3)
    #expect(photo.bytes == row.flatMap { [$0, $0, $0] })
    let alpha = row.flatMap { [$0, 255 - $0] }
    let both = try read(TestPNG(width: 256, height: 1, colorType: 4, rows: [alpha]).bytes)
    #expect(both.bytes == row.flatMap { [$0, $0, $0, 255 - $0] })
  }

  @Test func paletteColoursAreExact() throws {
    let palette = (0..<256 * 3).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 11) }
    let row = (0...255).map { UInt8($0) }
    var png = TestPNG(width: 256, height: 1, colorType: 3, rows: [row], extra: [("PLTE", palette)])
    #expect(try read(png.bytes).bytes == palette)
    png.extra.append(("tRNS", [7, 200]))
    let photo = try read(png.bytes)
    #expect(photo.channels == 4)
    #expect(
      Array(photo.bytes.prefix(12)) == Array(palette[0..<3]) + [7] + Array(palette[3..<6]) + [200]
        + Array(palette[6..<9]) + [255])
  }

  private func bigEndian(_ samples: [Int]) -> [UInt8] {
    samples.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
  }

  @Test func sixteenBitsAreKeptWithTheNearestBytes() throws {
    let values = (0..<1000).map { $0 * 65535 / 999 }
    let nearest = values.map { UInt8((Double($0) / 257).rounded()) }
    let grey = try read(
      TestPNG(width: 1000, height: 1, bitDepth: 16, colorType: 0, rows: [bigEndian(values)]).bytes)
    #expect(grey.deepSamples == values.flatMap { [UInt16($0), UInt16($0), UInt16($0)] })
    #expect(grey.bytes == nearest.flatMap { [$0, $0, $0] })
    let colors = values.flatMap { [$0, 65535 - $0, $0 / 2] }
    var png = TestPNG(
      width: 1000, height: 1, bitDepth: 16, colorType: 2, rows: [bigEndian(colors)])
    // Neither a stated gamma nor a colour space changes them.
    png.extra = [("gAMA", TestPNG.big(45455)), ("sRGB", [0])]
    #expect(try read(png.bytes).deepSamples == colors.map { UInt16($0) })
  }

  @Test func sixteenBitsBesideAlphaAreKeptAsFarAsTheyShow() throws {
    var random = RandomSource(seed: 5, purpose: .testing)
    let samples = (0..<4000).map { _ in random.index(below: 65536) }
    let photo = try read(
      TestPNG(width: 1000, height: 1, bitDepth: 16, colorType: 6, rows: [bigEndian(samples)]).bytes)
    #expect(photo.channels == 4)
    for pixel in stride(from: 0, to: 4000, by: 4) {
      let alpha = samples[pixel + 3]
      #expect(Int(photo.deepSamples[pixel + 3]) == alpha)
      for channel in pixel..<pixel + 3 {
        let off = abs(Int(photo.deepSamples[channel]) - samples[channel])
        // What the eye gets is the colour times alpha: there the error stays within one step.
        #expect(Double(off) * Double(alpha) / 65535 <= 1)
      }
    }
  }

  @Test func aStatedGammaChangesNothing() throws {
    let row: [UInt8] = (0..<768).map { UInt8(truncatingIfNeeded: $0 &* 5) }
    var png = TestPNG(width: 256, height: 1, colorType: 2, rows: [row])
    for gamma: UInt32 in [100_000, 45455, 10000] {
      png.extra = [("gAMA", TestPNG.big(gamma))]
      #expect(try read(png.bytes).bytes == row)
    }
  }

  @Test func grey16HoldsItsSamplesAndNoGamma() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/d.png"
      let samples = (0..<256).map { UInt16($0 * 257) }
      try PNGFile.write(grey16: samples, width: 16, height: 16, to: path)
      let file = try bytes(of: path)
      #expect(file[24] == 16 && file[25] == 0)
      #expect(!file.indices.dropLast(4).contains { file[$0..<$0 + 4] == [0x67, 0x41, 0x4d, 0x41] })
      let photo = try PNGFile.read(path: path)
      #expect(photo.bytes == (0..<768).map { UInt8($0 / 3) })
    }
  }

  @Test func aHugeImageIsRefusedByItsHeader() throws {
    for (width, height) in [(50000, 50000), (50000, 1), (1, 30001), (20000, 20000), (0, 4)] {
      let file = TestPNG(width: width, height: height, colorType: 2, rows: [[0]]).bytes
      try withTemporaryFolder { folder in
        try FileOutput.write(file, to: "\(folder)/a.png")
        let path = "\(folder)/a.png"
        let whole = fileError { () throws(FileError) in _ = try ImageFile.read(path: path) }
        let header = fileError { () throws(FileError) in _ = try ImageFile.size(path: path) }
        #expect(whole?.problem.contains("\(width) x \(height)") == true)
        #expect(header == whole)
      }
    }
  }

  @Test func filesCutAnywhereAreRefusedAndChangedBytesNeverTrap() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.png"
      let photo = Photo(
        width: 9, height: 7, channels: 4, bytes: (0..<252).map { UInt8($0) })
      let made = TestPNG(
        width: 4, height: 2, colorType: 3, rows: [[0, 1, 2, 3], [3, 2, 1, 0]],
        extra: [("PLTE", (0..<12).map { UInt8($0) }), ("tRNS", [1, 2])])
      for file in [try PNGFile.encode(photo, path: path), made.bytes] {
        let read = { (file: [UInt8]) throws(FileError) -> Void in
          try FileOutput.write(file, to: path)
          _ = try ImageFile.read(path: path)
        }
        HostileBytes.cut(file, read: read)
        #expect(HostileBytes.flip(file, times: 1500, read: read) > 1000)
      }
    }
  }
}
