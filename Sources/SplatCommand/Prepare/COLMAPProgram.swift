import Foundation

/// The installed COLMAP, told to compute on the CPU.
struct COLMAPProgram {
  /// The program.
  let program: ExternalProgram
  /// The names of the groups of options, which COLMAP 3.12 changed.
  private let extraction: String
  private let matching: String
  private let size: String

  init() throws {
    program = try ExternalProgram("colmap", purpose: "a reconstruction")
    let help = Self.help(program)
    let isNew = help.contains("FeatureExtraction.use_gpu")
    size =
      help.contains("FeatureExtraction.max_image_size") ? "FeatureExtraction" : "SiftExtraction"
    extraction = isNew ? "FeatureExtraction" : "SiftExtraction"
    matching = isNew ? "FeatureMatching" : "SiftMatching"
  }

  private static func help(_ program: ExternalProgram) -> String {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: program.path)
    process.arguments = ["feature_extractor", "--help"]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = pipe
    process.standardError = pipe
    guard (try? process.run()) != nil else { return "" }
    let data = (try? pipe.fileHandleForReading.readToEnd()) ?? Data()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self)
  }

  /// The arguments that find features in the images.
  ///
  /// - Parameter sharesCamera: whether one camera took all images.
  func features(
    _ folder: PreparedFolder, _ settings: PreparationSettings, sharesCamera: Bool, threads: Int?
  ) -> [String] {
    [
      "feature_extractor", "--database_path", folder.file("database.db"), "--image_path",
      folder.file("images"), "--ImageReader.single_camera", sharesCamera ? "1" : "0",
      "--ImageReader.camera_model", settings.lens, "--\(size).max_image_size",
      "\(settings.maxSize)", "--\(extraction).use_gpu", "0", "--\(extraction).num_threads",
      "\(threads ?? -1)",
    ]
  }

  /// The arguments that compare images.
  func matches(_ folder: PreparedFolder, _ settings: PreparationSettings, threads: Int?)
    -> [String]
  {
    [
      "\(settings.matcher)_matcher", "--database_path", folder.file("database.db"),
      "--\(matching).use_gpu", "0", "--\(matching).num_threads", "\(threads ?? -1)",
    ]
  }

  /// The arguments that find the cameras, into a folder of models.
  func model(_ folder: PreparedFolder, into models: String, threads: Int?) -> [String] {
    [
      "mapper", "--database_path", folder.file("database.db"), "--image_path",
      folder.file("images"), "--output_path", folder.file(models), "--Mapper.num_threads",
      "\(threads ?? -1)",
    ]
  }

  /// The progress of a step, from a line of its output: the numbers in `[3/15]`, or for the mapper
  /// the number of images that have been registered.
  static func progress(_ line: Substring, total: Int) -> (done: Int, total: Int)? {
    if let match = line.firstMatch(of: /Registering image #\d+ \((?:num_reg_frames=)?(\d+)\)/),
      let done = Int(match.1)
    {
      return (done, total)
    }
    guard let match = line.firstMatch(of: /\[(\d+)\/(\d+)(?:, (\d+)\/(\d+))?\]/),
      let first = Int(match.1), let all = Int(match.2)
    else { return nil }
    // Blocks of images are compared in rows and columns.
    guard let second = match.3.flatMap({ Int($0) }), let columns = match.4.flatMap({ Int($0) })
    else { return (first, all) }
    return ((first - 1) * columns + second, all * columns)
  }
}
