import SplatCore

/// The files of mkkellogg's viewer (GaussianSplats3D), version 0.1, which are read.
enum KSPLATFile {
  private static let headerSize = 4096
  private static let sectionHeaderSize = 1024

  /// Where the fields of the header are, in bytes.
  private enum Field {
    static let sections = 4
    static let count = 16
    static let compression = 20
    static let smallestHarmonic = 36
    static let largestHarmonic = 40
  }

  static func read(_ bytes: FileBytes, path: String) throws(FileError) -> SplatFile {
    // The header: version, sections, Gaussians, compression, and the range of SH bytes.
    var reader = ByteReader(bytes, path: path)
    try reader.skip(headerSize, "the header")
    guard bytes[0] == 0, bytes[1] >= 1 else {
      throw .bad(path, "header", "is of version \(bytes[0]).\(bytes[1]); 0.1 was expected")
    }
    let header = ByteHeader(bytes, start: 0)
    let sectionCount = header.integer(Field.sections)
    let count = header.integer(Field.count)
    guard let compression = KSPLATCompression(rawValue: header.short(Field.compression)) else {
      throw .bad(
        path, "header", "compression \(header.short(Field.compression)); 0 to 2 was expected")
    }
    guard sectionCount <= (bytes.count - headerSize) / sectionHeaderSize else {
      throw .bad(path, "header", "\(sectionCount) sections are more than the file holds")
    }
    // The headers of all sections come first, then their data.
    let range = (
      low: header.float(Field.smallestHarmonic), high: header.float(Field.largestHarmonic)
    )
    var sections: [KSPLATSection] = []
    var start = headerSize + sectionCount * sectionHeaderSize
    for index in 0..<sectionCount {
      let section = try KSPLATSection(
        ByteHeader(bytes, start: headerSize + index * sectionHeaderSize),
        compression: compression, harmonicRange: range, dataStart: start, path: path,
        place: "section \(index + 1)")
      start = section.dataEnd
      sections.append(section)
    }
    // The sections hold the Gaussians that the header announces.
    let total = sections.reduce(0) { $0 + $1.count }
    guard count == total, count > 0 else {
      throw .bad(path, "header", "\(count) Gaussians; the sections hold \(total)")
    }
    let shDegree = sections.map(\.shDegree).max() ?? 0
    try ModelLimits.check(count: count, shDegree: shDegree, fileBytes: bytes.count, path: path)
    // One section after the other.
    var splats = Splats(count: count, shDegree: shDegree)
    var first = 0
    for section in sections {
      splats.parameters.withView { section.unpack(into: $0, from: first) }
      first += section.count
    }
    return try SplatFile(checking: consume splats, format: .ksplat, path: path)
  }
}
