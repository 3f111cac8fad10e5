/// What headers of PLY files of models share, plain or compressed.
enum ModelPLYHeader {
  /// Whether the comments say that the model is for antialiased rendering; the last to say so
  /// counts.
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
