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

      The workloads biker, fox and photos read model_biker and fox_colmap in the folder that \
      SPLAT_SCENES names, and are skipped without it. For photos "x bare" is over libjpeg-turbo \
      alone.
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

  func validate() throws {
    guard threads.allSatisfy({ $0 > 0 }) else {
      throw ValidationError("--threads takes numbers of 1 or more")
    }
  }

  func run() throws {
    if sharing { return CitySharing.print() }
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
      "biker": "model_biker/biker.ply", TrainingBenchmark.scene: "fox_colmap",
      "photos": "fox_colmap",
    ]
    let path = "\(folder)/\(files[name] ?? "")"
    guard FileManager.default.fileExists(atPath: path) else {
      return report.skip(name, "\(path) does not exist")
    }
    try body(folder)
  }
}
