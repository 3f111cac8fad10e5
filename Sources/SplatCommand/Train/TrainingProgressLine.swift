import SplatTraining

/// Prints the progress of a training: on one line of a terminal, or a line every few seconds.
final class TrainingProgressLine {
  private let settings: TrainingSettings
  private let report: ReportOptions
  private let interval: Double
  private let begin: ContinuousClock.Instant
  private var lastTime: ContinuousClock.Instant
  private var lastIteration: Int
  private var rate = 0.0
  private var loss = 0.0
  private var psnr = 0.0
  private var remaining: RemainingTime

  /// The share of the old mean in the smoothed loss and PSNR.
  private static let smoothing = 0.98

  init(_ trainer: Trainer, report: ReportOptions) {
    settings = trainer.settings
    remaining = RemainingTime(of: trainer)
    self.report = report
    interval = Console.isTerminal ? 0.2 : 5
    begin = .now
    lastTime = begin
    lastIteration = trainer.iteration
  }

  /// The estimated seconds that the rest of the run takes.
  var secondsLeft: Double? { remaining.seconds }

  /// Takes an iteration into account, and prints a line if one is due.
  func update(_ progress: TrainingProgress) {
    remaining.add(progress)
    guard report.isPlain else { return }
    let isFirst = loss == 0 && psnr == 0
    loss = isFirst ? progress.loss : Self.smoothing * loss + (1 - Self.smoothing) * progress.loss
    psnr = isFirst ? progress.psnr : Self.smoothing * psnr + (1 - Self.smoothing) * progress.psnr
    let now = ContinuousClock.now
    let elapsed = (now - lastTime).seconds
    let isLast = progress.fraction >= 1
    guard elapsed >= interval || isLast else { return }
    let latest = Double(progress.iteration - lastIteration) / max(elapsed, 1e-9)
    rate = rate == 0 ? latest : 0.7 * rate + 0.3 * latest
    lastTime = now
    lastIteration = progress.iteration
    let text = line(progress)
    if Console.isTerminal { Console.rewrite(text) } else { Console.write(text + "\n") }
  }

  /// How far the run is: in iterations or, where the time is limited, in its share of the time.
  private func position(_ progress: TrainingProgress) -> String {
    let count = String(progress.iteration)
    guard let limit = settings.timeLimit else {
      let total = String(settings.iterations)
      return Wording.aligned(count, total.count) + "/" + total
    }
    let percent = Wording.aligned(String(Int(progress.fraction * 100)), 3)
    return "\(percent) % of \(Wording.duration(limit)), iteration \(count)"
  }

  private func line(_ progress: TrainingProgress) -> String {
    // What matters least comes last, where a narrow terminal cuts.
    let parts = [
      position(progress),
      secondsLeft.flatMap {
        progress.fraction >= 1 ? nil : "about " + Wording.duration($0) + " left"
      } ?? "",
      Wording.short(rate, 3) + " it/s",
      "loss " + Wording.fixed(loss, 4),
      Wording.fixed(psnr, 2) + " dB",
      Wording.count(progress.splats, "Gaussian"),
      Wording.bytes(ProcessMemory.current),
    ]
    let text = parts.filter { !$0.isEmpty }.joined(separator: "  ")
    return Console.isTerminal
      ? ProgressBar.text(share: progress.fraction, width: 10) + " " + text : text
  }
}
