import Foundation
import SplatCore
import SplatFiles
import SplatTestSupport
import Testing

/// What is done to models of every format.
enum ModelAttack {
  /// Reads bytes as the file of a fixture.
  private static func read(_ bytes: [UInt8], _ path: String, _ reads: inout HostileReads)
    -> FileError?
  {
    reads.read { () throws(FileError) in _ = try ModelFile.read(bytes, path: path) }
  }

  /// Every file, cut at every byte.
  static func cutAtEveryByte() throws {
    for file in try ModelFixtures.all(count: 9, shDegree: 1) {
      var reads = HostileReads(file.name)
      for count in 0...file.bytes.count {
        _ = read(Array(file.bytes.prefix(count)), file.path, &reads)
      }
      // A file of records without a header is shorter by a Gaussian at every 32nd byte; the closing
      // line feed of text is not missed.
      let shorter = ["splat": 8, "gltf": 1][file.name] ?? 0
      // A number of text that is cut is still one.
      #expect(reads.opened == shorter + 1 || file.name == "text ply", "\(file.name)")
      reads.report("\(file.bytes.count) cuts")
    }
  }

  /// Every file with a few changed bytes, thousands of times.
  static func changeBytes() throws {
    for file in try ModelFixtures.all(count: 20, shDegree: 1) {
      var reads = HostileReads(file.name)
      HostileBytes.count(file.bytes, times: 3000, seed: 11) { bytes in
        read(bytes, file.path, &reads) != nil
      }
      reads.report("3000 with changed bytes")
    }
  }

  /// The places of counts and offsets get the numbers that hurt: of every file, all four bytes from
  /// each place of its first 200 on.
  static func setCountsToExtremes() throws {
    for file in try ModelFixtures.all(count: 9, shDegree: 1) {
      var reads = HostileReads(file.name)
      let places = Array(0..<min(200, file.bytes.count - 4)) + sectionPlaces(file)
      for place in places {
        for value: UInt32 in [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0x00ff_ffff] {
          var bytes = file.bytes
          bytes.replaceSubrange(place..<place + 4, with: PLYFixtures.littleEndian(value))
          _ = read(bytes, file.path, &reads)
        }
      }
      reads.report("\(places.count * 6) with extreme numbers")
    }
    // Streams that are compressed hide their headers from the above.
    for version in 1...3 {
      var reads = HostileReads("spz \(version), in its stream")
      for place in 0..<16 {
        for value: UInt8 in [0, 1, 127, 128, 255] {
          var stream = SPZFixtures.stream(version: version)
          stream[place] = value
          _ = read(try SPZFixtures.gzip(stream), "a.spz", &reads)
        }
      }
      reads.report("80 with extreme numbers")
    }
  }

  /// Where a KSPLAT file describes its section.
  private static func sectionPlaces(_ file: ModelFixtures.File) -> [Int] {
    file.path == "a.ksplat" ? Array(stride(from: 4096, to: 4096 + 44, by: 2)) : []
  }

  /// Models that are folders: each file of them, cut at every byte and with changed bytes.
  static func damageFolders() throws {
    let splats = SyntheticScene.splats(count: 5, seed: 3, shDegree: 1)
    for (format, name) in [(ModelFormat.sog, "meta.json"), (.gltf, "a.gltf")] {
      try withTemporaryFolder(isInMemory: true) { folder in
        var options = ModelFile.Options()
        options.format = format
        try ModelFile.write(splats, to: "\(folder)/\(name)", options: options)
        for file in FilePaths.files(below: folder) {
          let target = SceneAttack.Target(
            name: "\(format.rawValue) folder, \(file)", file: "\(folder)/\(file)", root: folder)
          let reads = try target.attack(flips: 500) { () throws(FileError) in
            _ = try ModelFile.read(path: "\(folder)/\(name)")
          }
          #expect(reads.refused > 100)
        }
      }
    }
  }
}
