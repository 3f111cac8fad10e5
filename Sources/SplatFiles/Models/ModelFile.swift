public import SplatCore

/// Models of Gaussians in files of any format.
public enum ModelFile {
  /// Reads the model in the file, or the folder of a SOG model, at `path`.
  ///
  /// The first bytes say what the format is; the ending counts where a format has no mark of its
  /// own. A zip archive with a single model in it is read as that model.
  public static func read(path: String) throws(FileError) -> SplatFile {
    guard FilePaths.isFolder(path) else { return try read(FileBytes(path: path), path: path) }
    guard let file = description(inFolder: path) else {
      throw FileError(.notFound, path: path, problem: "is a folder without a SOG model's meta.json")
    }
    return try read(FileBytes(path: file), path: file)
  }

  /// The file that describes the SOG model in a folder, if there is one.
  package static func description(inFolder path: String) -> String? {
    [SOGLayout.description, StreamedSOG.description].map { "\(path)/\($0)" }
      .first(where: FilePaths.isFile)
  }

  /// Reads a model from the bytes of a file.
  ///
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - path: its name, for messages, and for its ending where the bytes bear no mark.
  public static func read(_ bytes: [UInt8], path: String) throws(FileError) -> SplatFile {
    try read(FileBytes(bytes), path: path)
  }

  package static func read(_ bytes: FileBytes, path: String) throws(FileError) -> SplatFile {
    guard bytes.count > 0 else { throw .bad(path, nil, "is empty") }
    let format = ModelFormat(of: bytes, path: path)
    if let name = ForeignFile.name(bytes, path: path, format: format) {
      throw .bad(path, nil, "is \(name); models are \(ModelFormat.endings)")
    }
    guard let format else {
      throw .bad(
        path, nil,
        """
        is no model: neither its first bytes nor its ending are those of \(ModelFormat.endings)
        """)
    }
    return try codec(format).read(bytes, path)
  }

  private typealias Reader = (_ bytes: FileBytes, _ path: String) throws(FileError) -> SplatFile
  /// Returns the paths of the files that were written.
  private typealias Writer =
    (_ splats: Splats, _ path: String, _ options: Options) throws(FileError) -> [String]

  /// How files of a format are read, and written unless they are only read.
  private static func codec(_ format: ModelFormat) -> (read: Reader, write: Writer?) {
    switch format {
    case .ply:
      (
        readPLY,
        file { (s, p, o) throws(FileError) in
          try SplatPLY.write(s, to: p, comments: o.allComments)
        }
      )
    case .compressedPLY:
      (
        readPLY,
        file { (s, p, o) throws(FileError) in
          try CompressedPLY.write(s, to: p, comments: o.allComments)
        }
      )
    case .splat:
      (DotSplat.read, file { (s, p, _) throws(FileError) in try DotSplat.write(s, to: p) })
    case .spz: (SPZFile.read, file(SPZFile.write))
    case .sog: (readArchive, SOGFile.write)
    case .glb:
      (
        GLTFFile.readBinary,
        file { (s, p, _) throws(FileError) in
          try GLTFFile.writeBinary(s, to: p)
        }
      )
    case .gltf: (readJSON, writeTextGLTF)
    case .ksplat: (KSPLATFile.read, nil)
    case .points:
      (
        readPLY,
        file { (s, p, _) throws(FileError) in
          try PointCloudPLY.write(PointCloud(s), to: p)
        }
      )
    }
  }

  /// A writer of the one file that `write` writes.
  private static func file(
    _ write: @escaping (Splats, String, Options) throws(FileError) -> Void
  ) -> Writer {
    { (splats, path, options) throws(FileError) in
      try write(splats, path, options)
      return [path]
    }
  }

  private static func writeTextGLTF(
    _ splats: Splats, to path: String, options: Options
  ) throws(FileError) -> [String] {
    [path, try GLTFFile.writeText(splats, to: path)]
  }

  /// Reads a PLY file, which may be compressed.
  private static func readPLY(_ bytes: FileBytes, path: String) throws(FileError) -> SplatFile {
    let reader = try PLYReader(bytes, path: path)
    return CompressedPLY.isCompressed(reader)
      ? try CompressedPLY.read(reader) : try SplatPLY.read(reader)
  }

  /// Reads a JSON file, which is glTF or describes the images of a SOG model.
  private static func readJSON(_ bytes: FileBytes, path: String) throws(FileError) -> SplatFile {
    let top = try JSONPlace(bytes, path: path)
    if top.optional("means") != nil { return try SOGFile.read(top, folderOf: path) }
    if StreamedSOG.isDescription(top) { return try StreamedSOG.read(top, folderOf: path) }
    guard top.optional("asset") != nil || top.optional("meshes") != nil else {
      throw .bad(path, nil, "is JSON that describes no model, neither glTF nor SOG")
    }
    return try GLTFFile.read(top, folderOf: path)
  }

  /// Reads a zip archive: a SOG model, or a single file of another format.
  private static func readArchive(_ bytes: FileBytes, path: String) throws(FileError) -> SplatFile {
    let archive = try ZipArchive(bytes, path: path)
    if let description = SOGFile.description(in: archive, StreamedSOG.description) {
      return try StreamedSOG.read(archive, description, path: path, fileBytes: bytes.count)
    }
    if let description = SOGFile.description(in: archive, SOGLayout.description) {
      return try SOGFile.read(archive, description, path: path, fileBytes: bytes.count)
    }
    let models = ArchivedModel.models(in: archive)
    guard models.count == 1, let model = models.first else {
      throw .bad(path, nil, ArchivedModel.problem(archive, models))
    }
    let content = FileBytes(try ArchivedModel.read(model, in: archive, fileBytes: bytes.count))
    // An archive in the archive is a SOG model or none, so that they do not nest without end.
    guard ZipArchive.isZip(content) else { return try read(content, path: "\(path)/\(model.name)") }
    let inner = try ZipArchive(content, path: "\(path)/\(model.name)")
    guard let description = SOGFile.description(in: inner, SOGLayout.description) else {
      throw .bad(path, model.name, "holds no \(SOGLayout.description), as SOG models do")
    }
    return try SOGFile.read(
      inner, description, path: "\(path)/\(model.name)", fileBytes: content.count)
  }

  /// How a model is written.
  public typealias Options = ModelOptions

  /// Writes a model of `count` Gaussians, one or more, which `pieces` passes on in their order, to
  /// a plain PLY file at `path`.
  package static func writePLY(
    count: Int, shDegree: Int, isAntialiased: Bool, to path: String, options: Options,
    pieces: (_ body: (Splats) throws(FileError) -> Void) throws(FileError) -> Void
  ) throws(FileError) {
    try SplatPLY.write(
      count: count, shDegree: shDegree, isAntialiased: isAntialiased, to: path,
      comments: options.allComments, pieces: pieces)
  }

  /// Writes a model to `path`.
  ///
  /// Gaussians may be put in another order, where the format asks for one. What the format cannot
  /// hold, such as spherical harmonics in `.splat`, is left out; so are Gaussians that are not
  /// finite, except in a plain PLY file.
  @discardableResult
  public static func write(_ splats: Splats, to path: String, options: Options = Options())
    throws(FileError) -> WrittenModel
  {
    guard let format = options.format ?? ModelFormat(ending: path),
      let write = codec(format).write
    else {
      throw FileError(
        .cannotWrite, path: path,
        problem: """
          the ending is not that of a format that is written: \
          \(ModelFormat.written.map(\.ending).joined(separator: ", "))
          """)
    }
    var splats = splats
    if format != .ply { splats.dropUndrawable() }
    guard splats.count > 0 else {
      throw FileError(.cannotWrite, path: path, problem: "the model holds no Gaussians")
    }
    let paths = try write(splats, path, options)
    return WrittenModel(
      paths: paths, count: splats.count, shDegree: min(splats.shDegree, format.largestDegree))
  }
}
