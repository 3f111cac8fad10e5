import SplatCore
import SplatFiles
import SplatPlatform
import SplatTraining

/// The output folder of a training.
///
/// Nothing in it is removed before what takes its place is complete. A run that replaces another
/// writes to the folder ``newRun`` until its first checkpoint and model. That folder then gets the
/// name ``replacement``, which is the moment from which the new run counts, and its files move up
/// in steps that the next command repeats if they were cut off.
struct TrainingFolder {
  /// The folder's path.
  let path: String
  /// Where the models' origin lies in the frame of the scene.
  var origin = SIMD3<Double>.zero
  /// Where the run's files are.
  private var current: String
  private var metrics: Descriptor?
  /// Keeps other trainings out of the folder, once it is there.
  private var lock: FolderLock?

  /// What a training writes, and what `--overwrite` therefore replaces.
  private static let contents = [
    "point_cloud", "cameras.json", "config.json", "metrics.jsonl", "results.json", "checkpoint.bin",
  ]
  private static let newRun = "new_run"
  private static let replacement = "replacement"

  init(_ path: String) {
    self.path = path
    current = path
  }

  private func file(_ name: String) -> String { "\(current)/\(name)" }

  // MARK: What is there

  /// Whether a run with a configuration is in the folder.
  var holdsRun: Bool { FilePaths.exists(file("config.json")) }

  /// Whether a saved model is in the folder.
  private var holdsModel: Bool { (try? ModelLocation(path)) != nil }

  /// The path of the run's configuration.
  var configurationPath: String { file("config.json") }

  /// Throws if the folder holds something that the run would destroy, or nothing to resume.
  mutating func check(overwrite: Bool, resume: Bool) throws {
    guard FilePaths.exists(path) else { return }
    guard !FilePaths.isFile(path) else {
      throw FileError(
        .cannotWrite, path: path, problem: "is a file; a folder for the results was expected")
    }
    if lock == nil { lock = try FolderLock(path) }
    try completeReplacement()
    let entries = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [])
      .filter { !Self.isLeftover($0) }
    guard !entries.isEmpty, !overwrite else { return }
    guard resume else {
      throw FileError(
        .cannotWrite, path: path,
        problem: entries.contains("checkpoint.bin")
          ? "is not empty; --resume continues the run in it, --overwrite replaces it"
          : "is not empty; --overwrite replaces a run in it")
    }
    if entries.contains("checkpoint.bin") { return }
    guard !holdsModel else {
      throw FileError(
        .cannotWrite, path: path,
        problem: """
          holds a model, but no checkpoint.bin to resume from; --from \(path) with another -o \
          starts a new run from the model
          """)
    }
    guard entries.contains("config.json") else {
      throw FileError(
        .cannotWrite, path: path, problem: "is not empty and holds no run to resume")
    }
  }

  /// Whether the run is complete: its results after `iteration` iterations are there, and the model
  /// in all formats.
  func isComplete(iteration: Int, formats: [ModelFormat]) -> Bool {
    guard let results = try? JSONPlace(path: file("results.json")),
      (try? results.member("iterations").number()) == Double(iteration)
    else { return false }
    return ([.ply] + formats).allSatisfy { FilePaths.exists(model(iteration, $0)) }
  }

  // MARK: Beginning

  /// Makes the folder ready for a new run.
  mutating func start(_ configuration: RunConfiguration, cameras: [NamedCamera]) throws {
    try FileOutput.makeFolder(path)
    // Another training may have begun in a folder that did not exist.
    if lock == nil { try check(overwrite: false, resume: false) }
    removeLeftovers()
    try Self.remove("\(path)/\(Self.newRun)")
    if FilePaths.exists(file("checkpoint.bin")) || holdsModel {
      current = "\(path)/\(Self.newRun)"
      try FileOutput.makeFolder(file("point_cloud"))
    }
    try write(configuration)
    try CameraPath.write(cameras, to: file("cameras.json"))
    try FileOutput.write("", to: file("metrics.jsonl"))
  }

  /// Writes the configuration.
  func write(_ configuration: RunConfiguration) throws {
    try configuration.write(folder: current)
  }

  /// Removes what interrupted writes left behind, such as those of a killed run.
  func removeLeftovers() {
    for name in FilePaths.files(below: path) where Self.isLeftover(name) {
      try? FileManager.default.removeItem(atPath: file(name))
    }
  }

  /// Whether the file `name`, relative to the folder, is what an interrupted write leaves behind.
  private static func isLeftover(_ name: String) -> Bool {
    let parts = name.split(separator: "/")
    guard let first = parts.first, let last = parts.last, last.contains(".tmp-") else {
      return false
    }
    return contents.contains { first == $0 || first.hasPrefix("\($0).tmp-") }
  }

  // MARK: Replacing an earlier run

  /// Puts the run, which has a checkpoint now, in the place of the earlier one.
  private mutating func replaceEarlierRun() throws(FileError) {
    let replacement = "\(path)/\(Self.replacement)"
    try FileOutput.move(current, to: replacement)
    current = path
    try completeReplacement()
  }

  /// Moves the files of a run that has replaced another to their places, as far as that has not
  /// been done.
  private func completeReplacement() throws(FileError) {
    let new = "\(path)/\(Self.replacement)"
    guard FilePaths.exists(new) else { return }
    // A run has results only at its end: these are of the earlier one.
    try Self.remove("\(path)/results.json")
    for name in ["checkpoint.bin", "cameras.json", "metrics.jsonl"]
    where FilePaths.exists("\(new)/\(name)") {
      try FileOutput.move("\(new)/\(name)", to: "\(path)/\(name)")
    }
    // While the new models are not in their place, the ones there are of the earlier run.
    let models = "\(path)/point_cloud"
    if FilePaths.exists("\(new)/point_cloud") {
      if FilePaths.exists(models) { try FileOutput.move(models, to: "\(new)/earlier") }
      try FileOutput.move("\(new)/point_cloud", to: models)
    }
    if FilePaths.exists("\(new)/config.json") {
      try FileOutput.move("\(new)/config.json", to: "\(path)/config.json")
    }
    try Self.remove(new)
  }

  private static func remove(_ path: String) throws(FileError) {
    guard FilePaths.exists(path) else { return }
    try FileOutput.remove(path)
  }

  // MARK: Checkpoints, models and results

  /// The checkpoint's bytes, if there is one.
  func checkpoint() throws(FileError) -> FileBytes? {
    guard FilePaths.exists(checkpointPath) else { return nil }
    return try FileBytes(path: checkpointPath)
  }

  /// The checkpoint's path.
  var checkpointPath: String { file("checkpoint.bin") }

  /// Writes a checkpoint of `trainer`, with `more` bytes after it, in place of the last one.
  mutating func saveCheckpoint(of trainer: Trainer, more: [UInt8], _ ranks: TrainingRanks) throws {
    let checkpointPath = checkpointPath
    try ranks.collect {
      trainer.writeCheckpoint { _ in }
    } _: { isGiven in
      try FileOutput.write(to: checkpointPath) { (output: inout FileOutput) throws(FileError) in
        isGiven = true
        try trainer.writeCheckpoint { (bytes) throws(FileError) in try output.append(bytes) }
        try output.append(more)
      }
    }
    guard ranks.first(current != path) else { return }
    // The earlier run may have had a model, so the new one must have one before it takes its place.
    try saveModel(of: trainer, formats: [], ranks)
    try ranks.onFirst { try replaceEarlierRun() }
  }

  /// Writes the model of `trainer` as PLY and in other formats; returns the PLY's path.
  ///
  /// The run has a checkpoint by then.
  @discardableResult
  func saveModel(
    of trainer: Trainer, formats: [ModelFormat], _ ranks: TrainingRanks
  ) throws -> String {
    let iteration = trainer.iteration
    var options = ModelFile.Options()
    options.comments = ["Generated by splat \(SplatTool.version)"]
    options.warning = { Console.warn($0) }
    options.origin = origin
    // A plain PLY file is written piece by piece: there may not be memory for the whole model.
    try ranks.collect {
      trainer.forEachPiece { _ in }
    } _: { isGiven in
      try FileOutput.makeFolder(file("point_cloud/iteration_\(iteration)"))
      try ModelFile.writePLY(
        count: trainer.splatCount, shDegree: trainer.settings.shDegree,
        isAntialiased: trainer.settings.isAntialiased, to: model(iteration, .ply), options: options
      ) { (body) throws(FileError) in
        isGiven = true
        try trainer.forEachPiece(body)
      }
    }
    let others = formats.filter { $0 != .ply }
    guard !others.isEmpty else { return model(iteration, .ply) }
    let splats = trainer.wholeSplats()
    try ranks.onFirst {
      for format in others {
        options.format = format
        try ModelFile.write(splats, to: model(iteration, format), options: options)
      }
    }
    return model(iteration, .ply)
  }

  private func model(_ iteration: Int, _ format: ModelFormat) -> String {
    file("point_cloud/iteration_\(iteration)/point_cloud\(format.ending)")
  }

  /// Writes the cameras in place of those that the scene has.
  func save(cameras: [NamedCamera]) throws(FileError) {
    try CameraPath.write(cameras, to: file("cameras.json"))
  }

  /// Writes the results of the finished run.
  func save(results: JSON) throws(FileError) {
    try FileOutput.write(results.indented() + "\n", to: file("results.json"))
  }

  // MARK: Metrics

  /// Drops the metrics of iterations after `iteration`, which will be repeated, and, if
  /// `isFinished`, the measurement at the end of the run, which will be too.
  func keepMetrics(through iteration: Int, isFinished: Bool) throws(FileError) {
    guard FilePaths.exists(file("metrics.jsonl")) else {
      try FileOutput.write("", to: file("metrics.jsonl"))
      return
    }
    struct Line: Decodable {
      var iteration: Int
      var test_psnr: Double?
    }
    let text = try FileInput.readText(path: file("metrics.jsonl"))
    let kept = text.split(separator: "\n").prefix { line in
      guard let line = try? JSONDecoder().decode(Line.self, from: Data(line.utf8)) else {
        return false
      }
      let isResult = isFinished && line.iteration == iteration && line.test_psnr != nil
      return line.iteration <= iteration && !isResult
    }
    try FileOutput.write(kept.map { $0 + "\n" }.joined(), to: file("metrics.jsonl"))
  }

  /// Adds a line to the metrics.
  mutating func append(metrics line: JSON) throws(FileError) {
    let path = file("metrics.jsonl")
    guard let file = metrics ?? Descriptor(path: path, flags: O_WRONLY | O_APPEND) else {
      throw FileError(.cannotWrite, path: path, systemError: errno)
    }
    metrics = file
    let error = file.write(Array((line.text + "\n").utf8))
    guard error == 0 else { throw FileError(.cannotWrite, path: path, systemError: error) }
  }
}
