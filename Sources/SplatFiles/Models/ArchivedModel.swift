/// A model that lies in a zip archive as the only one.
enum ArchivedModel {
  /// Models in archives expand to no more than this many times the archive's size.
  private static let largestExpansion = 32
  /// What a model may always expand to, in bytes.
  private static let smallModel = 48 << 20
  /// The most names in a message.
  private static let mostNames = 5

  /// The members that are models by their endings, without those that systems add.
  static func models(in archive: ZipArchive) -> [ZipArchive.Member] {
    archive.members.filter { member in
      let parts = member.name.split(separator: "/")
      guard !parts.contains(where: { $0.hasPrefix(".") || $0 == "__MACOSX" }),
        let format = ModelFormat(ending: member.name)
      else { return false }
      // A glTF text needs the files beside it.
      return format != .gltf && format != .points
    }
  }

  /// What is wrong with an archive that holds `models`, not one.
  static func problem(_ archive: ZipArchive, _ models: [ZipArchive.Member]) -> String {
    guard models.isEmpty else {
      let names = models.prefix(mostNames).map(\.name).joined(separator: ", ")
      let more = models.count > mostNames ? " and others" : ""
      return """
        is a zip archive of \(models.count) models; one was expected, or the path of one with the \
        archive as a folder: \(names)\(more)
        """
    }
    if let name = ForeignFile.name(archive) { return "is \(name), and no model" }
    let names = archive.members.prefix(mostNames).map(\.name).joined(separator: ", ")
    return """
      is a zip archive that holds no \(SOGLayout.description), as SOG models do, and no other \
      model: \(names.isEmpty ? "it is empty" : names)
      """
  }

  /// The bytes of a model, unless they are more than its archive can be trusted for.
  static func read(
    _ member: ZipArchive.Member, in archive: ZipArchive, fileBytes: Int
  ) throws(FileError) -> [UInt8] {
    try archive.read(member, limit: max(smallModel, fileBytes * largestExpansion))
  }
}
