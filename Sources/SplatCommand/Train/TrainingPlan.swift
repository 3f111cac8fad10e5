import SplatCore
import SplatFiles
import SplatTraining

/// What a training is going to do, and whether it can be done.
struct TrainingPlan {
  /// The settings, with the number of Gaussians fixed.
  let settings: TrainingSettings
  /// The largest number of Gaussians there will be.
  let maximumSplats: Int
  /// The bytes that will be in use at most, about.
  let memory: Int
  private let data: TrainingData

  /// The memory of a Gaussian: parameters, two moments and scratch.
  private static let bytesPerSplat = 1200
  /// The memory of the program and of an image in work.
  private static let fixedBytes = 150_000_000
  /// Fewer Gaussians than this are no model of a scene.
  private static let fewestSplats = 1000

  /// Makes a plan that stays below `limit` bytes.
  ///
  /// - Throws: an error if that is not possible.
  init(data: TrainingData, settings: TrainingSettings, memory limit: Int?) throws {
    self.data = data
    let wanted = settings.maximumSplats ?? Trainer.defaultMaximumSplats(for: data.trainViews)
    let base = Self.fixedBytes + data.photoBytes
    var cap = wanted
    if let limit {
      let room = (limit - base) / Self.bytesPerSplat
      let needed = settings.maximumSplats ?? min(Self.fewestSplats, wanted)
      guard room >= needed else {
        throw CommandFailure(
          """
          --memory \(Wording.bytes(limit)) is too little: about \(Wording.bytes(base)) go to the \
          program and \(Wording.count(data.trainViews.count + data.testViews.count, "photo")), and \
          \(Wording.bytes(needed * Self.bytesPerSplat)) to \(Wording.count(needed, "Gaussian")); \
          smaller photos (--downscale) or fewer Gaussians (--splats) need less
          """, exitCode: CommandFailure.badData)
      }
      cap = min(cap, room)
    }
    var settings = settings
    // The default depends on the photos alone and is left to the trainer, so that it is one and the same.
    if cap != wanted { settings.maximumSplats = cap }
    self.settings = settings
    maximumSplats = cap
    memory = base + cap * Self.bytesPerSplat
  }

  /// Says what was found and what is going to be done.
  func print(to report: ReportOptions, output: String) {
    let views = data.trainViews + data.testViews
    let sizes = Set(views.map { "\($0.camera.width)x\($0.camera.height)" }).sorted()
    let sizeText = sizes.count <= 3 ? sizes.joined(separator: ", ") : "\(sizes.count) sizes"
    let test = data.testViews.count
    let threads = Workers(threads: settings.threads).threads
    report.emit([
      "event": "plan", "kind": .text(data.kind.rawValue),
      "train_images": .integer(data.trainViews.count), "test_images": .integer(test),
      "skipped_images": .integer(data.skipped), "masked_images": .integer(data.masked),
      "points": .integer(data.points.count), "masked_points": .integer(data.coveredPoints),
      "iterations": .integer(settings.iterations), "strategy": .text(settings.strategy.rawValue),
      "sh_degree": .integer(settings.shDegree), "schedule": .text(settings.schedule.rawValue),
      "background": .text(settings.background.name), "antialias": .bool(settings.isAntialiased),
      "maximum_splats": .integer(maximumSplats), "threads": .integer(threads),
      "memory_bytes": .integer(memory), "output": .text(output),
    ])
    report.say(
      """
      scene    \(data.kind.rawValue), \(Wording.count(views.count, "photo")) of \(sizeText) pixels\
      \(test > 0 ? " (\(test) held out for the test)" : "")\
      \(data.skipped > 0 ? ", \(data.skipped) left out" : ""), \
      \(data.points.count == 0 ? "no points: starting from random ones" : Wording.count(data.points.count, "point"))\
      \(data.masked > 0 ? "\nmasks    of \(Wording.count(data.masked, "photo")); they cover \(Wording.count(data.coveredPoints, "point"))" : "")
      plan     \(Wording.count(settings.iterations, "iteration"))\
      \(settings.timeLimit.map { ", at most \(Wording.duration($0))" } ?? ""), \
      \(settings.strategy.rawValue), SH degree \(settings.shDegree), at most \
      \(Wording.count(maximumSplats)) Gaussians, \(settings.schedule.rawValue) image sizes, \
      \(settings.background.name) background\(settings.isAntialiased ? ", antialiased" : "")
      machine  \(Wording.count(threads, "thread")), about \(Wording.bytes(memory)) of memory at most
      output   \(output)
      """)
  }
}
