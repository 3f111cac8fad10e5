/// What headers of PLY files of models share, plain or compressed.
enum ModelPLYHeader {
  /// What every file that is written starts with, up to the first element.
  static func start(isAntialiased: Bool, comments: [String]) -> String {
    var header = "ply\nformat binary_little_endian 1.0\n"
    if isAntialiased { header += "comment SplatRenderMode: mip\n" }
    for comment in comments {
      header += "comment \(comment.split(whereSeparator: \.isNewline).joined(separator: " "))\n"
    }
    return header
  }
}
