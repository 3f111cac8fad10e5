import SplatTraining

/// Reports the progress of a training: on one line of a terminal, or as a line every few seconds.
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
  private var hasEstimated = false

  /// The share of the old mean in the smoothed loss and PSNR.
  private static let smoothing = 0.98

  init(settings: TrainingSettings, begin iteration: Int, report: ReportOptions) {
    self.settings = settings
    self.report = report
    interval = Console.isTerminal ? 0.2 : 5
    begin = .now
    lastTime = begin
    lastIteration = iteration
  }

  /// Takes note of an iteration.
  func update(_ progress: TrainingProgress) {
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
    let text = line(progress, left: left(progress))
    if Console.isTerminal { Console.rewrite(text) } else { Console.write(text + "\n") }
  }

  /// The seconds that the rest of the run takes at the present rate.
  private func left(_ progress: TrainingProgress) -> Double {
    let counted = Double(settings.iterations - progress.iteration) / max(rate, 1e-9)
    guard let limit = settings.timeLimit else { return max(0, counted) }
    return max(0, min(counted, limit - progress.seconds))
  }

  private func line(_ progress: TrainingProgress, left: Double) -> String {
    let total = String(settings.iterations)
    // What matters least comes last, where a narrow terminal cuts.
    let parts = [
      Wording.aligned(String(progress.iteration), total.count) + "/" + total,
      progress.fraction >= 1 ? "" : "about " + Wording.duration(left) + " left",
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
