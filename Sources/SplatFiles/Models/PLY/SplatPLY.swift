public import SplatCore

/// Models as PLY files in the layout of the 3DGS release (Kerbl and others, 2023).
///
/// Properties are found by name, in any order and of any type; others, and other elements, are
/// skipped.
public enum SplatPLY {
  /// Reads the model at `path`.
  public static func read(path: String) throws(FileError) -> SplatFile {
    try read(PLYReader(try FileBytes(path: path), path: path))
  }

  /// Reads a model from the bytes of a file; `path` is for messages.
  public static func read(_ bytes: [UInt8], path: String) throws(FileError) -> SplatFile {
    try read(PLYReader(FileBytes(bytes), path: path))
  }

  /// Reads a model whose header has been read.
  static func read(_ reader: PLYReader) throws(FileError) -> SplatFile {
    let layout = try SplatPLYLayout(reader)
    var splats = Splats(count: layout.count, shDegree: layout.shDegree)
    splats.isAntialiased = ModelComments.isAntialiased(reader.header.comments)
    let origin = try layout.convert(into: &splats.parameters)
    var file = try SplatFile(
      checking: consume splats, format: .ply, path: reader.path, comments: reader.header.comments)
    file.origin += origin
    // Positions far out that were floats all along.
    let middle = file.splats.parameters.withReadOnlyView { view in
      WorldOrigin.of(count: view.count) { SIMD3<Double>(view.vector(Plane.means, $0)) }
    }
    let farthest = Float(max(middle.max(), -middle.min()))
    if farthest > 0 {
      file.warnings.append(
        """
        floats around \(farthest) are \(farthest.ulp) units apart, and positions no finer; \
        doubles, or an origin that is taken away before, would keep them
        """)
    }
    return file
  }

  /// Writes a model to `path` in the release's order of properties, which some readers rely on.
  ///
  /// - Parameters:
  ///   - splats: the model.
  ///   - path: the file.
  ///   - comments: lines for the header, without the word `comment`.
  public static func write(_ splats: Splats, to path: String, comments: [String] = [])
    throws(FileError)
  {
    try write(
      count: splats.count, shDegree: splats.shDegree, isAntialiased: splats.isAntialiased,
      to: path, comments: comments
    ) { (body) throws(FileError) in try body(splats) }
  }

  /// Writes a model of `count` Gaussians, which `pieces` passes on in their order.
  static func write(
    count: Int, shDegree: Int, isAntialiased: Bool, to path: String, comments: [String],
    pieces: (_ body: (Splats) throws(FileError) -> Void) throws(FileError) -> Void
  ) throws(FileError) {
    let planes = SplatPLYLayout.planes(shDegree: shDegree)
    var header = ModelPLYHeader.start(isAntialiased: isAntialiased, comments: comments)
    header += "element vertex \(count)\n"
    for column in planes { header += "property float \(column.name)\n" }
    header += "end_header\n"
    let rows = SplatPLYRows(planes: planes.map(\.plane))
    try FileOutput.write(to: path) { (output: inout FileOutput) throws(FileError) in
      try output.append(Array(header.utf8))
      try pieces { (piece) throws(FileError) in
        try rows.append(piece.parameters, to: &output)
      }
    }
  }
}
