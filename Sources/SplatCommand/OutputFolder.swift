import Foundation
import SplatCore
import SplatFiles

/// The folder that a training run writes: the layout that other tools read.
struct OutputFolder {
  let path: String

  var checkpointPath: String { path + "/checkpoint.bin" }
  var metricsPath: String { path + "/metrics.jsonl" }

  init(path: String, resume: Bool, overwrite: Bool) throws(FileError) {
    self.path = path
    let content = try? FileManager.default.contentsOfDirectory(atPath: path)
    if resume {
      guard FileManager.default.fileExists(atPath: path + "/checkpoint.bin") else {
        throw FileError(
          .notFound, path: path + "/checkpoint.bin",
          problem: "does not exist; there is nothing to continue")
      }
    } else if let content, !content.isEmpty {
      guard overwrite else {
        throw FileError(
          .cannotWrite, path: path,
          problem: "exists and is not empty; --resume continues it, --overwrite writes over it")
      }
      for name in ["point_cloud", "checkpoint.bin", "metrics.jsonl", "results.json"] {
        try? FileManager.default.removeItem(atPath: path + "/" + name)
      }
    }
    try FileOutput.makeFolder(path)
  }

  func readCheckpoint() throws(FileError) -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: checkpointPath) else {
      throw FileError(.notFound, path: checkpointPath, problem: "cannot be read")
    }
    return [UInt8](data)
  }

  func write(checkpoint: [UInt8]) throws(FileError) {
    try FileOutput.write(checkpoint, to: checkpointPath)
  }

  func write(_ splats: Splats, iteration: Int) throws(FileError) {
    let folder = path + "/point_cloud/iteration_\(iteration)"
    try FileOutput.makeFolder(folder)
    try SplatPLY.write(splats, to: folder + "/point_cloud.ply")
  }

  func write(json object: [String: Any], to name: String) throws {
    let data = try JSONSerialization.data(
      withJSONObject: object, options: [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes])
    try FileOutput.write([UInt8](data) + [10], to: path + "/" + name)
  }

  /// The lines of metrics.jsonl up to `iteration`: what a resumed run goes on from.
  func metrics(upTo iteration: Int) -> [String] {
    guard let text = try? String(contentsOfFile: metricsPath, encoding: .utf8) else { return [] }
    return text.split(separator: "\n").map(String.init).filter { line in
      let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      return (object?["iteration"] as? Int).map { $0 <= iteration } ?? false
    }
  }
}
