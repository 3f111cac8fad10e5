public import SplatCore

/// Models as PLY files in the layout of the 3DGS release (Kerbl and others, 2023).
///
/// Properties are found by name, in any order and of any type; others, and other elements, are skipped.
public enum SplatPLY {
  /// Reads the model at `path`.
  public static func read(path: String) throws(FileError) -> SplatFile {
    try read(PLYReader(try FileBytes(path: path), path: path))
  }

  /// Reads a model from the bytes of a file; `path` is for messages.
  public static func read(_ bytes: [UInt8], path: String) throws(FileError) -> SplatFile {
    try read(PLYReader(FileBytes(bytes), path: path))
  }

  /// Reads a model that may be compressed.
  static func readAny(_ bytes: FileBytes, path: String) throws(FileError) -> SplatFile {
    let reader = try PLYReader(bytes, path: path)
    return CompressedPLY.isCompressed(reader)
      ? try CompressedPLY.read(reader) : try read(reader)
  }

  private static func read(_ reader: PLYReader) throws(FileError) -> SplatFile {
    let layout = try SplatPLYLayout(reader)
    var splats = Splats(count: layout.count, shDegree: layout.shDegree)
    splats.isAntialiased = isAntialiased(reader.header.comments)
    try layout.convert(into: &splats.parameters)
    return try SplatFile(
      checking: consume splats, format: .ply, path: reader.path, comments: reader.header.comments)
  }

  /// Whether the comments say that the model is for antialiased rendering; the last to say so counts.
  static func isAntialiased(_ comments: [String]) -> Bool {
    var result = false
    for comment in comments {
      let words = comment.split(separator: " ")
      guard words.count == 2 else { continue }
      if words[0] == "SplatRenderMode:" { result = words[1] == "mip" }
      if words[0] == "antialiased" { result = words[1] == "1" }
    }
    return result
  }

  /// Writes a model to `path` in the release's order of properties, which some readers rely on.
  ///
  /// - Parameter comments: lines for the header, without the word `comment`.
  public static func write(_ splats: Splats, to path: String, comments: [String] = [])
    throws(FileError)
  {
    let planes = SplatPLYLayout.planes(shDegree: splats.shDegree)
    var header = head(isAntialiased: splats.isAntialiased, comments: comments)
    header += "element vertex \(splats.count)\n"
    for column in planes { header += "property float \(column.name)\n" }
    header += "end_header\n"
    let rows = SplatPLYRows(planes: planes.map(\.plane))
    try FileOutput.write(to: path) { (output: inout FileOutput) throws(FileError) in
      try output.append(Array(header.utf8))
      try rows.append(splats.parameters, to: &output)
    }
  }

  /// What every file that is written starts with, up to the first element.
  static func head(isAntialiased: Bool, comments: [String]) -> String {
    var header = "ply\nformat binary_little_endian 1.0\n"
    if isAntialiased { header += "comment SplatRenderMode: mip\n" }
    for comment in comments {
      header += "comment \(comment.split(whereSeparator: \.isNewline).joined(separator: " "))\n"
    }
    return header
  }
}
