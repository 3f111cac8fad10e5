import SplatCore

/// The arrays of an SPZ file, each with the bytes of all Gaussians, in the order of
/// ``SPZHeader/arrays``.
struct SPZArrays: Sendable {
  let header: SPZHeader
  /// The arrays one after another.
  let bytes: [UInt8]
  /// What extensions say, if there are any.
  var extensions = SPZExtensions()
  /// The levels of detail, if there are any.
  var levels: SPZLevels?

  init(header: SPZHeader, bytes: [UInt8]) {
    self.header = header
    self.bytes = bytes
  }

  /// The model that the file at `path` holds.
  func file(path: String) throws(FileError) -> SplatFile {
    var splats = decoded()
    if let levels {
      splats = levels.finest(consume splats, alphas: Array(bytes[header.ranges[1]]))
    }
    if let frame = extensions.frame { splats = frame.correct(splats) }
    var file = try SplatFile(checking: consume splats, format: .spz, path: path)
    file.warnings = extensions.warnings
    if header.unknownFlags != 0 {
      file.warnings.append(
        """
        the flags 0x\(String(header.unknownFlags, radix: 16)) of the header are not known; what \
        they stand for was left out
        """)
    }
    return file
  }

  /// The Gaussians, in this program's frame.
  private func decoded() -> Splats {
    var splats = Splats(count: header.count, shDegree: header.shDegree)
    splats.isAntialiased = header.isAntialiased
    let header = header
    bytes.withReadOnlyView { bytes in
      splats.parameters.withView { view in
        let decoder = SPZDecoder(header: header, bytes: bytes)
        Workers().forEachRange(header.count, size: Workers.rowsPerPiece) { range, _ in
          for index in range { decoder.decode(index, into: view) }
        }
      }
    }
    return splats
  }
}
