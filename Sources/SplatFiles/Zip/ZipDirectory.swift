/// The list of a zip archive's members (PKWARE's APPNOTE 6.3.10), which is at its end.
struct ZipDirectory {
  /// What the list says of a member.
  struct Record: Sendable, Equatable {
    /// The path in the archive, unless it is not the UTF-8 that it is said to be.
    var name: String?
    /// The bytes of the name, as text in any case.
    var shownName: String
    /// The number of bytes after expansion.
    var size: UInt64
    /// The number of bytes in the archive.
    var packedSize: UInt64
    /// Where the member's own header starts.
    var offset: UInt64
    var method: UInt16
    /// The CRC-32 of the expanded bytes.
    var checksum: UInt32
    var isEncrypted: Bool
  }

  /// The first four bytes of each structure, as a little-endian number.
  enum Mark {
    static let member: UInt32 = 0x0403_4b50
    static let record: UInt32 = 0x0201_4b50
    static let end: UInt32 = 0x0605_4b50
    static let longEnd: UInt32 = 0x0606_4b50
    static let longEndLocator: UInt32 = 0x0706_4b50
  }

  /// The members, in the order of the list.
  private(set) var records: [Record] = []
  private let bytes: FileBytes
  private let path: String

  /// The sizes of the structures without their names, extra fields and comments.
  private static let endSize = 22
  private static let locatorSize = 20
  private static let longEndSize = 56
  private static let recordSize = 46
  /// A comment, which follows the end of the list, has no more bytes.
  private static let longestComment = 65_535
  /// Stands for a number that is in a field of 64 bits elsewhere.
  private static let elsewhere = UInt64(UInt32.max)

  /// Reads the list of the archive in `bytes`; `path` is for messages.
  init(_ bytes: FileBytes, path: String) throws(FileError) {
    self.bytes = bytes
    self.path = path
    let (count, range) = try place()
    var start = range.lowerBound
    for index in 0..<count {
      let (record, end) = try record(index + 1, at: start, before: range.upperBound)
      records.append(record)
      start = end
    }
  }

  private func failure(_ reason: String) -> FileError {
    .bad(path, nil, "is no zip archive that can be read: \(reason)")
  }

  /// The number of members and where their list lies, from the record at the archive's end.
  private func place() throws(FileError) -> (count: Int, range: Range<Int>) {
    let first = max(0, bytes.count - Self.endSize - Self.longestComment)
    let starts = (first..<max(first, bytes.count - Self.endSize + 1)).reversed()
    guard let end = starts.first(where: { bytes.integer(UInt32.self, at: $0) == Mark.end }) else {
      throw failure("the list of its members is missing at its end; the file may be cut off")
    }
    let header = ByteHeader(bytes, start: end)
    guard header.integer(4) == 0, header.short(8) == header.short(10) else {
      throw failure("it is one of several files that are an archive together")
    }
    var (count, size, offset) = (
      UInt64(header.short(10)), UInt64(header.integer(12)), UInt64(header.integer(16))
    )
    // A larger archive has another record, whose place is said before this one.
    if count == UInt16.max || size == Self.elsewhere || offset == Self.elsewhere {
      (count, size, offset) = try longPlace(before: end)
    }
    guard offset <= UInt64(end), size <= UInt64(end) - offset,
      count <= size / UInt64(Self.recordSize)
    else {
      throw failure("a list of \(count) members in \(size) bytes at \(offset) does not fit in it")
    }
    return (Int(count), Int(offset)..<Int(offset + size))
  }

  /// As ``place()``, from the record of archives with more members or bytes (Zip64).
  private func longPlace(before end: Int) throws(FileError) -> (UInt64, UInt64, UInt64) {
    let locator = end - Self.locatorSize
    guard locator >= 0, bytes.integer(UInt32.self, at: locator) == Mark.longEndLocator else {
      throw failure("the numbers of a large archive are missing at its end")
    }
    let start = bytes.integer(UInt64.self, at: locator + 8)
    guard locator >= Self.longEndSize, start <= UInt64(locator - Self.longEndSize),
      bytes.integer(UInt32.self, at: Int(start)) == Mark.longEnd
    else {
      throw failure("the numbers of a large archive are not at byte \(start)")
    }
    func number(_ offset: Int) -> UInt64 { bytes.integer(UInt64.self, at: Int(start) + offset) }
    return (number(32), number(40), number(48))
  }

  /// The record at `start` of the list, and where the next one starts.
  private func record(_ number: Int, at start: Int, before end: Int) throws(FileError)
    -> (Record, end: Int)
  {
    let header = ByteHeader(bytes, start: start)
    guard end - start >= Self.recordSize, header.integer(0) == Int(Mark.record) else {
      throw failure("member \(number) is missing in the list at byte \(start)")
    }
    // After the numbers come the name, extra fields and a comment.
    let nameEnd = start + Self.recordSize + header.short(28)
    let extraEnd = nameEnd + header.short(30)
    let recordEnd = extraEnd + header.short(32)
    guard recordEnd <= end else {
      throw failure("member \(number) of the list at byte \(start) does not fit in it")
    }
    let fields = extraFields(nameEnd..<extraEnd)
    let name = start + Self.recordSize..<nameEnd
    let flags = header.short(8)
    var record = Record(
      name: self.name(name, isUTF8: flags & 0x800 != 0, unicode: fields[0x7075]),
      shownName: String(decoding: bytes.slice(name), as: UTF8.self),
      size: UInt64(header.integer(24)), packedSize: UInt64(header.integer(20)),
      offset: UInt64(header.integer(42)), method: UInt16(header.short(10)),
      checksum: UInt32(header.integer(16)), isEncrypted: flags & 1 != 0)
    // Numbers of more than 32 bits are in an extra field, one after the other.
    var long = fields[1] ?? 0..<0
    for number in [\Record.size, \.packedSize, \.offset]
    where record[keyPath: number] == Self.elsewhere {
      guard long.count >= 8 else {
        throw failure("the size of `\(record.shownName.prefix(200))` is missing")
      }
      record[keyPath: number] = bytes.integer(UInt64.self, at: long.lowerBound)
      long = long.lowerBound + 8..<long.upperBound
    }
    return (record, recordEnd)
  }

  /// Where the content of each extra field in `range` lies, by its number.
  private func extraFields(_ range: Range<Int>) -> [Int: Range<Int>] {
    var fields: [Int: Range<Int>] = [:]
    var start = range.lowerBound
    while range.upperBound - start >= 4 {
      let header = ByteHeader(bytes, start: start)
      let content = start + 4..<start + 4 + header.short(2)
      guard content.upperBound <= range.upperBound else { break }
      fields[header.short(0)] = content
      start = content.upperBound
    }
    return fields
  }

  /// The name in `range`: UTF-8, or what Info-ZIP's field `unicode` says in its place, or the
  /// characters of the first IBM PC.
  private func name(_ range: Range<Int>, isUTF8: Bool, unicode: Range<Int>?) -> String? {
    let name = bytes.slice(range)
    if let unicode, unicode.count > 5,
      bytes.integer(UInt32.self, at: unicode.lowerBound + 1) == Deflate.checksum(name)
    {
      return bytes.text(unicode.lowerBound + 5..<unicode.upperBound)
    }
    return bytes.text(range) ?? (isUTF8 ? nil : OldText.text(name))
  }
}
