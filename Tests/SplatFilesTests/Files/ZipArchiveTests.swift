import Foundation
import SplatFiles
import Testing

@Suite struct ZipArchiveTests {
  /// Made by Python's zipfile: `folder/`, and deflated in it 300,000 zeros and a text; `plain` is
  /// stored.
  private static let deflated = """
    UEsDBBQAAAAAAAAAIQAAAAAAAAAAAAAAAAAHAAAAZm9sZGVyL1BLAwQUAAAACAAAACEA++Ky9jMBAADgkwQAEAAAAG\
    ZvbGRlci96ZXJvcy5iaW7twQENAAAAwqD3T20PBxQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\
    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\
    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\
    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\
    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAPwYUEsDBBQAAAAIAAAAIQBl\
    0FjtDgAAAFEAAAAPAAAAZm9sZGVyL3RleHQudHh0S8/PT1FISaxUSKcSAwBQSwMEFAAAAAAAAAAhAMJBJDUDAAAAAw\
    AAAAUAAABwbGFpbmFiY1BLAQIUAxQAAAAAAAAAIQAAAAAAAAAAAAAAAAAHAAAAAAAAAAAAAACAAQAAAABmb2xkZXIv\
    UEsBAhQDFAAAAAgAAAAhAPvisvYzAQAA4JMEABAAAAAAAAAAAAAAAIABJQAAAGZvbGRlci96ZXJvcy5iaW5QSwECFA\
    MUAAAACAAAACEAZdBY7Q4AAABRAAAADwAAAAAAAAAAAAAAgAGGAQAAZm9sZGVyL3RleHQudHh0UEsBAhQDFAAAAAAA\
    AAAhAMJBJDUDAAAAAwAAAAUAAAAAAAAAAAAAAIABwQEAAHBsYWluUEsFBgAAAAAEAAQA4wAAAOcBAAAAAA==
    """

  private func archive(_ bytes: [UInt8]) throws(FileError) -> ZipArchive {
    try ZipArchive(FileBytes(bytes), path: "a.zip")
  }

  private func error(_ bytes: [UInt8]) -> FileError? {
    fileError { () throws(FileError) in
      let archive = try archive(bytes)
      for member in archive.members { _ = try archive.read(member, limit: 1 << 20) }
    }
  }

  private func deflated() throws -> [UInt8] {
    [UInt8](try #require(Data(base64Encoded: Self.deflated)))
  }

  @Test func deflatedAndStoredMembersAreRead() throws {
    let archive = try archive(deflated())
    #expect(archive.members.map(\.name) == ["folder/zeros.bin", "folder/text.txt", "plain"])
    #expect(archive.members.map(\.size) == [300_000, 81, 3])
    let zeros = try archive.read(archive.members[0], limit: 300_000)
    #expect(zeros.count == 300_000 && zeros.allSatisfy { $0 == 0 })
    let text = try archive.read(try #require(archive.member("folder/text.txt")), limit: 81)
    #expect(text == Array(String(repeating: "good day ", count: 9).utf8))
    #expect(try archive.read(archive.members[2], limit: 3) == Array("abc".utf8))
    #expect(archive.member("folder/") == nil)
  }

  @Test func whatIsWrittenIsReadAndTheSameEveryTime() throws {
    let files: [(name: String, bytes: [UInt8])] = [
      ("meta.json", Array("{}".utf8)), ("empty", []),
      ("a/b.bin", (0..<5000).map { UInt8($0 % 251) }),
    ]
    let bytes = try ZipOutput.archive(files, path: "a.zip")
    #expect(try ZipOutput.archive(files, path: "a.zip") == bytes)
    let archive = try archive(bytes)
    #expect(archive.members.map(\.name) == files.map(\.name))
    for (member, file) in zip(archive.members, files) {
      #expect(try archive.read(member, limit: 5000) == file.bytes)
    }
  }

  @Test func aMemberPastTheLimitIsNotExpanded() throws {
    let archive = try archive(deflated())
    let error = fileError { () throws(FileError) in
      _ = try archive.read(archive.members[0], limit: 299_999)
    }
    #expect(
      error?.description
        == "a.zip: folder/zeros.bin: expands to 300000 bytes; at most 299999 are read")
  }

  @Test func aSizeThatTheCompressedBytesCannotHoldIsRefused() throws {
    var bytes = try deflated()
    // The third central record belongs to the text; its size after expansion is at byte 24.
    let records = bytes.indices.dropLast(3).filter {
      Array(bytes[$0..<$0 + 4]) == [0x50, 0x4b, 1, 2]
    }
    let place = records[2] + 24
    bytes.replaceSubrange(place..<place + 4, with: [0, 0, 0, 0x40])
    #expect(error(bytes)?.problem.contains("announces 1073741824 bytes") == true)
    // Nor can there be more compressed bytes than the file has.
    bytes.replaceSubrange(place - 4..<place, with: [0, 0, 0, 0x40])
    #expect(error(bytes)?.problem.contains("from 1073741824 compressed ones") == true)
  }

  @Test(arguments: [
    "../up", "a/../../up", "/root", "a\\b", "./a", "a//b", "line\nbreak", "..",
  ])
  func namesThatLeaveTheArchiveAreRefused(name: String) throws {
    let bytes = try ZipOutput.archive([("good", [1]), (name, [2])], path: "a.zip")
    #expect(error(bytes)?.problem.contains("does not lie in the archive") == true)
    #expect(error(bytes)?.place == "member 2")
  }

  @Test func anotherFileIsRefused() {
    #expect(error([])?.place == "byte 0")
    #expect(error(Array("PK is no archive".utf8))?.kind == .badInput)
    #expect(error([0x50, 0x4b, 3, 4] + [UInt8](repeating: 0, count: 100))?.kind == .badInput)
  }

  @Test func damagedArchivesNeverTrap() throws {
    let bytes = try deflated()
    HostileBytes.cut(bytes) { (file) throws(FileError) in
      if let error = error(file) { throw error }
    }
    let refused = HostileBytes.flip(bytes) { (file) throws(FileError) in
      if let error = error(file) { throw error }
    }
    #expect(refused > 2000)
  }
}
