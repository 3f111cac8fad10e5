public import SplatCore

/// Models of Gaussians in files of any format.
public enum ModelFile {
  /// Reads the model in the file, or the folder of a SOG model, at `path`.
  ///
  /// The first bytes say what the format is; the ending counts where a format has no mark of its
  /// own.
  public static func read(path: String) throws(FileError) -> SplatFile {
    let isFolder = FilePaths.isFolder(path)
    let file = isFolder ? "\(path)/meta.json" : path
    guard !isFolder || FilePaths.isFile(file) else {
      throw FileError(.notFound, path: path, problem: "is a folder without a SOG model's meta.json")
    }
    return try read(FileBytes(path: file), path: file)
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
    guard let format = ModelFormat(magic: bytes) ?? ModelFormat(ending: path) else {
      throw .bad(
        path, "byte 0",
        bytes.count == 0
          ? "is empty"
          : """
          is no model: neither its first bytes nor its ending are those of PLY, .splat, .spz, \
          .sog, .glb, .gltf or .ksplat
          """)
    }
    switch format {
    case .ply, .compressedPLY, .points: return try readPLY(bytes, path: path)
    case .splat: return try DotSplat.read(bytes, path: path)
    case .spz: return try SPZFile.read(bytes, path: path)
    case .sog: return try SOGFile.read(bytes, path: path)
    case .glb: return try GLTFFile.readBinary(bytes, path: path)
    case .gltf: return try readJSON(bytes, path: path)
    case .ksplat: return try KSPLATFile.read(bytes, path: path)
    }
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
    guard top.optional("means") == nil else { return try SOGFile.read(top, folderOf: path) }
    return try GLTFFile.read(top, folderOf: path)
  }

  /// How a model is written.
  public typealias Options = ModelOptions

  /// Writes a model to `path`.
  ///
  /// Gaussians may be put in another order, where the format asks for one. What the format cannot
  /// hold, such as spherical harmonics in `.splat`, is left out; so are Gaussians that are not
  /// finite, except in a plain PLY file.
  public static func write(_ splats: Splats, to path: String, options: Options = Options())
    throws(FileError)
  {
    guard let format = options.format ?? ModelFormat(ending: path), format != .ksplat else {
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
    switch format {
    case .ply: try SplatPLY.write(splats, to: path, comments: options.comments)
    case .compressedPLY: try CompressedPLY.write(splats, to: path, comments: options.comments)
    case .splat: try DotSplat.write(splats, to: path)
    case .spz: try SPZFile.write(splats, to: path, options: options)
    case .sog: try SOGFile.write(splats, to: path, options: options)
    case .glb: try GLTFFile.writeBinary(splats, to: path)
    case .gltf: try GLTFFile.writeText(splats, to: path)
    case .points: try PointCloudPLY.write(PointCloud(splats), to: path)
    case .ksplat: break
    }
  }
}
