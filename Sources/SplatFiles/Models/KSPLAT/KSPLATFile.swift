import SplatCore

/// The files of mkkellogg's viewer (GaussianSplats3D), version 0.1, which are read.
enum KSPLATFile {
  private static let headerSize = 4096
  private static let sectionHeaderSize = 1024

  static func read(_ bytes: FileBytes, path: String) throws(FileError) -> SplatFile {
    var reader = ByteReader(bytes, path: path)
    try reader.skip(headerSize, "the header")
    guard bytes[0] == 0, bytes[1] >= 1 else {
      throw .bad(path, "header", "is of version \(bytes[0]).\(bytes[1]); 0.1 was expected")
    }
    let header = ByteHeader(bytes, start: 0)
    let sectionCount = header.integer(4)
    let count = header.integer(16)
    guard let compression = KSPLATCompression(rawValue: header.short(20)) else {
      throw .bad(path, "header", "compression \(header.short(20)); 0 to 2 was expected")
    }
    guard sectionCount <= (bytes.count - headerSize) / sectionHeaderSize else {
      throw .bad(path, "header", "\(sectionCount) sections are more than the file holds")
    }
    let range = (low: header.float(36), high: header.float(40))
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
    let total = sections.reduce(0) { $0 + $1.count }
    guard count == total, count > 0 else {
      throw .bad(path, "header", "\(count) Gaussians; the sections hold \(total)")
    }
    let shDegree = sections.map(\.shDegree).max() ?? 0
    try ModelLimits.check(count: count, shDegree: shDegree, fileBytes: bytes.count, path: path)
    var splats = Splats(count: count, shDegree: shDegree)
    var first = 0
    for section in sections {
      splats.parameters.withView { section.unpack(into: $0, from: first) }
      first += section.count
    }
    return try SplatFile(checking: consume splats, format: .ksplat, path: path)
  }
}
