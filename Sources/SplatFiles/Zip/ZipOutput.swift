/// Makes zip archives.
package enum ZipOutput {
  /// The version of the format that a reader must know: 1.0, since nothing is compressed.
  private static let version: UInt16 = 10
  /// Names are UTF-8.
  private static let flags: UInt16 = 0x800
  /// 0:00 on 1 January 1980.
  private static let time: UInt32 = 0x21 << 16

  /// The bytes of an archive of files, stored as they are, since what is put into one here is
  /// compressed already; `path` is for messages.
  ///
  /// The same files give the same bytes: all have the earliest time that an archive can hold.
  package static func archive(_ files: [(name: String, bytes: [UInt8])], path: String)
    throws(FileError) -> [UInt8]
  {
    // Both lists together must be below 4 GB; names have at most 64 kB.
    let total = files.reduce(0) { $0 + $1.bytes.count + 2 * $1.name.utf8.count + 128 }
    guard files.count < UInt16.max, total < Int(UInt32.max),
      files.allSatisfy({ $0.name.utf8.count <= Int(UInt16.max) })
    else {
      throw FileError(
        .cannotWrite, path: path,
        problem: """
          the archive cannot be made: \(files.count) files of \(total) bytes together; it holds \
          fewer than 65535 files and 4 GB
          """)
    }
    // Each file after its own header, then the list of all.
    var (output, list) = (LittleEndianBytes(), LittleEndianBytes())
    output.bytes.reserveCapacity(total)
    for file in files {
      let offset = UInt32(output.bytes.count)
      output.append(ZipDirectory.Mark.member)
      appendFields(of: file, to: &output)
      output.bytes += file.name.utf8
      output.bytes += file.bytes
      list.append(ZipDirectory.Mark.record)
      list.append(version)
      appendFields(of: file, to: &list)
      // No comment, the first disk, no attributes.
      list.bytes += [UInt8](repeating: 0, count: 10)
      list.append(offset)
      list.bytes += file.name.utf8
    }
    let start = output.bytes.count
    output.bytes += list.bytes
    output.append(ZipDirectory.Mark.end)
    output.append(UInt32(0))
    output.append(UInt16(files.count))
    output.append(UInt16(files.count))
    output.append(UInt32(list.bytes.count))
    output.append(UInt32(start))
    output.append(UInt16(0))
    return output.bytes
  }

  /// What a file's own header and its record in the list have in common.
  private static func appendFields(
    of file: (name: String, bytes: [UInt8]), to output: inout LittleEndianBytes
  ) {
    let size = UInt32(file.bytes.count)
    output.append(version)
    output.append(flags)
    // Stored.
    output.append(UInt16(0))
    output.append(time)
    output.append(Deflate.checksum(file.bytes))
    output.append(size)
    output.append(size)
    output.append(UInt16(file.name.utf8.count))
    // No extra fields.
    output.append(UInt16(0))
  }
}
