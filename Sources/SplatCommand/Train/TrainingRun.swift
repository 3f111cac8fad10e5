import SplatCore
import SplatFiles
import SplatPlatform
import SplatTraining
import SplatViewer

/// Trains, and keeps the output folder up to date meanwhile.
struct TrainingRun {
  let trainer: Trainer
  let data: TrainingData
  let configuration: RunConfiguration
  let resumed: ResumedRun?
  let saving: SavingOptions
  let report: ReportOptions
  private let ranks: TrainingRanks
  private let page: TrainingPage?
  private var meter = TrainingMeter()
  private var evaluation: HeldOutEvaluation

  /// Every how many iterations a line of metrics is written.
  private static let metricsInterval = 100

  init(
    trainer: Trainer, data: TrainingData, configuration: RunConfiguration, resumed: ResumedRun?,
    saving: SavingOptions, report: ReportOptions, page: TrainingPage?, ranks: TrainingRanks
  ) {
    self.trainer = trainer
    self.data = data
    self.configuration = configuration
    self.resumed = resumed
    self.saving = saving
    self.report = report
    self.page = page
    self.ranks = ranks
    evaluation = HeldOutEvaluation(data.test, settings: trainer.settings)
  }

  /// Throws unless all processes are about to do the same.
  func check() throws {
    let settings = trainer.settings
    var checksum = Checksum()
    checksum.add(trainer.fingerprint)
    checksum.add(
      "\(settings.iterations) \(settings.timeLimit.settingText) \(trainer.maximumSplats)".utf8)
    checksum.add("\(saving.checkpointEvery) \(saving.saveIterations?.values ?? [])".utf8)
    checksum.add("\(saving.export.formats) \(saving.resume)".utf8)
    try ranks.check(checksum.value, "has other photos, points or settings than")
  }

  consuming func run(in folder: inout TrainingFolder) throws {
    try ranks.onFirst { if let path = saving.exportScene { try StraightenedScene.check(path) } }
    guard try begin(&folder) else {
      try exportScene()
      return sayComplete()
    }
    evaluation.skip(through: trainer.fraction)
    Interrupt.watch(includesUser: ranks.count > 1)
    let progressLine = TrainingProgressLine(trainer, report: report)
    while !trainer.isFinished {
      let progress = trainer.step()
      // A photo may have disappeared since the start.
      let failure = trainer.photos.failure
      if ranks.any(failure != nil) { try ranks.together { if let failure { throw failure } } }
      meter.add(progress)
      let isLast = trainer.isFinished
      if isLast || progress.passes(multipleOf: Self.metricsInterval) {
        try append(progress, to: &folder)
      }
      if let psnr = try evaluation.measureIfDue(trainer, ranks) { try append(psnr, to: &folder) }
      if !isLast, saving.saveIterations?.values.contains(where: progress.made) ?? false {
        try save(&folder)
      }
      progressLine.update(progress)
      try show(progress, progressLine, &folder)
      guard !isLast else { break }
      if ranks.any(Interrupt.received != nil) { try stop(&folder) }
      if saving.checkpointEvery > 0, progress.passes(multipleOf: saving.checkpointEvery) {
        try saveCheckpoint(&folder)
      }
    }
    Console.endLine()
    try finish(&folder)
    page?.serveFinished(trainer, report: report)
  }

  /// Says that nothing is left to do.
  private func sayComplete() {
    let isTimeUp = trainer.iteration < trainer.settings.iterations
    let limit = trainer.settings.timeLimit.map { " and its \(Wording.duration($0))" } ?? ""
    report.say(
      """
      the run is finished: it has made \(Wording.count(trainer.iteration, "iteration"))\
      \(isTimeUp ? limit : ""); \(isTimeUp ? "--time" : "--iterations") with more makes it longer
      """)
    report.emit(["event": "finished", "iteration": .integer(trainer.iteration)])
    page?.serveFinished(trainer, report: report)
  }

  /// Shows the training on its page, and carries out the commands that come from there.
  private func show(
    _ progress: TrainingProgress, _ progressLine: TrainingProgressLine,
    _ folder: inout TrainingFolder
  ) throws {
    try page?.monitor.update(
      progress, secondsLeft: progressLine.secondsLeft, of: trainer,
      isInterrupted: { Interrupt.received != nil }
    ) { command in
      if command == .stop { try stop(&folder) }
      try save(&folder)
      return "saved iteration \(Wording.count(trainer.iteration))"
    }
  }

  /// Prepares the folder for a new run, or resumes the run in it.
  ///
  /// - Returns: whether anything is left to do.
  private mutating func begin(_ folder: inout TrainingFolder) throws -> Bool {
    // Start a new run where there is nothing to resume.
    let checkpoint = try ranks.together { saving.resume ? try folder.checkpoint() : nil }
    try ranks.check(
      checkpoint == nil ? 0 : 1, "does not see the same checkpoint in \(folder.path) as")
    guard let checkpoint else {
      if resumed != nil {
        report.say("\(folder.path) holds no checkpoint: starting from the beginning")
      }
      try ranks.onFirst { try folder.start(configuration, cameras: data.cameras) }
      return true
    }
    // Take the trainer and the meter from the checkpoint.
    meter = try ranks.together { try resume(from: checkpoint, path: folder.checkpointPath) }
    try ranks.check(
      UInt64(trainer.iteration), "does not see the same checkpoint in \(folder.path) as")
    // A run that is complete stays as it is.
    let formats = saving.export.formats
    let isComplete =
      trainer.isFinished
      && ranks.first(folder.isComplete(iteration: trainer.iteration, formats: formats))
    if isComplete { return false }
    // Go on where the checkpoint was taken.
    try ranks.onFirst {
      folder.removeLeftovers()
      try folder.keepMetrics(through: trainer.iteration, isFinished: trainer.isFinished)
    }
    report.say("resuming after iteration \(Wording.count(trainer.iteration))")
    report.emit(["event": "resumed", "iteration": .integer(trainer.iteration)])
    if let note = resumed?.extensionNote(trainer) {
      report.say(note)
      report.emit(["event": "extended", "note": .text(note)])
      try ranks.onFirst { try folder.write(configuration) }
    }
    return true
  }

  /// Takes the trainer from a checkpoint, and returns the meter.
  private func resume(from checkpoint: FileBytes, path: String) throws(FileError) -> TrainingMeter {
    let body = max(0, checkpoint.count - TrainingMeter.byteCount)
    do throws(TrainingError) {
      try trainer.resume(byteCount: body) { range in
        defer { checkpoint.release(range) }
        return checkpoint.slice(range)
      }
    } catch {
      throw FileError(.badInput, path: path, problem: error.description)
    }
    guard let meter = TrainingMeter(checkpoint.slice(body..<checkpoint.count)[...]) else {
      throw FileError(
        .badInput, path: path,
        problem: "the checkpoint cannot be used: its last bytes are damaged")
    }
    return meter
  }

  private mutating func append(_ progress: TrainingProgress, to folder: inout TrainingFolder) throws
  {
    let means = meter.take()
    let members: [(String, JSON)] = [
      ("iteration", .integer(progress.iteration)), ("seconds", .number(rounded(progress.seconds))),
      ("loss", .number(means.loss)), ("psnr", .number(means.psnr)),
      ("splats", .integer(progress.splats)), ("memory", .integer(ProcessMemory.current)),
    ]
    try ranks.onFirst { try folder.append(metrics: .object(members)) }
    report.emit(.object([("event", "progress")] + members))
  }

  /// Adds the PSNR of held-out photos to the metrics, and to the page's curve.
  private func append(_ value: HeldOutPSNR, to folder: inout TrainingFolder) throws {
    let members: [(String, JSON)] = [
      ("iteration", .integer(value.iteration)), ("seconds", .number(rounded(trainer.seconds))),
      ("test_psnr", .number(value.psnr)), ("test_images", .integer(evaluation.photoCount)),
    ]
    try ranks.onFirst { try folder.append(metrics: .object(members)) }
    report.emit(.object([("event", "evaluation")] + members))
    page?.monitor.add(value)
  }

  private func saveCheckpoint(_ folder: inout TrainingFolder) throws {
    try folder.saveCheckpoint(of: trainer, more: meter.bytes, ranks)
    report.emit(["event": "checkpoint", "iteration": .integer(trainer.iteration)])
  }

  /// Saves the model, and before it a checkpoint, so that there never is a model that cannot be
  /// continued.
  private func save(_ folder: inout TrainingFolder) throws {
    // A disk may have room for the model and not for the checkpoint.
    let checkpoint = Result { try saveCheckpoint(&folder) }
    try saveModel(folder)
    try checkpoint.get()
  }

  @discardableResult
  private func saveModel(_ folder: TrainingFolder) throws -> String {
    let path = try folder.saveModel(of: trainer, formats: saving.export.formats, ranks)
    if trainer.settings.poses.kind == .refine {
      try ranks.onFirst {
        try folder.save(cameras: data.cameras(refined: trainer.refinedCameras))
      }
    }
    report.emit(["event": "saved", "path": .text(path)])
    return path
  }

  /// Writes the scene with the refined cameras, if that was asked for.
  private func exportScene() throws {
    guard let path = saving.exportScene, ranks.isFirst else { return }
    do {
      _ = try data.straightenedScene(refined: trainer.refinedCameras).write(
        to: path, threads: trainer.settings.threads, report: report)
      report.emit(["event": "saved", "path": .text(path)])
    } catch is StraightenedScene.Stopped {
      Console.endLine()
      Console.writeError("stopped; \(path) was not written\n")
      ProgramEnd.exit(Interrupt.exitCode)
    }
  }

  /// Saves everything and ends the program.
  private func stop(_ folder: inout TrainingFolder) throws -> Never {
    Console.endLine()
    try save(&folder)
    page?.stop("the training was stopped after iteration \(Wording.count(trainer.iteration))")
    Console.writeError(
      """
      stopped after iteration \(Wording.count(trainer.iteration)); splat train --resume \
      \(folder.path) continues

      """)
    ProgramEnd.exit(ranks.first(Interrupt.exitCode))
  }

  /// Writes the model and the results.
  private func finish(_ folder: inout TrainingFolder) throws {
    // A disk may have room for the model and not for the checkpoint.
    let checkpoint = Result { try saveCheckpoint(&folder) }
    let model = try saveModel(folder)
    // Measure the held-out photos.
    if report.isPlain, data.test.count > 0 { Console.write("measuring the held-out photos\n") }
    let qualities = trainer.quality(of: data.test)
    let aligned =
      trainer.settings.poses.kind == .refine ? trainer.alignedQuality(of: data.test) : []
    try ranks.together { if let failure = data.test.failure { throw failure } }
    if let last = evaluation.last(of: qualities, iteration: trainer.iteration) {
      try append(last, to: &folder)
    }
    // Write and report the results.
    var members: [(String, JSON)] = []
    let quality = QualityReport(qualities, aligned: aligned)
    if let quality { members += quality.members }
    members += [
      ("splats", .integer(trainer.splatCount)), ("iterations", .integer(trainer.iteration)),
      ("seconds", .number(rounded(trainer.seconds))),
      ("peak_memory", .integer(ProcessMemory.peak)),
    ]
    if let traffic = trainer.traffic {
      members += [
        ("processes", .integer(ranks.count)), ("projected_splats", .integer(traffic.projected)),
        ("remote_splats", .integer(traffic.remote)),
      ]
    }
    let images = quality?.imageMembers.map { ($0.name, JSON.object($0.members)) } ?? []
    try ranks.onFirst {
      try folder.save(
        results: .object(members + (images.isEmpty ? [] : [("images", .object(images))])))
    }
    report.emit(.object([("event", "result")] + members + [("model", .text(model))]))
    if report.isPlain {
      quality?.print()
      report.say(
        """
        done: \(Wording.count(trainer.splatCount, "Gaussian")) after \
        \(Wording.count(trainer.iteration, "iteration")) in \(Wording.duration(trainer.seconds)), \
        peak memory \(Wording.bytes(ProcessMemory.peak))
        \(model)
        """)
    }
    try exportScene()
    try checkpoint.get()
  }

  private func rounded(_ seconds: Double) -> Double { (seconds * 1000).rounded() / 1000 }
}
