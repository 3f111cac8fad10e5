import SplatPlatform

/// The installed COLMAP, told to compute on the CPU, and GLOMAP where it is to find the cameras.
struct COLMAPProgram {
  /// The program.
  let program: ExternalProgram
  /// The program that finds the cameras.
  let mapper: ExternalProgram
  private let isGlobal: Bool
  /// Whether COLMAP finds the places of a rig's cameras together, from version 3.12 on. Earlier
  /// versions adjust them afterwards.
  let knowsRigs: Bool
  /// The names of the groups of options, which COLMAP 3.12 changed.
  private let extraction: String
  private let matching: String
  private let size: String

  /// The most blocks a side of the table of pairs: after each, COLMAP says how far it is.
  private static let mostBlocks = 10
  /// The photos in a block, at least and at most (COLMAP's own choice).
  private static let blockSizes = 5...50
  /// The parts of GLOMAP's work, by the names that it prints when it begins them.
  private static let globalSteps = [
    "preprocessing", "view graph calibration", "rotation averaging", "track establishment",
    "global positioning", "bundle adjustment", "retriangulation", "postprocessing",
  ]

  init(mapper: Mapper) throws {
    program = try ExternalProgram("colmap", purpose: "a reconstruction")
    isGlobal = mapper == .glomap
    self.mapper =
      isGlobal
      ? try ExternalProgram(
        "glomap", purpose: "--mapper glomap", source: "https://github.com/colmap/glomap") : program
    let help = Self.help(program, "feature_extractor")
    knowsRigs = Self.help(program, "rig_configurator").contains("rig_config_path")
    let isNew = help.contains("FeatureExtraction.use_gpu")
    size =
      help.contains("FeatureExtraction.max_image_size") ? "FeatureExtraction" : "SiftExtraction"
    extraction = isNew ? "FeatureExtraction" : "SiftExtraction"
    matching = isNew ? "FeatureMatching" : "SiftMatching"
  }

  private static func help(_ program: ExternalProgram, _ command: String) -> String {
    guard
      let process = try? program.start([command, "--help"], output: .pipe, errors: .pipe)
    else { return "" }
    let bytes = process.readOutput()
    process.wait()
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The arguments that find features in the images.
  ///
  /// - Parameters:
  ///   - sharesCamera: whether one camera took all images.
  ///   - viewSide: the pixels a side of views of panoramas, if images are that.
  func features(
    _ folder: PreparedFolder, _ settings: PreparationSettings, sharesCamera: Bool, viewSide: Int?,
    threads: Int?
  ) -> [String] {
    // Of a view of a panorama everything is known, and each is a camera of the rig.
    let half = viewSide.map { "\(Double($0) / 2)" }
    let camera = half.map {
      ["--ImageReader.camera_params", [$0, $0, $0, $0].joined(separator: ",")]
    }
    let sharing = viewSide == nil ? "single_camera" : "single_camera_per_folder"
    return [
      "feature_extractor", "--database_path", folder.file("database.db"), "--image_path",
      folder.file("images"), "--ImageReader.\(sharing)", sharesCamera ? "1" : "0",
      "--ImageReader.camera_model", settings.lens, "--\(size).max_image_size",
      "\(settings.maxSize)", "--\(extraction).use_gpu", "0", "--\(extraction).num_threads",
      "\(threads ?? -1)",
    ] + (camera ?? [])
  }

  /// The arguments that tell COLMAP of the rig that is described in the file at `rig`.
  func rig(_ folder: PreparedFolder, _ rig: String) -> [String] {
    [
      "rig_configurator", "--database_path", folder.file("database.db"), "--rig_config_path", rig,
    ]
  }

  /// The arguments that take the images listed in the file at `names` out of the model at `path`.
  func deletion(_ path: String, names: String) -> [String] {
    [
      "image_deleter", "--input_path", path, "--output_path", path, "--image_names_path", names,
    ]
  }

  /// The arguments that put the views of each panorama in one place, in the model at `path`.
  func adjustment(_ path: String, rig: String) -> [String] {
    [
      "rig_bundle_adjuster", "--input_path", path, "--output_path", path, "--rig_config_path", rig,
      "--estimate_rig_relative_poses", "0", "--RigBundleAdjustment.refine_relative_poses", "0",
      "--BundleAdjustment.refine_focal_length", "0", "--BundleAdjustment.refine_extra_params", "0",
    ]
  }

  /// The arguments that compare images, of which there are `count`, with those after them or all.
  ///
  /// - Parameter pairs: A file with the pairs to compare, if it is known which; in that case a tree
  ///   finds more, if there is one.
  func matches(
    _ folder: PreparedFolder, _ settings: PreparationSettings, count: Int, pairs: String?,
    threads: Int?
  ) -> [[String]] {
    func arguments(_ command: String, _ options: [String]) -> [String] {
      [
        command, "--database_path", folder.file("database.db"), "--\(matching).use_gpu", "0",
        "--\(matching).num_threads", "\(threads ?? -1)",
      ] + options
    }
    let tree = settings.vocabularyTree
    let byTree = arguments(
      "vocab_tree_matcher", tree.map { ["--VocabTreeMatching.vocab_tree_path", $0] } ?? [])
    switch settings.matcher {
    case .auto, .exhaustive:
      // Small blocks end often.
      let size = min(
        max(count / Self.mostBlocks, Self.blockSizes.lowerBound), Self.blockSizes.upperBound)
      let (command, option) = ("exhaustive_matcher", "ExhaustiveMatching.block_size")
      let isKnown = Self.help(program, command).contains(option)
      return [arguments(command, isKnown ? ["--\(option)", "\(size)"] : [])]
    case .sequential:
      if let pairs {
        let listed = arguments("matches_importer", ["--match_list_path", pairs])
        return tree == nil ? [listed] : [listed, byTree]
      }
      var options: [String] = []
      if settings.panorama == true {
        // The rig's other views at the same places are compared with each other, too.
        options += [
          "--SequentialMatching.overlap", "\(PanoramaPhotos.comparedPanoramas)",
          "--SequentialMatching.quadratic_overlap", "0",
        ]
      }
      if let tree {
        options += [
          "--SequentialMatching.loop_detection", "1", "--SequentialMatching.vocab_tree_path", tree,
        ]
      }
      return [arguments("sequential_matcher", options)]
    case .vocabulary: return [byTree]
    case .spatial: return [arguments("spatial_matcher", [])]
    }
  }

  /// The arguments that make ``mapper`` find the cameras, into a folder of models.
  func model(
    _ folder: PreparedFolder, _ settings: PreparationSettings, into models: String, threads: Int?
  ) -> [String] {
    let common = [
      "mapper", "--database_path", folder.file("database.db"), "--image_path",
      folder.file("images"), "--output_path", folder.file(models),
    ]
    guard !isGlobal else { return common }
    var known: [String] = []
    if settings.panorama == true {
      known += ["--Mapper.ba_refine_focal_length", "0", "--Mapper.ba_refine_extra_params", "0"]
      if knowsRigs { known += ["--Mapper.ba_refine_sensor_from_rig", "0"] }
    }
    return common + ["--Mapper.num_threads", "\(threads ?? -1)"] + known
  }

  /// The progress of a step, from a line of its output.
  ///
  /// It is in the numbers of `[3/15]`; for COLMAP's mapper in that of images that have been
  /// registered, of `total`; and for GLOMAP in the part of its work that begins.
  static func progress(_ line: Substring, total: Int) -> (done: Int, total: Int)? {
    if let match = line.firstMatch(of: /Registering image #\d+ \((?:num_reg_frames=)?(\d+)\)/),
      let done = Int(match.1)
    {
      return (done, total)
    }
    if let match = line.firstMatch(of: /Running ([a-z ]+?) *\.\.\./),
      let step = globalSteps.firstIndex(of: String(match.1))
    {
      return (step, globalSteps.count)
    }
    guard let match = line.firstMatch(of: /\[(\d+)\/(\d+)(?:, (\d+)\/(\d+))?\]/),
      let first = Int(match.1), let all = Int(match.2), (0...all).contains(first)
    else { return nil }
    // Blocks of images are compared in rows and columns.
    guard let second = match.3.flatMap({ Int($0) }), let columns = match.4.flatMap({ Int($0) })
    else { return (first, all) }
    let (product, overflows) = all.multipliedReportingOverflow(by: columns)
    guard !overflows, first > 0, (0...columns).contains(second) else { return nil }
    return ((first - 1) * columns + second, product)
  }
}
