import SplatCore

/// PlayCanvas' spatially ordered Gaussians: images whose pixels are Gaussians, in a zip archive or
/// a folder. Version 2 is read and written, version 1 (SOGS) read.
enum SOGFile {
  private static let description = SOGLayout.description
  private static let largestDescription = 16 << 20
  /// No image of the format is larger than WebP's 16,383 x 16,383 pixels of 4 bytes.
  private static let largestImage = 1 << 30

  /// Reads an archive.
  static func read(_ bytes: FileBytes, path: String) throws(FileError) -> SplatFile {
    let archive = try ZipArchive(bytes, path: path)
    // Some programs put everything into a folder of the archive.
    guard
      let member = archive.members.first(where: {
        $0.name == description || $0.name.hasSuffix("/\(description)")
      })
    else { throw .bad(path, nil, "holds no \(description), as SOG models do") }
    let folder = String(member.name.dropLast(description.count))
    let text = FileBytes(try archive.read(member, limit: largestDescription))
    let place = "\(path)/\(member.name)"
    let top = try JSONPlace(text, path: place)
    return try SOGReader(top, fileBytes: bytes.count) { (name) throws(FileError) in
      guard let member = archive.member(folder + name) else {
        throw .bad(path, nil, "holds no `\(folder + name)`, which \(description) names")
      }
      return FileBytes(try archive.read(member, limit: largestImage))
    }.file(path: path)
  }

  /// Reads the model whose description is at `path`; the images lie beside it.
  static func read(_ top: JSONPlace, folderOf path: String) throws(FileError) -> SplatFile {
    let folder = FilePaths.folder(of: path)
    return try SOGReader(top, fileBytes: nil) { (name) throws(FileError) in
      try FileBytes(path: folder + name)
    }.file(path: path)
  }

  /// Writes an archive, or a folder where the path is that of one or of its description.
  static func write(_ splats: Splats, to path: String, options: ModelOptions)
    throws(FileError)
  {
    let files = try SOGWriter(splats, options: options, path: path).files()
    let isDescription = path == description || path.hasSuffix("/\(description)")
    let isFolder =
      path.hasSuffix("/") || isDescription || FilePaths.isFolder(path)
    guard isFolder else {
      return try FileOutput.write(ZipOutput.archive(files, path: path), to: path)
    }
    var folder = isDescription ? String(path.dropLast(description.count)) : path
    if folder.isEmpty { folder = "." }
    while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
    try FileOutput.makeFolder(folder)
    // The description comes last: without it, the folder is not a model.
    let ordered =
      files.filter { $0.name != description } + files.filter { $0.name == description }
    try FileOutput.write(
      ordered.map { file in
        ("\(folder)/\(file.name)", { (output) throws(FileError) in try output.append(file.bytes) })
      })
  }
}
