import SplatCore
import SplatFiles
import SplatPlatform

/// A model named on the command line: a file, or the output folder of a training.
struct ModelLocation {
  /// The model's file.
  let file: String
  /// The folder of the training, if it is known.
  let folder: String?

  /// Finds the model at `path`: itself, or the one of the last iteration in a folder.
  init(_ path: String) throws {
    guard FilePaths.exists(path) else {
      throw FileError(.notFound, path: path, problem: "does not exist")
    }
    // A folder with this file is a SOG model.
    guard !FilePaths.isFile(path), ModelFile.description(inFolder: path) == nil else {
      file = path
      folder = Self.trainingFolder(ofFile: path)
      return
    }
    let parent = "\(path)/point_cloud"
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
    let iterations = entries.compactMap { entry -> Int? in
      guard entry.hasPrefix("iteration_"), let number = Int(entry.dropFirst("iteration_".count)),
        FilePaths.exists("\(parent)/\(entry)/point_cloud.ply")
      else { return nil }
      return number
    }
    guard let last = iterations.max() else {
      throw FileError(
        .notFound, path: path,
        problem: """
          holds no model: a model file, or a folder with \
          point_cloud/iteration_N/point_cloud.ply or meta.json, was expected
          """)
    }
    file = "\(parent)/iteration_\(last)/point_cloud.ply"
    folder = path
  }

  /// The cameras beside the model, if there are any.
  var camerasFile: String? {
    let path = folder.map { "\($0)/cameras.json" } ?? Self.camerasFile(besideFile: file)
    return FilePaths.exists(path) ? path : nil
  }

  /// Where the cameras of the model in a file are looked for.
  static func camerasFile(besideFile path: String) -> String {
    if let folder = trainingFolder(ofFile: path) { return "\(folder)/cameras.json" }
    let parent = parent(path)
    return parent == "." ? "cameras.json" : "\(parent)/cameras.json"
  }

  /// The cameras beside the model; none, with a warning, if the file there is another program's.
  func cameras() -> [NamedCamera] {
    guard let camerasFile else { return [] }
    do {
      return try CameraPath.read(path: camerasFile)
    } catch {
      Console.warn("\(error); it is left aside, as no list of the model's cameras")
      return []
    }
  }

  /// How the model was trained, if that is known.
  var configuration: RunConfiguration? {
    folder.flatMap { ConfigurationFile.configuration(folder: $0) }
  }

  /// Where the origin of the model, which `file` holds, lies in the frame of its scene; nothing if
  /// that is to be chosen as a training would.
  ///
  /// A model whose training is not known may have been trained in coordinates of a map.
  func origin(of file: SplatFile) -> SIMD3<Double>? {
    if file.origin != .zero { return file.origin }
    if let origin = configuration?.origin { return origin.place }
    let means = file.splats.means
    let step = max(1, means.count / 10_000)
    let sample = stride(from: 0, to: means.count, by: step).map { SIMD3<Double>(means[$0]) }
    return Scene.isMap(sample) ? .zero : nil
  }

  /// Reads the model, and warns of what was left out.
  func read() throws -> Splats { try open().splats }

  /// Reads the model with what its file says about it, and warns of what was left out.
  func open() throws -> SplatFile {
    let model = try ModelFile.read(path: file)
    if model.dropped > 0 {
      Console.warn(
        """
        \(file): left out \(Wording.count(model.dropped, "Gaussian")) whose parameters are not \
        finite
        """)
    }
    for warning in model.warnings { Console.warn("\(file): \(warning)") }
    return model
  }

  /// The folder OUT of a file `OUT/point_cloud/iteration_N/point_cloud.ply`.
  private static func trainingFolder(ofFile path: String) -> String? {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count >= 3, parts[parts.count - 2].hasPrefix("iteration_"),
      parts[parts.count - 3] == "point_cloud"
    else { return nil }
    let folder = parts.dropLast(3).joined(separator: "/")
    return folder.isEmpty ? (path.hasPrefix("/") ? "/" : ".") : folder
  }

  private static func parent(_ path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
