import SplatCore
import SplatFiles
import Testing

@Suite struct JPEGFileTests {
  /// A photo without sharp edges, which survives compression.
  private func smooth(width: Int, height: Int) -> Photo {
    var bytes: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width {
        bytes += [UInt8(x * 255 / width), UInt8(y * 255 / height), 100]
      }
    }
    return Photo(width: width, height: height, channels: 3, bytes: bytes)
  }

  private func difference(_ left: Photo, _ right: Photo) -> Int {
    zip(left.bytes, right.bytes).map { abs(Int($0) - Int($1)) }.max() ?? 0
  }

  @Test func aWrittenPhotoComesBackNearlyTheSame() throws {
    try withTemporaryFolder { folder in
      let photo = smooth(width: 61, height: 40)
      try JPEGFile.write(photo, to: "\(folder)/a.jpg")
      let back = try ImageFile.read(path: "\(folder)/a.jpg")
      #expect(back.width == 61 && back.height == 40 && back.channels == 3)
      #expect(difference(photo, back) <= 6)
      let header = try ImageFile.size(path: "\(folder)/a.jpg")
      #expect(header.width == 61 && header.height == 40 && !header.hasAlpha)
    }
  }

  @Test func theDecoderScalesOnlyByExactRatiosAndNotBelowTheMinimum() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.jpg"
      try JPEGFile.write(smooth(width: 64, height: 48), to: path)
      for (minimum, expected) in [
        ((8, 6), (8, 6)), ((9, 6), (16, 12)), ((30, 24), (32, 24)), ((64, 48), (64, 48)),
        ((100, 1), (64, 48)),
      ] {
        let photo = try JPEGFile.read(
          path: path, minimumWidth: minimum.0, minimumHeight: minimum.1)
        #expect(photo.width == expected.0 && photo.height == expected.1)
      }
      try JPEGFile.write(smooth(width: 61, height: 48), to: path)
      #expect(try JPEGFile.read(path: path, minimumWidth: 1, minimumHeight: 1).width == 61)
    }
  }

  @Test func filesCutAnywhereAreRefusedAndChangedBytesNeverTrap() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.jpg"
      try JPEGFile.write(smooth(width: 24, height: 17), to: path)
      let file = try bytes(of: path)
      let read = { (file: [UInt8]) throws(FileError) -> Void in
        try FileOutput.write(file, to: path)
        _ = try ImageFile.read(path: path)
      }
      // The mark at the end is no part of the picture.
      HostileBytes.cut(file.dropLast(2), read: read)
      #expect(HostileBytes.flip(file, times: 1500, read: read) > 300)
    }
  }

  @Test func mistakesThatDoNoHarmAreReadWithAWarning() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.jpg"
      let image = smooth(width: 24, height: 17)
      try JPEGFile.write(image, to: path)
      let file = try bytes(of: path)
      let plain = try JPEGFile.read(path: path)
      let scan = try #require(file.indices.first { file[$0] == 0xff && file[$0 + 1] == 0xda })
      var wrongScan = file
      let length = Int(file[scan + 2]) << 8 | Int(file[scan + 3])
      let end = scan + 2 + length
      wrongScan.replaceSubrange(end - 3..<end, with: [0, 0, 0])
      let padding = [UInt8](repeating: 0, count: 59)
      let mark: [UInt8] = [0xff, 0xd9]
      let body: [UInt8] = Array(file.dropLast(2))
      let header: [UInt8] = Array(file[..<scan])
      let padded: [UInt8] = header + padding + Array(body[scan...])
      let variants: [[UInt8]] = [
        body + padding + mark, padded + mark, padded + padding + mark, wrongScan, body, padded,
      ]
      for variant in variants {
        try FileOutput.write(variant, to: path)
        let camera = Camera(width: 24, height: 17, focalLength: SIMD2(20, 20))
        let read = try SceneView(name: "a", camera: camera, imagePath: path, isTest: false).read()
        #expect(read.photo == plain)
        #expect(read.warning != nil)
        #expect(try ImageFile.size(path: path).width == 24)
        // Whatever else is wrong with it, a file that ends early has lost something.
        let cut = Array(variant.prefix(scan + (file.count - scan) / 2 + 10))
        try FileOutput.write(cut, to: path)
        #expect(fileError { () throws(FileError) in _ = try ImageFile.read(path: path) } != nil)
      }
      try FileOutput.write(file, to: path)
      let camera = Camera(width: 24, height: 17, focalLength: SIMD2(20, 20))
      let view = SceneView(name: "a", camera: camera, imagePath: path, isTest: false)
      #expect(try view.read().warning == nil)
    }
  }

  @Test func paddingAfterAnyScanOfSeveralIsLeftOut() throws {
    let file = JPEGFixtures.progressive
    let plain = try ImageFile.read(file, path: "a.jpg")
    #expect(plain.width == 24 && plain.height == 17)
    let ends = JPEGFixtures.scanEnds
    func padded(_ padding: [UInt8], after scans: [Int]) -> [UInt8] {
      var file = file
      for scan in scans.reversed() { file.insert(contentsOf: padding, at: ends[scan]) }
      return file
    }
    let zeros = [UInt8](repeating: 0, count: 20)
    for scans in [[0], [3], [8], [1, 5], Array(0..<9), Array(0..<10)] {
      for padding in [zeros, Array(zeros.prefix(1)), [UInt8](repeating: 32, count: 3)] {
        let variant = padded(padding, after: scans)
        #expect(try ImageFile.read(variant, path: "a.jpg") == plain, "\(scans)")
        // A file that ends early has lost something all the same.
        let cut = Array(variant.dropLast(17 + (scans.contains(9) ? padding.count : 0)))
        #expect(fileError { () throws(FileError) in _ = try ImageFile.read(cut, path: "a") } != nil)
      }
    }
    // Other bytes may be a part of the picture.
    let junk = padded(Array(1...20), after: [3])
    let error = fileError { () throws(FileError) in _ = try ImageFile.read(junk, path: "a.jpg") }
    #expect(error?.problem.contains("extraneous bytes") == true)
  }

  @Test func paddingBeforeRestartsIsLeftOut() throws {
    let file = JPEGFixtures.restarting
    let ends = JPEGFixtures.dataEnds
    let plain = try ImageFile.read(file, path: "a.jpg")
    func padded(_ places: [Int], _ padding: (Int) -> [UInt8]) -> [UInt8] {
      var file = file
      for place in places.reversed() { file.insert(contentsOf: padding(place), at: ends[place]) }
      return file
    }
    let all = Array(ends.indices)
    for places in [all, Array(all.dropLast()), [0], [2], [1, 5], [6]] {
      for count in [1, 4, 300] {
        let alike = padded(places) { _ in [UInt8](repeating: 0, count: count) }
        #expect(try ImageFile.read(alike, path: "a.jpg") == plain, "\(places), \(count)")
      }
      // Up to a multiple of a size.
      let aligned = padded(places) { [UInt8](repeating: 0, count: 1 + (7 * $0 + 3) % 16) }
      #expect(try ImageFile.read(aligned, path: "a.jpg") == plain, "\(places)")
      // A file that ends early has lost something all the same.
      let cut = Array(aligned.prefix(ends[4]))
      #expect(fileError { () throws(FileError) in _ = try ImageFile.read(cut, path: "a") } != nil)
    }
    let junk = padded(all) { _ in Array(1...20) }
    let error = fileError { () throws(FileError) in _ = try ImageFile.read(junk, path: "a.jpg") }
    #expect(error?.problem.contains("extraneous bytes") == true)
  }

  @Test func aFileThatEndsAfterAScanIsReadOnlyIfNothingIsMissing() throws {
    let file = JPEGFixtures.progressive
    let plain = try ImageFile.read(file, path: "a.jpg")
    for (scan, end) in JPEGFixtures.scanEnds.enumerated() {
      for start: [UInt8] in [[], [0xff], [0xff, 0xc4], [0, 0, 0]] {
        let cut = Array(file.prefix(end)) + start
        if scan == JPEGFixtures.scanEnds.count - 1, start.count < 2 {
          #expect(try ImageFile.read(cut, path: "a.jpg") == plain)
        } else if scan < JPEGFixtures.scanEnds.count - 1 {
          let error = fileError { () throws(FileError) in _ = try ImageFile.read(cut, path: "a") }
          #expect(error?.problem.contains("libjpeg: ") == true, "\(scan), \(start)")
        }
      }
    }
  }

  @Test func aHugeImageIsRefusedByItsHeader() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.jpg"
      try JPEGFile.write(smooth(width: 24, height: 17), to: path)
      var file = try bytes(of: path)
      let frame = try #require(file.indices.first { file[$0] == 0xff && file[$0 + 1] == 0xc0 })
      // Height and width follow the marker, the length and the precision: 50,000 each.
      file.replaceSubrange(frame + 5..<frame + 9, with: [0xc3, 0x50, 0xc3, 0x50])
      try FileOutput.write(file, to: path)
      let error = fileError { () throws(FileError) in _ = try ImageFile.read(path: path) }
      #expect(error?.problem.contains("50000 x 50000") == true)
    }
  }

  @Test func filesThatAreNoImagesAreRefused() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.jpg"
      for text in ["", "GIF89a", "\u{89}PNG", "\u{ff}"] {
        try FileOutput.write(text, to: path)
        let error = fileError { () throws(FileError) in _ = try ImageFile.size(path: path) }
        #expect(error?.kind == .badInput && error?.place == "byte 0")
      }
      let folderError = fileError { () throws(FileError) in _ = try ImageFile.read(path: folder) }
      #expect(folderError?.kind == .notFound)
      #expect(folderError?.problem.contains("is a folder") == true)
    }
  }
}
