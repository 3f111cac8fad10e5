import SplatCore

/// PlayCanvas' spatially ordered Gaussians: images whose pixels are Gaussians, in a zip archive or
/// a folder. Version 2 is read and written, version 1 (SOGS) read.
enum SOGFile {
  private static let largestDescription = 16 << 20
  /// No image of the format is larger than WebP's 16,383 x 16,383 pixels of 4 bytes.
  private static let largestImage = 1 << 30

  /// The description called `name` in an archive, at its top or in a folder of it.
  static func description(in archive: ZipArchive, _ name: String) -> ZipArchive.Member? {
    archive.members.first { $0.name == name || $0.name.hasSuffix("/\(name)") }
  }

  /// The description of a model, or of several, in an archive.
  static func top(
    _ archive: ZipArchive, _ member: ZipArchive.Member, path: String
  ) throws(FileError) -> JSONPlace {
    let text = FileBytes(try archive.read(member, limit: largestDescription))
    return try JSONPlace(text, path: "\(path)/\(member.name)")
  }

  /// Reads the model of an archive that `description` describes.
  static func read(
    _ archive: ZipArchive, _ description: ZipArchive.Member, path: String, fileBytes: Int
  ) throws(FileError) -> SplatFile {
    try reader(archive, description, path: path, fileBytes: fileBytes).file(path: path)
  }

  /// What reads the model of an archive that `description` describes.
  static func reader(
    _ archive: ZipArchive, _ description: ZipArchive.Member, path: String, fileBytes: Int
  ) throws(FileError) -> SOGReader {
    let folder = FilePaths.folder(of: description.name)
    let top = try top(archive, description, path: path)
    return try SOGReader(top, fileBytes: fileBytes) { (name) throws(FileError) in
      guard let member = archive.member(folder + name) else {
        throw .bad(path, nil, "holds no `\(folder + name)`, which \(description.name) names")
      }
      return FileBytes(try archive.read(member, limit: largestImage))
    }
  }

  /// Reads the model whose description is at `path`; the images lie beside it.
  static func read(_ top: JSONPlace, folderOf path: String) throws(FileError) -> SplatFile {
    try reader(top, folderOf: path).file(path: path)
  }

  /// What reads the model whose description is at `path`; the images lie beside it.
  static func reader(_ top: JSONPlace, folderOf path: String) throws(FileError) -> SOGReader {
    let folder = FilePaths.folder(of: path)
    return try SOGReader(top, fileBytes: nil) { (name) throws(FileError) in
      try FileBytes(path: folder + name)
    }
  }

  /// Writes an archive, or a folder where the path is that of one or of its description.
  ///
  /// - Returns: the files, the archive or the description first.
  static func write(_ splats: Splats, to path: String, options: ModelOptions)
    throws(FileError) -> [String]
  {
    let writer = try SOGWriter(splats, options: options, path: path)
    let (images, describe) = try writer.files()
    let description = SOGLayout.description
    let isDescription = path == description || path.hasSuffix("/\(description)")
    let isFolder =
      path.hasSuffix("/") || isDescription || FilePaths.isFolder(path)
    guard isFolder else {
      let files = [(name: description, bytes: describe(""))] + images
      try FileOutput.write(ZipOutput.archive(files, path: path), to: path)
      return [path]
    }
    var folder = isDescription ? String(path.dropLast(description.count)) : path
    if folder.isEmpty { folder = "." }
    while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
    try FileOutput.makeFolder(folder)
    let parts = images.map { image in
      DescribedFiles.Part(name: image.name) { (output) throws(FileError) in
        try output.append(image.bytes)
      }
    }
    try DescribedFiles.write(parts, describedAt: "\(folder)/\(description)", describe)
    return ([description] + images.map(\.name)).map { "\(folder)/\($0)" }
  }
}
