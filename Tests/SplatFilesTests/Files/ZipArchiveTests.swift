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

  /// The bytes of an archive of `files` and where its list starts and ends.
  private func listed(_ files: [(name: String, bytes: [UInt8])]) throws -> (
    bytes: [UInt8], list: Range<Int>
  ) {
    let bytes = try ZipOutput.archive(files, path: "a.zip")
    let end = bytes.count - 22
    let start = (0..<4).reduce(0) { $0 | Int(bytes[end + 16 + $1]) << (8 * $1) }
    return (bytes, start..<end)
  }

  @Test func namesInOldCharactersAreRead() throws {
    var (bytes, list) = try listed([("caf?/a", [1, 2])])
    for place in bytes.indices where bytes[place] == UInt8(ascii: "?") { bytes[place] = 0x82 }
    // A name that is said to be UTF-8 and is not.
    #expect(error(bytes)?.problem.contains("does not lie in the archive") == true)
    bytes[list.lowerBound + 9] = 0
    #expect(try archive(bytes).members.map(\.name) == ["café/a"])
    // Info-ZIP's field has the right name, and the checksum of the other one (of `caf\u{82}/a`).
    let field =
      little(UInt16(0x7075)) + little(UInt16(12)) + [1] + little(UInt32(0x4fa5_8c38))
      + "cafè/a".utf8
    bytes[list.lowerBound + 30] = UInt8(field.count)
    bytes.insert(contentsOf: field, at: list.upperBound)
    bytes[bytes.count - 10] += UInt8(field.count)
    #expect(try archive(bytes).members.map(\.name) == ["cafè/a"])
  }

  @Test func numbersOfLargeArchivesAreRead() throws {
    let content: [UInt8] = [7, 8, 9]
    let (bytes, list) = try listed([("small", []), ("large", content)])
    // The second record's numbers are elsewhere: in an extra field after the name.
    let record = list.lowerBound + 46 + 5
    var large = Array(bytes[..<list.upperBound])
    let offset = UInt64(30 + 5)
    for place in [20, 24, 42] {
      large.replaceSubrange(record + place..<record + place + 4, with: [255, 255, 255, 255])
    }
    large[record + 30] = 28
    large += little(UInt16(1)) + little(UInt16(24))
    large += little(UInt64(content.count)) + little(UInt64(content.count)) + little(offset)
    // So are those of the list.
    let end = UInt64(large.count)
    large += little(UInt32(0x0606_4b50)) + little(UInt64(44)) + [UInt8](repeating: 0, count: 12)
    large += little(UInt64(2)) + little(UInt64(2))
    large += little(end - UInt64(list.lowerBound)) + little(UInt64(list.lowerBound))
    large += little(UInt32(0x0706_4b50)) + little(UInt32(0)) + little(end) + little(UInt32(1))
    large +=
      little(UInt32(0x0605_4b50)) + [0, 0, 0, 0] + [UInt8](repeating: 255, count: 12) + [0, 0]
    let archive = try archive(large)
    #expect(archive.members.map(\.name) == ["small", "large"])
    #expect(try archive.read(archive.members[1], limit: 3) == content)
    HostileBytes.cut(large) { (file) throws(FileError) in
      if let error = error(file) { throw error }
    }
    #expect(
      HostileBytes.flip(large) { (file) throws(FileError) in
        if let error = error(file) { throw error }
      } > 100)
  }

  private func little(_ value: some FixedWidthInteger) -> [UInt8] {
    var bytes = LittleEndianBytes()
    bytes.append(value)
    return bytes.bytes
  }

  @Test func aCommentMayFollow() throws {
    var bytes = try deflated()
    bytes[bytes.count - 2] = 9
    #expect(try archive(bytes + Array("a comment".utf8)).members.count == 3)
  }

  @Test func aChangedByteIsNoticed() throws {
    var (bytes, _) = try listed([("a", [1, 2, 3])])
    bytes[31] ^= 1
    #expect(error(bytes)?.description.contains("a.zip: a: is damaged: its checksum") == true)
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
