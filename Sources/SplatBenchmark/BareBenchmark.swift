import SplatCore
import SplatRendering
import SplatTraining

/// The core time for a pair in the ``BareLoop``, in nanoseconds.
///
/// The loops run on as many threads as the stages they are compared with, alternating with them, so
/// that other work on the machine slows both alike.
final class BareBenchmark {
  private let splats: [ProjectedSplat]
  private let workers: Workers
  private let times = StageTimes()
  private let includesAbsolute = TrainingSettings().densityControl.wantsAbsoluteGradients(
    at: 0)

  init(threads: Int) {
    let workers = Workers(threads: threads)
    let scene = Workload.spread(
      "bare", count: 200, width: BareLoop.width, height: BareLoop.height)
    let rasterizer = Rasterizer()
    splats = scene.splats.parameters.withReadOnlyView { model in
      let projected = rasterizer.project(
        model, camera: scene.camera, settings: RenderSettings(), workers: workers)
      return (0..<projected.recordCounts.reduce(0, +)).map { projected.records[$0] }
    }
    self.workers = workers
  }

  /// The time for a pair in the forward pass.
  var forward: Double { nanoseconds("forward") }
  /// The time for a pair in the backward pass.
  var backward: Double { nanoseconds("backward") }

  private func nanoseconds(_ stage: String) -> Double {
    (times.median(stage)?.wall ?? .nan) * 1e9 / Double(BareLoop.pairs)
  }

  /// Runs some passes of both kinds on every thread.
  func run() {
    let (splats, includesAbsolute) = (splats, includesAbsolute)
    func passes(_ stage: String, _ pass: @Sendable (BareLoop) -> Void) {
      // The processor clock counts all threads together. A pass is too short to be interrupted
      // often, so the median wall time is the time of one core.
      let seconds = workers.gathering(workers.threads) { _ -> Double in
        let loop = BareLoop(splats: splats, settings: RenderSettings())
        let times = StageTimes()
        for _ in 0..<7 { times.time(stage) { pass(loop) } }
        return times.median(stage)?.wall ?? 0
      }
      seconds.forEach { times.add(stage, StageTimes.Sample(wall: $0, cpu: $0)) }
    }
    passes("forward") { $0.forward() }
    passes("backward") { $0.backward(includesAbsolute: includesAbsolute) }
  }
}
