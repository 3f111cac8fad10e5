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
  private let page: TrainingPage?
  private var meter = TrainingMeter()
  private var evaluation: HeldOutEvaluation

  /// Every how many iterations a line of metrics is written.
  private static let metricsInterval = 100

  init(
    trainer: Trainer, data: TrainingData, configuration: RunConfiguration, resumed: ResumedRun?,
    saving: SavingOptions, report: ReportOptions, page: TrainingPage?
  ) {
    self.trainer = trainer
    self.data = data
    self.configuration = configuration
    self.resumed = resumed
    self.saving = saving
    self.report = report
    self.page = page
    evaluation = HeldOutEvaluation(data.test, settings: trainer.settings)
  }

  consuming func run(in folder: inout TrainingFolder) throws {
    if let path = saving.exportScene { try StraightenedScene.check(path) }
    guard try begin(&folder) else {
      try exportScene()
      return sayComplete()
    }
    evaluation.skip(through: trainer.fraction)
    Interrupt.watch()
    let progressLine = TrainingProgressLine(trainer, report: report)
    while !trainer.isFinished {
      let progress = trainer.step()
      // A photo may have disappeared since the start.
      if let failure = trainer.photos.failure { throw failure }
      meter.add(progress)
      let isLast = trainer.isFinished
      if isLast || progress.passes(multipleOf: Self.metricsInterval) {
        try append(progress, to: &folder)
      }
      if let psnr = try evaluation.measureIfDue(trainer) { try append(psnr, to: &folder) }
      if !isLast, saving.saveIterations?.values.contains(where: progress.made) ?? false {
        try save(&folder)
      }
      progressLine.update(progress)
      try show(progress, progressLine, &folder)
      guard !isLast else { break }
      if Interrupt.received != nil { try stop(&folder) }
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
    guard saving.resume, let bytes = try folder.checkpoint() else {
      if resumed != nil {
        report.say("\(folder.path) holds no checkpoint: starting from the beginning")
      }
      try folder.start(configuration, cameras: data.cameras)
      return true
    }
    // Take the trainer and the meter from the checkpoint.
    let body = max(0, bytes.count - TrainingMeter.byteCount)
    do throws(TrainingError) {
      try trainer.resume(byteCount: body) { range in
        defer { bytes.release(range) }
        return bytes.slice(range)
      }
    } catch {
      throw FileError(.badInput, path: folder.checkpointPath, problem: error.description)
    }
    guard let meter = TrainingMeter(bytes.slice(body..<bytes.count)[...]) else {
      throw FileError(
        .badInput, path: folder.checkpointPath,
        problem: "the checkpoint cannot be used: its last bytes are damaged")
    }
    self.meter = meter
    // A run that is complete stays as it is.
    let formats = saving.export.formats
    if trainer.isFinished, folder.isComplete(iteration: trainer.iteration, formats: formats) {
      return false
    }
    // Go on where the checkpoint was taken.
    folder.removeLeftovers()
    try folder.keepMetrics(through: trainer.iteration, isFinished: trainer.isFinished)
    report.say("resuming after iteration \(Wording.count(trainer.iteration))")
    report.emit(["event": "resumed", "iteration": .integer(trainer.iteration)])
    if let note = resumed?.extensionNote(trainer) {
      report.say(note)
      report.emit(["event": "extended", "note": .text(note)])
      try folder.write(configuration)
    }
    return true
  }

  private mutating func append(_ progress: TrainingProgress, to folder: inout TrainingFolder) throws
  {
    let means = meter.take()
    let members: [(String, JSON)] = [
      ("iteration", .integer(progress.iteration)), ("seconds", .number(rounded(progress.seconds))),
      ("loss", .number(means.loss)), ("psnr", .number(means.psnr)),
      ("splats", .integer(progress.splats)), ("memory", .integer(ProcessMemory.current)),
    ]
    try folder.append(metrics: .object(members))
    report.emit(.object([("event", "progress")] + members))
  }

  /// Adds the PSNR of held-out photos to the metrics, and to the page's curve.
  private func append(_ value: HeldOutPSNR, to folder: inout TrainingFolder) throws {
    let members: [(String, JSON)] = [
      ("iteration", .integer(value.iteration)), ("seconds", .number(rounded(trainer.seconds))),
      ("test_psnr", .number(value.psnr)), ("test_images", .integer(evaluation.photoCount)),
    ]
    try folder.append(metrics: .object(members))
    report.emit(.object([("event", "evaluation")] + members))
    page?.monitor.add(value)
  }

  private func saveCheckpoint(_ folder: inout TrainingFolder) throws {
    try folder.saveCheckpoint(of: trainer, more: meter.bytes)
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
    let path = try folder.save(
      trainer.splats, iteration: trainer.iteration, formats: saving.export.formats)
    if trainer.settings.poses.kind == .refine {
      try folder.save(cameras: data.cameras(refined: trainer.refinedCameras))
    }
    report.emit(["event": "saved", "path": .text(path)])
    return path
  }

  /// Writes the scene with the refined cameras, if that was asked for.
  private func exportScene() throws {
    guard let path = saving.exportScene else { return }
    do {
      _ = try data.straightenedScene(refined: trainer.refinedCameras).write(
        to: path, threads: trainer.settings.threads, report: report)
      report.emit(["event": "saved", "path": .text(path)])
    } catch is StraightenedScene.Stopped {
      Console.endLine()
      Console.writeError("stopped; \(path) was not written\n")
      SplatPlatform.exit(Interrupt.exitCode)
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
    SplatPlatform.exit(Interrupt.exitCode)
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
    if let failure = data.test.failure { throw failure }
    if let last = evaluation.last(of: qualities, iteration: trainer.iteration) {
      try append(last, to: &folder)
    }
    // Write and report the results.
    var members: [(String, JSON)] = []
    let quality = QualityReport(qualities, aligned: aligned)
    if let quality { members += quality.members }
    members += [
      ("splats", .integer(trainer.splats.count)), ("iterations", .integer(trainer.iteration)),
      ("seconds", .number(rounded(trainer.seconds))),
      ("peak_memory", .integer(ProcessMemory.peak)),
    ]
    let images = quality?.imageMembers.map { ($0.name, JSON.object($0.members)) } ?? []
    try folder.save(
      results: .object(members + (images.isEmpty ? [] : [("images", .object(images))])))
    report.emit(.object([("event", "result")] + members + [("model", .text(model))]))
    if report.isPlain {
      quality?.print()
      report.say(
        """
        done: \(Wording.count(trainer.splats.count, "Gaussian")) after \
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
