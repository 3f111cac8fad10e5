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
      HostileBytes.cut(file, read: read)
      #expect(HostileBytes.flip(file, times: 1500, read: read) > 300)
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
