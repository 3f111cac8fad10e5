import CZip
import Synchronization

/// A zip archive that is read, through libzip.
///
/// Opening it checks the list of members: every name is UTF-8, lies inside the archive and is there
/// once, and no member announces more bytes than its compressed ones can hold. One member is read
/// at a time, from any thread.
@safe
package final class ZipArchive: @unchecked Sendable {
  /// A file in the archive.
  package struct Member: Sendable, Equatable {
    /// The path in the archive, with `/` between folders.
    package var name: String
    /// The number of bytes after expansion, as announced.
    package var size: Int
    fileprivate var index: UInt64
  }

  /// The files, in the order of the archive; folders are left out.
  package let members: [Member]
  private let path: String
  // libzip reads from these bytes until it is closed.
  private let bytes: FileBytes
  private let archive: OpaquePointer
  private let lock = Mutex(())

  /// Longer names fit no file system; deeper ones would make more folders than the archive has
  /// bytes.
  private static let longestName = 1024
  private static let deepest = 32
  /// Members that are neither stored nor deflated could be bombs and are refused.
  private static let methods: Set<UInt16> = [UInt16(ZIP_CM_STORE), UInt16(ZIP_CM_DEFLATE)]

  /// Opens the archive at `path`.
  package convenience init(path: String) throws(FileError) {
    try self.init(FileBytes(path: path), path: path)
  }

  /// Opens an archive from the bytes of a file; `path` is for messages.
  package init(_ bytes: FileBytes, path: String) throws(FileError) {
    guard Self.isZip(bytes) else {
      throw .bad(path, "byte 0", "is not a zip archive, by its first bytes")
    }
    let archive = try unsafe Self.open(bytes, path)
    do throws(FileError) {
      members = try unsafe Self.members(archive, fileBytes: bytes.count, path)
    } catch {
      unsafe zip_discard(archive)
      throw error
    }
    self.path = path
    self.bytes = bytes
    unsafe self.archive = archive
  }

  deinit { unsafe zip_discard(archive) }

  /// Whether the bytes start as those of a zip archive do.
  package static func isZip(_ bytes: FileBytes) -> Bool {
    guard bytes.count >= 4 else { return false }
    let start = bytes.slice(0..<4)
    // An archive without members consists of its end record alone.
    return start == [0x50, 0x4b, 3, 4] || start == [0x50, 0x4b, 5, 6]
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
    let result: Result<[UInt8], FileError> = lock.withLock { _ in
      Result { () throws(FileError) -> [UInt8] in try expand(member) }
    }
    return try result.get()
  }

  private func expand(_ member: Member) throws(FileError) -> [UInt8] {
    guard let file = unsafe zip_fopen_index(archive, member.index, 0) else {
      throw .bad(
        path, member.name, "cannot be read: \(unsafe ZipMessage.text(zip_get_error(archive)))")
    }
    defer { unsafe zip_fclose(file) }
    var content = [UInt8](repeating: 0, count: member.size)
    // A read after the last byte is what makes libzip compare the checksum.
    var beyond: UInt8 = 0
    let got = unsafe content.withUnsafeMutableBytes {
      unsafe zip_fread(file, $0.baseAddress, UInt64($0.count))
    }
    let more = got >= 0 ? unsafe zip_fread(file, &beyond, 1) : -1
    guard got == member.size, more == 0 else {
      let isShort = got >= 0 && more >= 0
      let reason =
        isShort
        ? "it has not the \(member.size) bytes that are announced"
        : unsafe ZipMessage.text(zip_file_get_error(file))
      throw .bad(path, member.name, "is damaged: \(reason)")
    }
    return content
  }

  private static func open(_ bytes: FileBytes, _ path: String) throws(FileError) -> OpaquePointer {
    var error = unsafe zip_error_t()
    let archive: OpaquePointer? = unsafe bytes.withPointer { base, count in
      guard let source = unsafe zip_source_buffer_create(base, UInt64(count), 0, &error) else {
        return nil
      }
      guard let archive = unsafe zip_open_from_source(source, ZIP_RDONLY, &error) else {
        unsafe zip_source_free(source)
        return nil
      }
      return unsafe archive
    }
    defer { unsafe zip_error_fini(&error) }
    guard let archive = unsafe archive else {
      throw .bad(path, nil, "is no zip archive that can be read: \(unsafe ZipMessage.text(&error))")
    }
    return unsafe archive
  }

  private static func members(_ archive: OpaquePointer, fileBytes: Int, _ path: String)
    throws(FileError) -> [Member]
  {
    var members: [Member] = []
    var names: Set<String> = []
    for index in 0..<max(0, unsafe zip_get_num_entries(archive, 0)) {
      // Its entry in the directory.
      let place = "member \(index + 1)"
      var status = unsafe zip_stat_t()
      guard unsafe zip_stat_index(archive, UInt64(index), 0, &status) == 0,
        let text = unsafe status.name
      else {
        throw .bad(
          path, place, "cannot be found: \(unsafe ZipMessage.text(zip_get_error(archive)))")
      }
      // A name that lies in the archive, of a length that file systems take, and only once.
      guard let name = unsafe String(validatingCString: text), isSafe(name) else {
        let shown = unsafe String(cString: text)
        throw .bad(
          path, place, "the name `\(shown.prefix(200))` does not lie in the archive")
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
      guard methods.contains(unsafe status.comp_method), unsafe status.encryption_method == 0 else {
        throw .bad(path, name, "is encrypted or compressed in a way other than deflate")
      }
      let (size, packed) = unsafe (status.size, status.comp_size)
      guard packed <= UInt64(fileBytes), size <= (packed + 1) * UInt64(Deflate.largestExpansion)
      else {
        throw .bad(
          path, name,
          """
          announces \(size) bytes from \(packed) compressed ones, which cannot be in \(fileBytes) \
          bytes
          """
        )
      }
      members.append(Member(name: name, size: Int(size), index: UInt64(index)))
    }
    return members
  }

  /// Whether a name is a path below the folder that the archive is unpacked into.
  private static func isSafe(_ name: String) -> Bool {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    return !name.isEmpty && !name.hasPrefix("/") && !name.contains("\\")
      && !parts.contains("..") && !parts.contains(".") && !parts.dropLast().contains("")
      && !name.unicodeScalars.contains { $0.value < 32 }
  }
}
