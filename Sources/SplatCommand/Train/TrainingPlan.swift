import SplatCore
import SplatFiles
import SplatTraining

/// What a training is going to do.
struct TrainingPlan {
  /// The settings, with the number of Gaussians fixed.
  let settings: TrainingSettings
  private let data: TrainingData
  private let shares: MemoryShares

  /// The largest number of Gaussians there will be.
  let maximumSplats: Int

  init(data: TrainingData, settings: TrainingSettings, shares: MemoryShares) {
    self.data = data
    self.shares = shares
    var settings = settings
    let wanted = settings.maximumSplats(for: data.train.cameras)
    // The default depends on the photos alone and is left to the trainer, so that it is one and the same.
    maximumSplats = min(wanted, shares.maximumSplats)
    if maximumSplats < wanted { settings.maximumSplats = shares.maximumSplats }
    self.settings = settings
  }

  /// Says what was found and what is going to be done.
  func print(to report: ReportOptions, output: String) {
    let sizes = Set(data.cameras.map { "\($0.camera.width)x\($0.camera.height)" }).sorted()
    let sizeText = sizes.count <= 3 ? sizes.joined(separator: ", ") : "\(sizes.count) sizes"
    let test = data.test.count
    let threads = Workers(threads: settings.threads).threads
    report.emit([
      "event": "plan", "kind": .text(data.kind.rawValue),
      "train_images": .integer(data.train.count), "test_images": .integer(test),
      "skipped_images": .integer(data.skipped), "masked_images": .integer(data.masked),
      "points": .integer(data.points.count), "masked_points": .integer(data.coveredPoints),
      "iterations": .integer(settings.iterations), "strategy": .text(settings.strategy.rawValue),
      "sh_degree": .integer(settings.shDegree), "schedule": .text(settings.schedule.rawValue),
      "background": .text(settings.background.settingText),
      "antialias": .bool(settings.isAntialiased),
      "maximum_splats": .integer(maximumSplats), "threads": .integer(threads),
      "memory_bytes": .integer(shares.total),
      "photo_cache_bytes": shares.photoCache.map { .integer($0) } ?? .null, "output": .text(output),
    ])
    report.say(
      """
      scene    \(data.kind.rawValue), \(Wording.count(data.cameras.count, "photo")) of \(sizeText) pixels\
      \(test > 0 ? " (\(test) held out for the test)" : "")\
      \(data.skipped > 0 ? ", \(data.skipped) left out" : ""), \
      \(data.points.count == 0 ? "no points: starting from random ones" : Wording.count(data.points.count, "point"))\
      \(data.masked > 0 ? "\nmasks    of \(Wording.count(data.masked, "photo")); they cover \(Wording.count(data.coveredPoints, "point"))" : "")
      plan     \(Wording.count(settings.iterations, "iteration"))\
      \(settings.timeLimit.map { ", at most \(Wording.duration($0))" } ?? ""), \
      \(settings.strategy.rawValue), SH degree \(settings.shDegree), at most \
      \(Wording.count(maximumSplats)) Gaussians, \(settings.schedule.rawValue) image sizes, \
      \(settings.background.settingText) background\(settings.isAntialiased ? ", antialiased" : "")
      machine  \(Wording.count(threads, "thread")), about \(Wording.bytes(shares.total)) of memory at most\
      \(shares.photoCache == nil ? "" : ", photos are read again from their files")
      output   \(output)
      """)
  }
}
