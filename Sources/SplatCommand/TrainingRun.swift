import Dispatch
import Foundation
import SplatCore
import SplatFiles
import SplatTraining
import Synchronization

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Set by Ctrl-C; the run then ends after its iteration.
private let isInterrupted = Atomic<Bool>(false)

/// The loop of `splat train`: iterations, reports, saves.
struct TrainingRun {
  let trainer: Trainer
  let folder: OutputFolder
  let console: Console
  let scenePath: String
  let views: [TrainingView]
  let testViews: [TrainingView]
  let savePoints: Set<Int>
  let checkpointEvery: Int

  /// After how many iterations a line of metrics is written.
  private static let reportInterval = 100

  func run() throws {
    try writePreamble()
    var metrics = folder.metrics(upTo: trainer.iteration)
    let startSeconds = trainer.seconds
    let startIteration = trainer.iteration
    var lastShown = startSeconds
    var smoothed: Double?
    signal(SIGINT) { _ in isInterrupted.store(true, ordering: .relaxed) }
    defer { signal(SIGINT, SIG_DFL) }

    while !trainer.isFinished, !isInterrupted.load(ordering: .relaxed) {
      let progress = trainer.step()
      smoothed = smoothed.map { $0 * 0.95 + progress.psnr * 0.05 } ?? progress.psnr
      if progress.iteration % Self.reportInterval == 0 || trainer.isFinished {
        metrics.append(metricsLine(progress))
        console.event(metricsObject(progress))
      }
      if progress.seconds - lastShown >= (console.isTerminal ? 0.25 : 5) {
        lastShown = progress.seconds
        let rate =
          Double(progress.iteration - startIteration) / max(progress.seconds - startSeconds, 1e-9)
        show(progress, rate: rate, psnr: smoothed ?? 0)
      }
      if savePoints.contains(progress.iteration) {
        try folder.write(trainer.splats, iteration: progress.iteration)
      }
      if progress.iteration % checkpointEvery == 0, !trainer.isFinished {
        try save(metrics)
      }
    }
    console.endProgress()
    try save(metrics)
    try folder.write(trainer.splats, iteration: trainer.iteration)
    if !trainer.isFinished {
      console.note(
        """
        stopped after iteration \(trainer.iteration); \
        continue with: splat train \(scenePath) -o \(folder.path) --resume and the same options
        """)
      return
    }
    try finish()
  }

  private func writePreamble() throws {
    let cameras = views.map { NamedCamera(name: $0.name, camera: $0.camera) }
    try CameraPath.write(cameras, to: folder.path + "/cameras.json")
    let data = try JSONEncoder().encode(trainer.settings)
    let settings = try JSONSerialization.jsonObject(with: data)
    try folder.write(
      json: [
        "scene": scenePath, "settings": settings, "maximum_splats": trainer.maximumSplats,
        "version": SplatCommand.version,
      ], to: "config.json")
  }

  private func save(_ metrics: [String]) throws {
    try FileOutput.write(
      Array(metrics.map { $0 + "\n" }.joined().utf8), to: folder.metricsPath)
    try folder.write(checkpoint: trainer.checkpoint())
  }

  private func metricsObject(_ progress: TrainingProgress) -> [String: Any] {
    [
      "iteration": progress.iteration, "seconds": progress.seconds, "loss": progress.loss,
      "psnr": progress.psnr, "splats": progress.splats, "memory_bytes": ProcessMemory.peak,
    ]
  }

  private func metricsLine(_ progress: TrainingProgress) -> String {
    Console.json(metricsObject(progress))
  }

  private func show(_ progress: TrainingProgress, rate: Double, psnr: Double) {
    let left = progress.seconds / max(progress.fraction, 1e-9) * (1 - progress.fraction)
    let cells = 20
    let filled = Int(progress.fraction * Double(cells))
    let bar = String(repeating: "=", count: filled) + String(repeating: " ", count: cells - filled)
    console.progress(
      String(
        format: "[%@] %d  %.1f it/s  loss %.4f  PSNR %.2f  %d Gaussians  %d MB  %d:%02d left", bar,
        progress.iteration, rate, progress.loss, psnr, progress.splats,
        ProcessMemory.peak / 1_000_000, Int(left) / 60, Int(left) % 60))
  }

  private func finish() throws {
    var results: [String: Any] = [
      "iterations": trainer.iteration, "seconds": trainer.seconds,
      "splats": trainer.splats.count, "peak_memory_bytes": ProcessMemory.peak,
    ]
    if !testViews.isEmpty {
      let qualities = trainer.quality(of: testViews)
      let mean = Evaluate.mean(qualities)
      results["psnr"] = mean.psnr
      results["ssim"] = mean.ssim
      results["views"] = qualities.map { ["name": $0.name, "psnr": $0.psnr, "ssim": $0.ssim] }
      console.note(
        String(
          format: "held-out photos: PSNR %.2f dB, SSIM %.4f (mean of %d)", mean.psnr, mean.ssim,
          qualities.count))
    }
    try folder.write(json: results, to: "results.json")
    console.event(results.merging(["event": "done"]) { first, _ in first })
    console.note(
      String(
        format: "%d iterations in %.1f s, %d Gaussians: %@/point_cloud/iteration_%d/point_cloud.ply",
        trainer.iteration, trainer.seconds, trainer.splats.count, folder.path, trainer.iteration))
  }
}
