import Foundation
import SplatCore
import SplatFiles
import Testing

@Suite(.serialized) struct ModelFuzzTests {
  /// The seconds that a file may take.
  private static let limit = 1.0

  /// The time that this thread has worked; that of the wall would count other programs' too.
  private static var seconds: Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// Reads damaged bytes; returns whether they were refused, and notes what took too long.
  private func refuses(_ bytes: [UInt8], _ path: String) -> Bool {
    let begin = Self.seconds
    let error = fileError { () throws(FileError) in _ = try ModelFile.read(bytes, path: path) }
    #expect(Self.seconds - begin < Self.limit)
    if let error { #expect(error.kind != .cannotWrite && !error.problem.isEmpty) }
    return error != nil
  }

  @Test func everyFormatCutAtEveryByteIsReadOrRefused() throws {
    var lines: [String] = []
    for file in try ModelFixtures.all(count: 9, shDegree: 1) {
      #expect(!refuses(file.bytes, file.path), "\(file.name) is good as a whole")
      var refused = 0
      for count in 0..<file.bytes.count where refuses(Array(file.bytes.prefix(count)), file.path) {
        refused += 1
      }
      // A file of records without a header is shorter by a Gaussian at every 32nd byte; the closing
      // line feed of text is not missed.
      let whole = file.name == "splat" ? 8 : file.name == "gltf" ? 1 : 0
      #expect(refused == file.bytes.count - whole, "\(file.name)")
      lines.append("\(file.name) \(file.bytes.count)")
    }
    print("model files cut at every byte: \(lines.joined(separator: ", "))")
  }

  @Test func everyFormatWithChangedBytesIsReadOrRefused() throws {
    var lines: [String] = []
    for file in try ModelFixtures.all(count: 20, shDegree: 1) {
      let count = HostileBytes.flip(file.bytes, times: 3000, seed: 11) {
        (bytes) throws(FileError) in
        _ = try ModelFile.read(bytes, path: file.path)
      }
      lines.append("\(file.name) \(count)")
    }
    print("model files refused of 3000 with changed bytes: \(lines.joined(separator: ", "))")
  }

  /// The places of counts and offsets get the numbers that hurt: of every file, all four bytes from
  /// each place of its first 200 on.
  @Test func countsAtExtremesAreReadOrRefused() throws {
    var count = 0
    for file in try ModelFixtures.all(count: 9, shDegree: 1) {
      let places = Array(0..<min(200, file.bytes.count - 4)) + sectionPlaces(file)
      for place in places {
        for value: UInt32 in [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0x00ff_ffff] {
          var bytes = file.bytes
          bytes.replaceSubrange(place..<place + 4, with: PLYFixtures.littleEndian(value))
          _ = refuses(bytes, file.path)
          count += 1
        }
      }
    }
    // Streams that are compressed hide their headers from the above.
    for version in 1...3 {
      for place in 0..<16 {
        for value: UInt8 in [0, 1, 127, 128, 255] {
          var stream = SPZFixtures.stream(version: version)
          stream[place] = value
          _ = refuses(try SPZFixtures.gzip(stream), "a.spz")
          count += 1
        }
      }
    }
    print("model files with counts at extremes: \(count)")
  }

  /// Where a KSPLAT file describes its section.
  private func sectionPlaces(_ file: ModelFixtures.File) -> [Int] {
    file.path == "a.ksplat" ? Array(stride(from: 4096, to: 4096 + 44, by: 2)) : []
  }

  @Test func streamsThatExpandPastReasonAreRefused() throws {
    // 160 million Gaussians of zeros would be 9 GB.
    var stream = SPZFixtures.stream(version: 2)
    stream.replaceSubrange(8..<12, with: PLYFixtures.littleEndian(UInt32(160_000_000)))
    let zeros = [UInt8](repeating: 0, count: 1 << 24)
    let file = try SPZFixtures.gzip(stream + zeros)
    let begin = Self.seconds
    let error = fileError { () throws(FileError) in _ = try ModelFile.read(file, path: "a.spz") }
    #expect(error?.problem.contains("does not hold in earnest") == true)
    #expect(Self.seconds - begin < Self.limit)
  }

  @Test func deepJSONIsRefused() {
    for opening in ["[", "{\"a\":"] {
      let text = "{\"means\": " + String(repeating: opening, count: 100_000)
      #expect(refuses(Array(text.utf8), "a.gltf"))
      #expect(refuses(Array(text.utf8), "meta.json"))
    }
  }

  @Test func filesThatAreNoModelsAreRefused() {
    for text in ["", "p", "hello", "PK", "glTF", "NGSP", "\u{1f}", "{}", "{\"means\": 1}", "ply\n"]
    {
      #expect(refuses(Array(text.utf8), "model"), "\(text)")
      #expect(refuses(Array(text.utf8), "model.splat"), "\(text)")
      #expect(refuses(Array(text.utf8), "model.ksplat"), "\(text)")
    }
    #expect(
      fileError { () throws(FileError) in _ = try ModelFile.read([7, 7], path: "a.xyz") }?.problem
        .hasPrefix("is no model: neither its first bytes nor its ending") == true)
  }
}
