import ArgumentParser
import SplatCore
import SplatPlatform
import SplatTraining

@main
struct BenchmarkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "splat-benchmark",
    abstract: "Measures rendering and training, stage by stage.",
    discussion: """
      Times are medians: "median ms" from begin to end, "cpu ms" that of all processors on this \
      program, which says more on a machine with other work. A pair is a pixel and a Gaussian that \
      the blending kernel computes; ns/pair is processor time. "x bare" is that over the same \
      arithmetic in a bare loop over one tile in the first-level cache, measured in turns with it.

      The workloads biker, fox, start and photos read model_biker, fox_colmap and \
      alexander_colmap in the folder that SPLAT_SCENES names, and are skipped without it; start is \
      the beginning of a run. For photos "x bare" is over libjpeg-turbo \
      alone.

      With --against, whole runs of two shell commands are timed in turns, and nothing else is \
      measured: splat in --ours is the one that scripts/benchmark has just built. Both should make \
      the same number of iterations on the same photos. The ratio is that of the other's time to \
      ours: the median of all rounds, the least and the most.
      """)

  @Flag(help: "Print a JSON object a line.")
  var json = false

  @Flag(help: "Measure how times grow with Gaussians, pixels and threads, and nothing else.")
  var scaling = false

  @Flag(
    help: """
      Find how much of a city several processes need not send to each other, and nothing else.
      """)
  var sharing = false

  @Option(help: "Only workloads with this in their names: bare, dense 100k, spread 100k, ...")
  var filter = ""

  @Option(parsing: .upToNextOption, help: "Numbers of threads to measure (1 and all cores).")
  var threads: [Int] = []

  @Option(help: "Time this shell command's whole run beside that of --ours.")
  var against: String?

  @Option(help: "The shell command of this program, such as \"splat train DIR -o OUT\".")
  var ours: String?

  @Option(help: "The number of times that --against runs both commands (5).")
  var rounds: Int?

  func validate() throws {
    guard threads.allSatisfy({ $0 > 0 }) else {
      throw ValidationError("--threads takes numbers of 1 or more")
    }
    if against != nil {
      guard let ours, !ours.isEmpty, against != "" else {
        throw ValidationError("--against and --ours take a shell command each")
      }
      guard rounds ?? 1 > 0 else { throw ValidationError("--rounds takes a number of 1 or more") }
      guard !scaling, filter.isEmpty, threads.isEmpty else {
        throw ValidationError("--against measures nothing else: leave out the other options")
      }
    } else if ours != nil || rounds != nil {
      throw ValidationError("--ours and --rounds go with --against")
    }
  }

  func run() throws {
    if sharing { return CitySharing.print() }
    // Compare with another program only.
    if let against, let ours {
      let comparison = Comparison(ours: ours, other: against, rounds: rounds ?? 5)
      return try comparison.run(Report(isJSON: json))
    }
    // Choose what to measure, and whether only how times grow.
    let threads = threads.isEmpty ? Array(Set([1, Workers.coreCount])).sorted() : threads
    let report = Report(isJSON: json)
    report.begin()
    if scaling { return measureScaling(threads, report) }
    // The loops without a renderer around them.
    if isWanted("bare") {
      for count in threads {
        let bare = BareBenchmark(threads: count)
        repeating(minimum: 7, seconds: 0.5) { bare.run() }
        for (stage, time) in [("blend", bare.forward), ("tile-backward", bare.backward)] {
          report.add(Row(name: "bare", stage: stage, threads: count, nsPerPair: time))
        }
      }
    }
    // Made models, and a real one.
    measure("dense 100k", threads, report) { .dense() }
    measure("spread 100k", threads, report) {
      .spread("spread 100k", count: 100_000, width: 800, height: 800)
    }
    try withScenes("biker", report) { folder in
      try measure("biker", threads, report) { try .biker(in: folder) }
    }
    measure("spread 1M", threads, report) {
      var workload = Workload.spread("spread 1M", count: 1_000_000, width: 1280, height: 720)
      workload.includesBackward = false
      return workload
    }
    measure("around 1M", threads, report) {
      .around("around 1M", count: 1_000_000, width: 1280, height: 720)
    }
    for size in CityBenchmark.sizes where isWanted(CityBenchmark.name(size)) {
      let city = CityBenchmark(count: size)
      for count in threads { try city.rows(threads: count).forEach(report.add) }
    }
    // Training iterations on real photos, and reading files.
    try withScenes(TrainingBenchmark.scene, report) { folder in
      var benchmark = try TrainingBenchmark(folder: folder)
      for size in TrainingBenchmark.sizes {
        if size > benchmark.splats.count { try benchmark.grow(to: size) }
        measure(benchmark.name, threads, report) { benchmark.workload }
        for count in threads { report.add(try benchmark.row(threads: count)) }
      }
    }
    try withScenes("start", report) { folder in
      for scene in TrainingBenchmark.starts {
        let benchmark = try TrainingBenchmark(start: scene, folder: folder)
        measure(benchmark.name, threads, report) { benchmark.workload }
        for count in threads { report.add(try benchmark.row(threads: count)) }
      }
    }
    try measureLoading(threads, report)
  }

  /// Measures loading and saving models and photos.
  private func measureLoading(_ threads: [Int], _ report: Report) throws {
    if isWanted("files 1M") {
      try LoadingBenchmark.run { benchmark in
        let model = Workload.spread("files 1M", count: 1_000_000, width: 1280, height: 720)
        try benchmark.rows(model).forEach(report.add)
      }
    }
    try withScenes("photos", report) { folder in
      try LoadingBenchmark.run { benchmark in
        try benchmark.makePhotos(of: "\(folder)/\(TrainingBenchmark.scene)_colmap")
        for count in threads {
          try benchmark.photoRows("photos", threads: count).forEach(report.add)
        }
      }
    }
  }

  /// Measures the same kind of scene with growing numbers of Gaussians, then of pixels.
  private func measureScaling(_ threads: [Int], _ report: Report) {
    for count in [25_000, 50_000, 100_000, 200_000, 400_000] {
      measure("scaling with Gaussians", threads, report) {
        .spread("scaling with Gaussians", count: count, width: 800, height: 800)
      }
    }
    for side in [200, 400, 800, 1600] {
      measure("scaling with pixels", threads, report) {
        .spread("scaling with pixels", count: 100_000, width: side, height: side)
      }
    }
  }

  private func isWanted(_ name: String) -> Bool {
    filter.isEmpty || name.contains(filter) || filter.contains(name)
  }

  private func measure(
    _ name: String, _ threads: [Int], _ report: Report,
    _ make: () throws -> Workload
  ) rethrows {
    guard isWanted(name) else { return }
    let workload = try make()
    for count in threads {
      let benchmark = RenderingBenchmark(workload: workload, threads: count)
      benchmark.rows().forEach(report.add)
    }
  }

  private func withScenes(_ name: String, _ report: Report, _ body: (String) throws -> Void) throws
  {
    guard isWanted(name) else { return }
    guard let folder = ProcessInfo.processInfo.environment["SPLAT_SCENES"] else {
      return report.skip(name, "SPLAT_SCENES names no folder of scenes")
    }
    let files = [
      "biker": ["model_biker/biker.ply"], TrainingBenchmark.scene: ["fox_colmap"],
      "start": TrainingBenchmark.starts.map { "\($0)_colmap" }, "photos": ["fox_colmap"],
    ]
    for file in files[name] ?? [] where !FileManager.default.fileExists(atPath: "\(folder)/\(file)")
    {
      return report.skip(name, "\(folder)/\(file) does not exist")
    }
    try body(folder)
  }
}
