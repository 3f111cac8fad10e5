/// A zip archive that is read.
///
/// Opening it checks the list of members: every name lies inside the archive and is there once, and
/// no member announces more bytes than its compressed ones can hold.
package final class ZipArchive: Sendable {
  /// A file in the archive.
  package struct Member: Sendable, Equatable {
    /// The path in the archive, with `/` between folders.
    package var name: String
    /// The number of bytes after expansion, as announced.
    package var size: Int
    fileprivate var record: ZipDirectory.Record
  }

  /// The files, in the order of the archive; folders are left out.
  package let members: [Member]
  private let path: String
  private let bytes: FileBytes

  /// Longer names fit no file system; deeper ones would make more folders than the archive has
  /// bytes.
  private static let longestName = 1024
  private static let deepest = 32
  /// The bytes of a member's own header without its name and extra fields.
  private static let headerSize = 30
  /// Members that are neither stored nor deflated could be bombs and are refused.
  private static let stored: UInt16 = 0
  private static let deflated: UInt16 = 8

  /// Opens the archive at `path`.
  package convenience init(path: String) throws(FileError) {
    try self.init(FileBytes(path: path), path: path)
  }

  /// Opens an archive from the bytes of a file; `path` is for messages.
  package init(_ bytes: FileBytes, path: String) throws(FileError) {
    guard Self.isZip(bytes) else {
      throw .bad(path, "byte 0", "is not a zip archive, by its first bytes")
    }
    let directory = try ZipDirectory(bytes, path: path)
    members = try Self.members(directory.records, fileBytes: bytes.count, path)
    self.path = path
    self.bytes = bytes
  }

  /// Whether the bytes start as those of a zip archive do.
  package static func isZip(_ bytes: FileBytes) -> Bool {
    guard bytes.count >= 4 else { return false }
    // An archive without members consists of its end record alone.
    let mark = bytes.integer(UInt32.self, at: 0)
    return mark == ZipDirectory.Mark.member || mark == ZipDirectory.Mark.end
  }

  /// The member called `name`, if there is one.
  package func member(_ name: String) -> Member? { members.first { $0.name == name } }

  /// The bytes of a member.
  ///
  /// - Throws: an error if they are more than `limit`, or damaged.
  package func read(_ member: Member, limit: Int) throws(FileError) -> [UInt8] {
    guard member.size <= limit else {
      throw .bad(path, member.name, "expands to \(member.size) bytes; at most \(limit) are read")
    }
    let range = try content(member)
    let content: [UInt8]
    if member.record.method == Self.stored {
      content = bytes.slice(range)
    } else if let expanded = Deflate.expand(bytes, range, count: member.size) {
      content = expanded
    } else {
      throw .bad(
        path, member.name, "is damaged: it does not expand to the \(member.size) bytes announced")
    }
    guard Deflate.checksum(content) == member.record.checksum else {
      throw .bad(path, member.name, "is damaged: its checksum is another than the one announced")
    }
    return content
  }

  /// Where a member's compressed bytes lie, which its own header comes before.
  private func content(_ member: Member) throws(FileError) -> Range<Int> {
    let (record, room) = (member.record, UInt64(bytes.count))
    let header = UInt64(Self.headerSize)
    if room >= header, record.offset <= room - header {
      let own = ByteHeader(bytes, start: Int(record.offset))
      let start = own.start + Self.headerSize + own.short(26) + own.short(28)
      if own.integer(0) == Int(ZipDirectory.Mark.member), UInt64(start) + record.packedSize <= room
      {
        return start..<start + Int(record.packedSize)
      }
    }
    throw .bad(
      path, member.name, "is damaged: it is not at byte \(record.offset), where the list has it")
  }

  private static func members(
    _ records: [ZipDirectory.Record], fileBytes: Int, _ path: String
  ) throws(FileError) -> [Member] {
    var members: [Member] = []
    var names: Set<String> = []
    for (index, record) in records.enumerated() {
      // A name that lies in the archive, of a length that file systems take, and only once.
      let place = "member \(index + 1)"
      guard let name = record.name, isSafe(name) else {
        throw .bad(
          path, place,
          "the name `\(record.shownName.prefix(200))` does not lie in the archive")
      }
      let depth = name.utf8.count { $0 == UInt8(ascii: "/") }
      guard name.utf8.count <= longestName, depth <= deepest else {
        throw .bad(
          path, place,
          """
          a name of \(name.utf8.count) bytes in \(depth) folders; at most \(longestName) bytes and \
          \(deepest) folders are read
          """)
      }
      guard names.insert(name).inserted else {
        throw .bad(path, place, "a second member `\(name)`")
      }
      guard !name.hasSuffix("/") else { continue }
      // A file that can be expanded, and that announces no more than its bytes can hold.
      guard record.method == stored || record.method == deflated, !record.isEncrypted else {
        throw .bad(path, name, "is encrypted or compressed in a way other than deflate")
      }
      let (size, packed) = (record.size, record.packedSize)
      guard packed <= UInt64(fileBytes), size <= most(record) else {
        throw .bad(
          path, name,
          """
          announces \(size) bytes from \(packed) compressed ones, which cannot be in \(fileBytes) \
          bytes
          """
        )
      }
      members.append(Member(name: name, size: Int(size), record: record))
    }
    return members
  }

  /// The bytes that a member can expand to at most; it lies in the file.
  private static func most(_ record: ZipDirectory.Record) -> UInt64 {
    record.method == stored
      ? record.packedSize : (record.packedSize + 1) * UInt64(Deflate.largestExpansion)
  }

  /// Whether a name is a path below the folder that the archive is unpacked into.
  private static func isSafe(_ name: String) -> Bool {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    return !name.isEmpty && !name.hasPrefix("/") && !name.contains("\\")
      && !parts.contains("..") && !parts.contains(".") && !parts.dropLast().contains("")
      && !name.unicodeScalars.contains { $0.value < 32 }
  }
}
