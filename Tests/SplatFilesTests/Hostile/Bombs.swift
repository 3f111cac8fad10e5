import Foundation
import SplatCore
import SplatFiles
import Testing

/// Files that announce or expand to far more than they hold, and the largest that are still read.
enum Bombs {
  /// Writes a file to an empty folder, and reads it or the folder.
  ///
  /// - Parameter problem: a part of the expected message; nothing if the file is to be read.
  private static func check(
    _ name: String, _ bytes: [UInt8], as file: String, refused problem: String?,
    read: (_ folder: String) throws(FileError) -> Void
  ) throws {
    try withTemporaryFolder(isInMemory: true) { folder in
      try FileOutput.write(bytes, to: "\(folder)/\(file)")
      HostileReads.checkOne(name, refused: problem, below: folder) { () throws(FileError) in
        try read(folder)
      }
    }
  }

  /// `repeated` between `start` and `end`, `count` times.
  private static func text(_ start: String, _ repeated: String, _ count: Int, _ end: String)
    -> [UInt8]
  {
    var bytes = Array(start.utf8)
    let piece = Array(repeated.utf8)
    bytes.reserveCapacity(bytes.count + piece.count * count + end.utf8.count)
    for _ in 0..<count { bytes += piece }
    return bytes + Array(end.utf8)
  }

  // MARK: JSON

  /// Valid JSON of tens of megabytes, in every file that is JSON.
  static func readHugeJSON() throws {
    let many = "at most so many are read"
    let texts: [(name: String, text: [UInt8], problem: String)] = [
      ("numbers", text("{\"frames\": [", "0,", 16_500_000, "0]}"), many),
      ("arrays", text("{\"frames\": [", "[],", 12_000_000, "0]}"), "12000001 elements; at most"),
      ("objects", text("{\"frames\": [", "{\"a\":0},", 5_000_000, "0]}"), "elements; at most"),
      ("names", text("{", "\"a\":0,", 5_000_000, "\"b\":0}"), "has more than 10000 members"),
      ("nesting", text("{\"frames\": ", "[", 5_000_000, ""), "nested too deeply; at most 64"),
      ("one text", text("{\"frames\": \"", "aä", 10_000_000, "\"}"), "is a text; an array"),
      (
        "frames", text("{\"frames\": [", "{\"file_path\":\"a\"},", 200_000, "0]}"),
        "has 200001 elements; at most"
      ),
    ]
    for (name, text, problem) in texts {
      try check(
        "JSON of \(name), transforms.json", text, as: "transforms.json", refused: problem,
        read: SceneAttack.open)
      for file in ["a.gltf", "meta.json"] {
        let isRefusedEarly = ["numbers", "nesting"].contains(name)
        try check(
          "JSON of \(name), \(file)", text, as: file,
          refused: isRefusedEarly ? problem : "describes no model"
        ) { (folder) throws(FileError) in
          _ = try ModelFile.read(path: "\(folder)/\(file)")
        }
      }
    }
    try readHugeLists()
  }

  private static func readHugeLists() throws {
    let lists: [(name: String, text: [UInt8], problem: String)] = [
      ("numbers", text("[", "0,", 16_500_000, "0]"), "at most so many are read"),
      ("objects", text("[", "{},", 5_000_000, "{}]"), "has 5000001 elements; at most"),
      (
        "shots", text("[{\"cameras\":{},\"shots\":{", "\"a\":0,", 5_000_000, "\"b\":0}}]"),
        "members, the most expected"
      ),
    ]
    for (name, text, problem) in lists {
      try check(
        "JSON of \(name), reconstruction.json", text, as: "reconstruction.json",
        refused: problem, read: SceneAttack.open)
      try check(
        "JSON of \(name), cameras.json", text, as: "cameras.json",
        refused: name == "shots" ? "has no `position`" : problem
      ) { (folder) throws(FileError) in
        _ = try CameraPath.read(path: "\(folder)/cameras.json")
      }
    }
  }

  // MARK: Pictures

  /// The bytes of a PNG file whose header and amount of pixel data are as said.
  private static func png(_ width: Int, _ height: Int, depth: UInt8, type: UInt8, data: Int)
    -> [UInt8]
  {
    let header = TestPNG.big(UInt32(width)) + TestPNG.big(UInt32(height)) + [depth, type, 0, 0, 0]
    return Array(TestPNG(width: 1, height: 1, colorType: 0, rows: [[0]]).bytes[..<8])
      + TestPNG.chunk("IHDR", header)
      + TestPNG.chunk("IDAT", [0x78, 1] + [UInt8](repeating: 0, count: data))
      + TestPNG.chunk("IEND", [])
  }

  /// A lossless WebP file of one colour that says it has `side` x `side` pixels.
  private static func webP(side: Int) throws -> [UInt8] {
    var file = try WebPFile.encodeLossless(
      Photo(width: 4, height: 4, channels: 4, bytes: [UInt8](repeating: 255, count: 64)), path: "a")
    // The dimensions, less one, are two numbers of 14 bits after the mark of the lossless chunk.
    let bits = UInt32(side - 1) | UInt32(side - 1) << 14
    let start =
      try #require(file.indices.first { file[$0...].starts(with: Array("VP8L".utf8)) }) + 9
    for byte in 0..<3 { file[start + byte] = UInt8(truncatingIfNeeded: bits >> UInt32(8 * byte)) }
    file[start + 3] = file[start + 3] & 0xf0 | UInt8(bits >> 24)
    return file
  }

  /// A JPEG file of one colour that says it has `width` x `height` pixels.
  private static func jpeg(_ width: Int, _ height: Int, isProgressive: Bool, padding: Int = 0)
    throws -> [UInt8]
  {
    var file = try JPEGFile.encode(SceneFixture.photo(24, 16), quality: 90, path: "a")
    let frame = try #require(file.indices.first { file[$0] == 0xff && file[$0 + 1] == 0xc0 })
    let size = [height >> 8, height & 255, width >> 8, width & 255].map { UInt8($0) }
    file.replaceSubrange(frame + 5..<frame + 9, with: size)
    if isProgressive { file[frame + 1] = 0xc2 }
    return file + [UInt8](repeating: 0, count: padding)
  }

  /// Pictures that announce more pixels than a photo in so small a file can have.
  static func readPictures() throws {
    let limit = "has 3333333 at least"
    let pictures: [(name: String, bytes: [UInt8], problem: String)] = [
      ("png 60000x60000", png(60_000, 60_000, depth: 8, type: 0, data: 9), "30000 a side"),
      ("png 29000x10000", png(29_000, 10_000, depth: 8, type: 6, data: 9), "cannot hold"),
      (
        "png 25000x10000, zeros", png(25_000, 10_000, depth: 8, type: 6, data: 1_100_000), limit
      ),
      ("png of 1 bit", png(7000, 7000, depth: 1, type: 0, data: 7000), "has 490000 at least"),
      ("png of 16 bits", png(4000, 4000, depth: 16, type: 6, data: 130_000), "has 640000 at"),
      ("webp 16383x16383", try webP(side: 16_383), "has 6262729 at least"),
      ("webp 12000x12000", try webP(side: 12_000), "has 3360000 at least"),
      ("avif 8192x8192", HEIFFixtures.flat, "has 2013265 at least"),
      (
        "heic of the same part many times", HEIFFixtures.nested([Int](repeating: 999, count: 9)),
        "made of more images"
      ),
      ("jpeg 30000x10000", try jpeg(30_000, 10_000, isProgressive: false), "cannot hold"),
      (
        "jpeg 30000x10000, zeros",
        try jpeg(30_000, 10_000, isProgressive: false, padding: 1_000_000), "has 3000000 at least"
      ),
      (
        "jpeg progressive", try jpeg(5000, 4000, isProgressive: true, padding: 100_000),
        "has 600000 at least"
      ),
    ]
    for (name, bytes, problem) in pictures {
      try check(name, bytes, as: "a", refused: problem) { (folder) throws(FileError) in
        _ = try ImageFile.read(path: "\(folder)/a")
      }
    }
    try readLargestPictures()
  }

  /// The largest pictures of one colour that are read whatever the size of their files.
  private static func readLargestPictures() throws {
    func flat(_ width: Int, _ height: Int, _ channels: Int) -> Photo {
      let count = width * height * channels
      return Photo(
        width: width, height: height, channels: channels,
        bytes: [UInt8](repeating: 255, count: count))
    }
    let pictures: [(name: String, bytes: [UInt8])] = [
      ("png 4096x4096", try PNGFile.encode(flat(4096, 4096, 3), isFast: true, path: "a")),
      (
        "webp 3000x2000",
        try WebPFile.encodeLossless(flat(3000, 2000, 4), path: "a")
      ),
      ("jpeg 4096x4096", try JPEGFile.encode(flat(4096, 4096, 3), quality: 50, path: "a")),
    ]
    for (name, bytes) in pictures {
      try check("\(name), of one colour", bytes, as: "a", refused: nil) {
        (folder) throws(FileError) in
        _ = try ImageFile.read(path: "\(folder)/a")
      }
    }
  }
}
