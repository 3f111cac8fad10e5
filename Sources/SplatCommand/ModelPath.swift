import Foundation
import SplatCore
import SplatFiles

/// A model as the user names it: a model file, or the folder that a training run wrote.
struct ModelPath {
  /// The model's file.
  let file: String
  /// The cameras that belong to it, if there are any.
  let cameras: String?

  init(_ path: String) throws(FileError) {
    var isFolder: ObjCBool = false
    guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw FileError(.notFound, path: path, problem: "does not exist")
    }
    func existing(_ candidate: String) -> String? {
      FileManager.default.fileExists(atPath: candidate) ? candidate : nil
    }
    guard isFolder.boolValue else {
      file = path
      let folder = (path as NSString).deletingLastPathComponent
      cameras = existing((folder.isEmpty ? "." : folder) + "/cameras.json")
      return
    }
    let tree = path + "/point_cloud"
    let iterations = ((try? FileManager.default.contentsOfDirectory(atPath: tree)) ?? [])
      .compactMap { name in name.hasPrefix("iteration_") ? Int(name.dropFirst(10)) : nil }
    guard let last = iterations.max() else {
      throw FileError(
        .notFound, path: path,
        problem: "holds no model; point_cloud/iteration_N/point_cloud.ply was expected")
    }
    file = tree + "/iteration_\(last)/point_cloud.ply"
    cameras = existing(path + "/cameras.json")
  }

  /// Reads the model and says what was left out of it.
  func read(_ console: Console) throws(FileError) -> Splats {
    let result = try SplatPLY.read(path: file)
    if result.dropped > 0 {
      console.warn(
        "\(file): \(result.dropped) Gaussians with parameters that are no numbers were left out")
    }
    return result.splats
  }
}
