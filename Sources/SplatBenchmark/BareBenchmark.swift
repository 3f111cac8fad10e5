import SplatCore
import SplatRendering
import SplatTraining

/// Core times for a pair in the ``BareLoop``, in nanoseconds.
///
/// The loops run on as many threads as what they are compared with, and in turns with it, so that other
/// work on the machine slows both alike.
final class BareBenchmark {
  private let loop: BareLoop
  private let workers: Workers
  private let scratch = Buffer<Float>()
  private let times = StageTimes()
  private let includesAbsolute = TrainingSettings().strategy == .adc

  init(threads: Int) {
    let workers = Workers(threads: threads)
    let scene = Workload.spread(
      "bare", count: 200, width: BareLoop.width, height: BareLoop.height)
    let rasterizer = Rasterizer()
    let splats = scene.splats.parameters.storage.withReadOnlyView { parameters in
      let projected = rasterizer.project(
        parameters: parameters, count: scene.splats.count, shDegree: scene.splats.shDegree,
        camera: scene.camera, settings: RenderSettings(), workers: workers)
      return (0..<projected.recordCounts.reduce(0, +)).map { projected.records[$0] }
    }
    self.workers = workers
    loop = BareLoop(splats: splats, settings: RenderSettings())
  }

  /// The time for a pair on the way forward.
  var forward: Double { nanoseconds("forward") }
  /// The time for a pair on the way back.
  var backward: Double { nanoseconds("backward") }

  private func nanoseconds(_ stage: String) -> Double {
    (times.median(stage)?.wall ?? .nan) * 1e9 / Double(loop.pairs)
  }

  /// Makes some passes both ways on every thread.
  func run() {
    let (loop, includesAbsolute) = (loop, includesAbsolute)
    let tile = BareLoop.width * BareLoop.height
    let sizes = [BareLoop.scratchCount, 4 * tile, loop.gradientCount]
    let count = sizes.reduce(0, +)
    let memory = scratch.view(count: workers.threads * count)
    memory.fill(0.5)
    func passes(_ stage: String, _ pass: @Sendable ([BufferView<Float>]) -> Void) {
      // The clock of the processors runs for all threads at once; a pass is too short to be interrupted
      // often, so the median of the wall times is that of a core.
      let seconds = workers.gathering(workers.threads) { worker -> Double in
        var start = worker * count
        let mine = sizes.map { size in
          defer { start += size }
          return memory.slice(start..<start + size)
        }
        let times = StageTimes()
        for _ in 0..<7 { times.time(stage) { pass(mine) } }
        return times.median(stage)?.wall ?? 0
      }
      seconds.forEach { times.add(stage, StageTimes.Sample(wall: $0, cpu: $0)) }
    }
    passes("forward") { loop.forward($0[0]) }
    passes("backward") {
      loop.backward($0[0], image: $0[1], gradients: $0[2], includesAbsolute: includesAbsolute)
    }
  }
}
