import SplatFiles

/// What was probably meant by a path at which something else was found.
enum PathHint {
  private static let videos = [".mp4", ".mov", ".m4v", ".avi", ".mkv", ".webm"]

  /// Words to add to `error`: the command for photos or a video in place of a scene, or for a scene
  /// in place of a model; nothing if it is about something else.
  static func of(_ error: FileError) -> String {
    let path = error.path
    if error.problem.hasPrefix("holds no model") {
      return COLMAPModel.folder(of: path) == nil
        ? "" : "; it is a scene: splat train \(path) -o OUT makes a model of it"
    }
    if error.problem.hasPrefix("is a file and no zip archive") { return file(path) }
    guard error.problem.hasPrefix("is no scene") else { return "" }
    let folder = FilePaths.isFolder("\(path)/images") ? "\(path)/images" : path
    let count = SceneFiles.images(in: folder).count
    guard count > 0 else { return "" }
    return """
      ; \(folder) holds \(Wording.count(count, "image")): splat prepare \(folder) SCENE finds their \
      cameras and makes a scene of photos
      """
  }

  /// What a file in place of a scene is for.
  private static func file(_ path: String) -> String {
    if videos.contains(where: { path.lowercased().hasSuffix($0) }) {
      return "; splat prepare \(path) SCENE makes a scene of a video"
    }
    guard ModelFormat(ending: path) != nil else { return "" }
    return "; it looks like a model: splat train SCENE -o OUT --from \(path) starts from it"
  }
}
