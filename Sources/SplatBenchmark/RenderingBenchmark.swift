import SplatCore
import SplatMetrics
import SplatRendering
import SplatTraining
import Synchronization

/// Measures the stages of rendering a workload, and of the backward pass from its image to its
/// parameters.
final class RenderingBenchmark {
  /// The stages in their order.
  private enum Stage {
    static let project = "project", bin = "bin", sort = "sort", blend = "blend"
    static let loss = "loss", tileBackward = "tile-backward"
    static let projectBackward = "project-backward+Adam"
    static let frame = "frame", forwardAndBackward = "frame+backward"
    static let all = [
      project, bin, sort, blend, frame, loss, tileBackward, projectBackward, forwardAndBackward,
    ]
  }

  private let workload: Workload
  private let threads: Int
  private let workers: Workers
  private let settings: RenderSettings
  private let bare: BareBenchmark
  /// The defaults, with steps so small that the model does not change.
  private let trainer: TrainingSettings = {
    var settings = TrainingSettings()
    let rates: [WritableKeyPath<LearningRates, Float>] = [
      \.means, \.finalMeans, \.logScales, \.rotations, \.opacityLogits, \.shConstant, \.shRest,
    ]
    for rate in rates { settings.rates[keyPath: rate] = 1e-30 }
    return settings
  }()
  private let control: any DensityControl
  private var includesAbsolute: Bool { control.wantsAbsoluteGradients(at: 0) }

  private let rasterizer = Rasterizer()
  private let loss = PhotometricLoss()
  private let render = PaddedBuffer()
  private let photo = PaddedBuffer()
  private let transmittance = Buffer<Float>()
  private let gradients = Buffer<Float>()
  private var state: ModelState
  /// The iteration that the backward pass stands for, one in which all SH bands are in use.
  private var iteration = 10_000
  private let times = StageTimes()
  private var pairs = PairCount()

  init(workload: Workload, threads: Int) {
    self.workload = workload
    self.threads = threads
    workers = Workers(threads: threads)
    var settings = RenderSettings()
    settings.threads = threads
    self.settings = settings
    bare = BareBenchmark(threads: threads)
    control = trainer.densityControl
    state = ModelState(workload.splats, statisticPlanes: control.statisticPlanes)
  }

  /// Measures everything, and returns a row for each stage and one of counts.
  func rows() -> [Row] {
    let (allocations, sums) = measureFrames()
    repeating(minimum: 7, seconds: 1.5) {
      workload.includesBackward ? runForwardAndBackward() : runForward()
      bare.run()
    }
    var rows = Stage.all.compactMap(row)
    rows.append(
      Row(
        name: workload.name, stage: "counts", threads: threads, gaussians: workload.splats.count,
        pairsEvaluated: pairs.evaluated, pairsContributing: pairs.contributing,
        allocationsPerFrame: allocations, sumOfRGB: sums.rgb, sumOfAlpha: sums.alpha))
    return rows
  }

  private func row(_ stage: String) -> Row? {
    guard let median = times.median(stage) else { return nil }
    var row = Row(
      name: workload.name, stage: stage, threads: threads, gaussians: workload.splats.count,
      pixels: workload.camera.width * workload.camera.height, medianMs: median.wall * 1e3,
      cpuMs: median.cpu * 1e3)
    let limit: Double? =
      switch stage {
      case Stage.blend: bare.forward
      case Stage.tileBackward: bare.backward
      default: nil
      }
    if let limit {
      let each = median.cpu * 1e9 / Double(max(1, pairs.evaluated))
      row.nsPerPair = each
      row.timesBare = each / limit
    }
    return row
  }

  /// Renders whole frames as an application would.
  private func measureFrames() -> (allocations: Double, sums: (rgb: Double, alpha: Double)) {
    let renderer = Renderer(settings: settings)
    var frame = Frame(width: workload.camera.width, height: workload.camera.height)
    renderer.render(workload.splats, from: workload.camera, into: &frame)
    let before = bufferAllocations.load(ordering: .relaxed)
    var count = 0
    repeating(minimum: 7, seconds: 1) {
      times.time(Stage.frame) {
        renderer.render(workload.splats, from: workload.camera, into: &frame)
      }
      count += 1
    }
    let allocations = bufferAllocations.load(ordering: .relaxed) - before
    func sum(_ plane: [Float]) -> Double { plane.reduce(0) { $0 + Double($1) } }
    return (
      Double(allocations) / Double(count),
      (sum(frame.red) + sum(frame.green) + sum(frame.blue), sum(frame.alpha))
    )
  }

  private func prepare(_ model: ParameterView) -> RenderPass {
    let projected = times.time(Stage.project) {
      rasterizer.project(
        model, clusters: workload.splats.clusters, camera: workload.camera, settings: settings,
        workers: workers)
    }
    let lists = times.time(Stage.bin) {
      rasterizer.bin(
        projected, isForBackward: workload.includesBackward, workers: workers)
    }
    let pass = times.time(Stage.sort) { rasterizer.sort(projected, lists, workers: workers) }
    if pairs.evaluated == 0 { pairs = rasterizer.countPairs(pass, workers: workers) }
    return pass
  }

  private func runForward() {
    let render = render.planes(width: workload.camera.width, height: workload.camera.height)
    let image = ImagePlanes(
      of: render, transmittance: transmittance.view(count: render.planeSize))
    state.splats.parameters.withReadOnlyView { model in
      let pass = prepare(model)
      times.time(Stage.blend) { rasterizer.blend(pass, into: image, workers: workers) }
    }
  }

  private func runForwardAndBackward() {
    let (width, height) = (workload.camera.width, workload.camera.height)
    let render = render.planes(width: width, height: height)
    let photo = photo.planes(width: width, height: height)
    let image = ImagePlanes(
      of: render, transmittance: transmittance.view(count: render.planeSize))
    let gradients = gradients.view(count: 7 * width * height)
    func plane(_ index: Int) -> BufferView<Float> {
      gradients.slice(index * width * height..<(index + 1) * width * height)
    }
    // The backward pass starts from gradients of 1 for every colour and alpha; the loss writes to
    // other memory.
    gradients.slice(0..<4 * width * height).fill(1)
    let gradImage = ImageGradients(
      red: plane(0), green: plane(1), blue: plane(2), alpha: plane(3),
      depth: plane(3).slice(0..<0), rowStride: width)
    let step = TrainingStep(
      iteration: iteration, photo: 0, progress: 0, extent: 1,
      size: SIMD2(Float(width), Float(height)), count: state.count, settings: trainer)
    let update = ParameterUpdate(
      step, control: control,
      shDegree: min(state.splats.shDegree, step.iteration / trainer.shInterval), settings: trainer)
    iteration += 1
    state.withView { state in
      let pass = prepare(state.model)
      times.time(Stage.blend) { rasterizer.blend(pass, into: image, workers: workers) }
      _ = times.time(Stage.loss) {
        loss.evaluate(
          ImagePair(render: render, photo: photo, mask: gradients.slice(0..<0)),
          terms: trainer.imageTerms, gradient: [plane(4), plane(5), plane(6)], workers: workers)
      }
      let slotGradients = times.time(Stage.tileBackward) {
        rasterizer.backward(
          pass, image: image, gradImage: gradImage, includesAbsolute: includesAbsolute,
          workers: workers)
      }
      _ = times.time(Stage.projectBackward) {
        rasterizer.backwardProjection(pass, gradients: slotGradients, workers: workers) {
          gradient in update.apply(gradient, to: state)
        }
      }
    }
    let stages = [
      Stage.project, Stage.bin, Stage.sort, Stage.blend, Stage.tileBackward,
      Stage.projectBackward,
    ]
    times.add(Stage.forwardAndBackward, times.last(of: stages))
  }
}
