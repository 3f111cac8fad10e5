import SplatFiles

/// Photos or a video where a scene was expected.
enum PhotoFolder {
  private static let videos = [".mp4", ".mov", ".m4v", ".avi", ".mkv", ".webm"]

  /// The command that makes a scene, if `error` is that photos or a video are none; otherwise
  /// nothing.
  static func hint(_ error: FileError) -> String {
    let path = error.path
    let isVideo = videos.contains { path.lowercased().hasSuffix($0) }
    if FilePaths.isFile(path) {
      return isVideo ? "; splat prepare \(path) SCENE makes a scene of a video" : ""
    }
    guard error.problem.hasPrefix("is no scene") else { return "" }
    let folder = FilePaths.isFolder("\(path)/images") ? "\(path)/images" : path
    let count = SceneFiles.images(in: folder).count
    guard count > 0 else { return "" }
    return """
      ; \(folder) holds \(Wording.count(count, "image")): splat prepare \(folder) SCENE finds their \
      cameras and makes a scene of photos
      """
  }
}
