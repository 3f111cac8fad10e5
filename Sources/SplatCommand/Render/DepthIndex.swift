import SplatFiles
import SplatPlatform

/// `depth.json`: what turns the samples of the depth files in a folder into depths.
struct DepthIndex {
  let folder: String
  /// Whether depths are distances from the camera, as in panoramas, which have no axis.
  let areDistances: Bool

  private var meaning: String {
    let direction = areDistances ? "from the camera" : "along the viewing axis"
    return "depth = sample * scale, in the scene's units \(direction); 0: nothing there"
  }

  /// Adds the scales of frames, and drops those of frames that do not belong to the run.
  ///
  /// Programs that draw parts of one run may do this at the same time: each waits for the others.
  func add(_ scales: [String: Double], framesOfRun: Set<String>) throws(FileError) {
    let lock = FolderLock(waitingFor: folder)
    defer { withExtendedLifetime(lock) {} }
    let path = "\(folder)/depth.json"
    var all = scales
    for (name, scale) in (try? Self.scales(inFile: path)) ?? [:]
    where framesOfRun.contains(name) && all[name] == nil {
      all[name] = scale
    }
    let index: JSON = [
      "meaning": .text(meaning),
      "frames": .object(
        all.sorted { $0.key < $1.key }.map { ($0.key, ["scale": .number($0.value)]) }),
    ]
    try FileOutput.write(index.indented() + "\n", to: path)
  }

  /// The scales in the file at `path`, by the names of the frames.
  private static func scales(inFile path: String) throws(FileError) -> [String: Double] {
    var result: [String: Double] = [:]
    let frames = try JSONPlace(path: path).member("frames").members(limit: .max)
    for (name, frame) in frames { result[name] = try frame.member("scale").number() }
    return result
  }
}
