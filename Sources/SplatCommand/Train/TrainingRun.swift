import Foundation
import SplatCore
import SplatFiles
import SplatTraining
import SplatViewer

/// Trains, and keeps the output folder up to date meanwhile.
struct TrainingRun {
  let trainer: Trainer
  let data: TrainingData
  let configuration: RunConfiguration
  let saving: SavingOptions
  let report: ReportOptions
  private let page: TrainingPage?
  private var meter = TrainingMeter()
  private var evaluation: HeldOutEvaluation

  /// Every how many iterations a line of metrics is written.
  private static let metricsInterval = 100

  init(
    trainer: Trainer, data: TrainingData, configuration: RunConfiguration, saving: SavingOptions,
    report: ReportOptions, page: TrainingPage? = nil
  ) {
    self.trainer = trainer
    self.data = data
    self.configuration = configuration
    self.saving = saving
    self.report = report
    self.page = page
    evaluation = HeldOutEvaluation(data.test, settings: trainer.settings)
  }

  consuming func run(in folder: inout TrainingFolder) throws {
    try begin(&folder)
    evaluation.skip(through: trainer.fraction)
    Interrupt.watch()
    let progressLine = TrainingProgressLine(trainer, report: report)
    while !trainer.isFinished {
      let progress = trainer.step()
      // A photo may have disappeared since the start.
      if let failure = trainer.photos.failure { throw failure }
      meter.add(progress)
      let isLast = trainer.isFinished
      if isLast || progress.iteration % Self.metricsInterval == 0 {
        try append(progress, to: &folder)
      }
      if let psnr = try evaluation.measureIfDue(trainer) { try append(psnr, to: &folder) }
      if !isLast, saving.saveIterations?.values.contains(progress.iteration) ?? false {
        saved(
          try folder.save(
            trainer.splats, iteration: progress.iteration, formats: saving.export.formats))
      }
      progressLine.update(progress)
      try show(progress, progressLine, folder)
      guard !isLast else { break }
      if Interrupt.received != nil { try stop(folder) }
      if saving.checkpointEvery > 0, progress.iteration % saving.checkpointEvery == 0 {
        try saveCheckpoint(folder)
      }
    }
    Console.endLine()
    try finish(&folder)
    page?.serveFinished(trainer, report: report)
  }

  /// Shows the training on its page, and carries out the commands that come from there.
  private func show(
    _ progress: TrainingProgress, _ progressLine: TrainingProgressLine, _ folder: TrainingFolder
  ) throws {
    try page?.monitor.update(
      progress, secondsLeft: progressLine.secondsLeft, of: trainer,
      isInterrupted: { Interrupt.received != nil }
    ) { command in
      if command == .stop { try stop(folder) }
      try saveCheckpoint(folder)
      saved(
        try folder.save(
          trainer.splats, iteration: trainer.iteration, formats: saving.export.formats))
      return "saved iteration \(Wording.count(trainer.iteration))"
    }
  }

  /// Prepares the folder for a new run, or resumes the run in it.
  private mutating func begin(_ folder: inout TrainingFolder) throws {
    guard saving.resume, FilePaths.exists(folder.path) else {
      return try folder.start(configuration, cameras: data.cameras)
    }
    guard let bytes = try folder.checkpoint() else {
      report.say("\(folder.path) holds no checkpoint: starting from the beginning")
      return try folder.start(configuration, cameras: data.cameras)
    }
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
    folder.removeLeftovers()
    try folder.keepMetrics(through: trainer.iteration)
    report.say("resuming after iteration \(Wording.count(trainer.iteration))")
    report.emit(["event": "resumed", "iteration": .integer(trainer.iteration)])
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

  private func saveCheckpoint(_ folder: TrainingFolder) throws {
    try folder.saveCheckpoint(of: trainer, more: meter.bytes)
    report.emit(["event": "checkpoint", "iteration": .integer(trainer.iteration)])
  }

  private func saved(_ path: String) {
    report.emit(["event": "saved", "path": .text(path)])
  }

  /// Saves everything and ends the program.
  private func stop(_ folder: TrainingFolder) throws -> Never {
    Console.endLine()
    try saveCheckpoint(folder)
    saved(
      try folder.save(
        trainer.splats, iteration: trainer.iteration, formats: saving.export.formats))
    page?.stop("the training was stopped after iteration \(Wording.count(trainer.iteration))")
    Console.writeError(
      """
      stopped after iteration \(Wording.count(trainer.iteration)); the same command with --resume \
      continues

      """)
    Foundation.exit(Interrupt.exitCode)
  }

  /// Writes the model and the results.
  private func finish(_ folder: inout TrainingFolder) throws {
    let model = try folder.save(
      trainer.splats, iteration: trainer.iteration, formats: saving.export.formats)
    saved(model)
    if report.isPlain, data.test.count > 0 { Console.write("measuring the held-out photos\n") }
    let qualities = trainer.quality(of: data.test)
    if let failure = data.test.failure { throw failure }
    if let last = evaluation.last(of: qualities, iteration: trainer.iteration) {
      try append(last, to: &folder)
    }
    var members: [(String, JSON)] = []
    if let mean = QualityReport(qualities) {
      members += [("psnr", .number(mean.psnr)), ("ssim", .number(mean.ssim))]
    }
    members += [
      ("splats", .integer(trainer.splats.count)), ("iterations", .integer(trainer.iteration)),
      ("seconds", .number(rounded(trainer.seconds))),
      ("peak_memory", .integer(ProcessMemory.peak)),
    ]
    let images = qualities.map { ($0.name, QualityReport.json($0)) }
    try folder.save(
      results: .object(members + (images.isEmpty ? [] : [("images", .object(images))])))
    report.emit(.object([("event", "result")] + members + [("model", .text(model))]))
    if report.isPlain {
      QualityReport(qualities)?.print()
      report.say(
        """
        done: \(Wording.count(trainer.splats.count, "Gaussian")) after \
        \(Wording.count(trainer.iteration, "iteration")) in \(Wording.duration(trainer.seconds)), \
        peak memory \(Wording.bytes(ProcessMemory.peak))
        \(model)
        """)
    }
  }

  private func rounded(_ seconds: Double) -> Double { (seconds * 1000).rounded() / 1000 }
}
