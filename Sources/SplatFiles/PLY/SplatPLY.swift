public import SplatCore

/// A model as it was read from a file.
public struct SplatFile: Sendable {
  /// The Gaussians.
  public var splats: Splats
  /// The number of Gaussians left out because a parameter was not finite or the rotation was zero.
  public var dropped: Int
  /// The comments of the file, without the word `comment`.
  public var comments: [String] = []

  /// Creates a result from its parts.
  public init(splats: Splats, dropped: Int = 0, comments: [String] = []) {
    self.splats = splats
    self.dropped = dropped
    self.comments = comments
  }
}

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

  private static func read(_ reader: PLYReader) throws(FileError) -> SplatFile {
    let layout = try SplatPLYLayout(reader)
    var splats = Splats(count: layout.count, shDegree: layout.shDegree)
    splats.isAntialiased = isAntialiased(reader.header.comments)
    let isDropped = try layout.convert(into: &splats.parameters)
    let dropped = isDropped.reduce(0) { $0 + Int($1) }
    guard dropped < layout.count else {
      throw .bad(
        reader.path, "element vertex",
        "none of \(layout.count) Gaussians has finite parameters and a rotation that is not zero")
    }
    if dropped > 0 {
      let kept = isDropped.indices.filter { isDropped[$0] == 0 }.map { Int32($0) }
      splats.parameters = splats.parameters.gathered(kept)
    }
    return SplatFile(splats: splats, dropped: dropped, comments: reader.header.comments)
  }

  /// Whether the comments say that the model is for antialiased rendering; the last to say so counts.
  private static func isAntialiased(_ comments: [String]) -> Bool {
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
    var header = "ply\nformat binary_little_endian 1.0\n"
    if splats.isAntialiased { header += "comment SplatRenderMode: mip\n" }
    for comment in comments {
      header += "comment \(comment.split(whereSeparator: \.isNewline).joined(separator: " "))\n"
    }
    header += "element vertex \(splats.count)\n"
    for column in planes { header += "property float \(column.name)\n" }
    header += "end_header\n"
    let rows = SplatPLYRows(planes: planes.map(\.plane))
    try FileOutput.write(to: path) { (output: inout FileOutput) throws(FileError) in
      try output.append(Array(header.utf8))
      try rows.append(splats.parameters, to: &output)
    }
  }
}
