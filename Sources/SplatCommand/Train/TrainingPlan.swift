import SplatCore
import SplatFiles
import SplatTraining

/// What a training is going to do.
struct TrainingPlan {
  /// The settings, with the number of Gaussians fixed.
  let settings: TrainingSettings
  private let data: TrainingData
  private let shares: MemoryShares
  /// The number of processes that train together.
  private let ranks: Int
  /// With what ``AppearanceKind/auto`` stands for.
  private var appearance: AppearanceSettings
  /// The largest share of Gaussians that a render leaves out.
  private let dropout: Float

  /// The largest number of Gaussians there will be.
  let maximumSplats: Int

  init(
    data: TrainingData, settings: TrainingSettings, shares: MemoryShares, ranks: Int = 1
  ) {
    self.data = data
    self.ranks = ranks
    self.shares = shares
    var settings = settings
    let wanted = settings.maximumSplats(
      for: data.train.cameras, points: data.points.positions)
    // The default depends on the photos alone and is left to the trainer, so that it is one and the
    // same.
    maximumSplats = min(wanted, shares.maximumSplats)
    if maximumSplats < wanted { settings.maximumSplats = shares.maximumSplats }
    self.settings = settings
    appearance = settings.appearance
    let workers = Workers(threads: settings.threads)
    _ = appearance.settle(
      data.train, points: data.points.positions,
      areCamerasRough: settings.poses.kind == .refine, workers: workers)
    dropout = settings.dropout(
      for: data.train.cameras, points: data.points.positions, workers: workers)
  }

  /// Reports what was found and what is going to be done.
  func print(to report: ReportOptions, output: String) {
    report.emit(json(output: output))
    report.say(
      """
      scene    \(sceneLine)\(masksLine)
      plan     \(planLine)
      machine  \(machineLine)
      output   \(output)
      """)
  }

  /// Depth maps with a larger median error at points are warned of.
  private static let largestDepthError = 0.1

  /// Reports how depth maps agree with the scene's points, if there are any.
  func print(_ depths: DepthSupervision, to report: ReportOptions) {
    guard let alignments = depths.alignments else { return }
    let used = alignments.photos.count { $0 != nil }
    let error = alignments.error.map {
      ", \(Wording.fixed($0 * 100, 1)) % off at the points, by the median"
    }
    report.say(
      """
      depths   of \(Wording.count(used, "photo")), taken for \(alignments.meaning) ones\
      \(error ?? "")
      """)
    report.emit([
      "event": "depths", "images": .integer(used), "meaning": .text(alignments.meaning.rawValue),
      "error": alignments.error.map { .number($0) } ?? .null,
    ])
    if let error = alignments.error, error > Self.largestDepthError {
      Console.warn(
        """
        depths differ from those of the points by \(Wording.fixed(error * 100, 0)) %, by the \
        median; --depth-means says what they are, and --depth none trains without
        """)
    }
    guard used < data.withDepth else { return }
    Console.warn(
      """
      the depth maps of \(Wording.count(data.withDepth - used, "photo")) are not used: they do not \
      agree with the points that the photos show, or there are too few of these
      """)
  }

  private var threads: Int { Workers(threads: settings.threads).threads }

  private func json(output: String) -> JSON {
    [
      "event": "plan", "kind": .text(data.kind.rawValue),
      "train_images": .integer(data.train.count), "test_images": .integer(data.test.count),
      "skipped_images": .integer(data.skipped), "masked_images": .integer(data.masked),
      "points": .integer(data.points.count), "masked_points": .integer(data.coveredPoints),
      "iterations": .integer(settings.iterations), "batch": .integer(settings.batch),
      "strategy": .text(settings.strategy.rawValue),
      "sh_degree": .integer(settings.shDegree), "schedule": .text(settings.schedule.rawValue),
      "background": .text(settings.background.settingText),
      "antialias": .bool(settings.isAntialiased), "appearance": .text(appearance.kind.rawValue),
      "poses": .text(settings.poses.kind.rawValue), "robust": .bool(settings.robust.isOn),
      "depth_images": .integer(data.withDepth), "depth_points": .bool(settings.depth.usesPoints),
      "dropout": .number(Double(dropout)),
      "maximum_splats": .integer(maximumSplats), "kept_splats": .integer(keptSplats),
      "threads": .integer(threads), "processes": .integer(ranks),
      "memory_bytes": .integer(shares.total),
      "photo_cache_bytes": shares.photoCache.map { .integer($0) } ?? .null,
      "output": .text(output),
    ]
  }

  private var sceneLine: String {
    let sizes = Set(data.cameras.map { "\($0.camera.width)x\($0.camera.height)" }).sorted()
    let sizeText = sizes.count <= 3 ? sizes.joined(separator: ", ") : "\(sizes.count) sizes"
    var parts = [
      data.kind.rawValue, "\(Wording.count(data.cameras.count, "photo")) of \(sizeText) pixels",
    ]
    if data.test.count > 0 { parts[1] += " (\(data.test.count) held out for the test)" }
    if data.skipped > 0 { parts.append("\(data.skipped) left out") }
    parts.append(
      data.points.count == 0
        ? "no points: starting from random ones" : Wording.count(data.points.count, "point"))
    return parts.joined(separator: ", ")
  }

  /// A line about masks after that of the scene; nothing if there are none.
  private var masksLine: String {
    guard data.masked > 0 else { return "" }
    let points = Wording.count(data.coveredPoints, "point")
    return "\nmasks    of \(Wording.count(data.masked, "photo")); they cover \(points)"
  }

  private var planLine: String {
    var parts = [Wording.count(settings.iterations, "iteration")]
    if let limit = settings.timeLimit { parts.append("at most \(Wording.duration(limit))") }
    if settings.batch > 1 { parts.append("\(Wording.count(settings.batch, "photo")) a step") }
    parts += [
      settings.strategy.rawValue, "SH degree \(settings.shDegree)",
      "at most \(Wording.count(maximumSplats)) Gaussians\(keptText)",
      "\(settings.schedule.rawValue) image sizes", "\(settings.background.settingText) background",
    ]
    if settings.background == .random {
      parts[parts.count - 1] += " (\(settings.shownBackground.settingText) when measured)"
    }
    if settings.isAntialiased { parts.append("antialiased") }
    switch appearance.kind {
    case .auto, .none: break
    case .exposure: parts.append("an exposure for each photo")
    case .grid: parts.append("an exposure and a grid for each photo")
    }
    if appearance.kind.includesExposure, appearance.vignettingShare > 0 {
      parts.append("vignetting")
    }
    if settings.poses.kind == .refine { parts.append("refined poses") }
    if data.withDepth > 0 { parts.append("depths of \(Wording.count(data.withDepth, "photo"))") }
    if settings.depth.usesPoints { parts.append("depths of points") }
    if settings.robust.isOn { parts.append("robust") }
    if dropout > 0 {
      let percent = Wording.fixed(Double(dropout) * 100, 0)
      parts.append("up to \(percent) % of the Gaussians left out at random")
    }
    return parts.joined(separator: ", ")
  }

  /// How many Gaussians are left in the end, if fewer.
  private var keptText: String {
    keptSplats < maximumSplats ? ", \(Wording.count(keptSplats)) in the end" : ""
  }

  private var keptSplats: Int { settings.keptSplats(ofAtMost: maximumSplats) }

  private var machineLine: String {
    let memory = "about \(Wording.bytes(shares.total)) of memory at most"
    let photos = shares.photoCache == nil ? "" : ", photos are read again from their files"
    let each = ranks == 1 ? "" : "\(ranks) processes, each with "
    return "\(each)\(Wording.count(threads, "thread")), \(memory)\(photos)"
  }
}
