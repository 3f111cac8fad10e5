import SplatCore
import SplatRendering
import SplatTraining

/// Measures training iterations on a made city of ten by ten blocks, of which aerial photos show
/// one in a hundred, beside iterations on only those Gaussians that a photo shows.
struct CityBenchmark {
  /// The numbers of Gaussians to measure.
  static let sizes = [300_000, 1_000_000, 3_000_000]

  private static let blocks = 10
  /// The side of a block, and how high the camera is, in metres.
  private static let side = 100.0, height = 120.0
  /// The iterations before measuring, in which the trainer finds out what photos show.
  private static let preparation = 40
  /// Enough for what is done from time to time to be in the mean.
  private static let measured = 128

  let name: String
  let splats: Splats

  static func name(_ count: Int) -> String {
    count < 1_000_000 ? "city \(count / 1000)k" : "city \(count / 1_000_000)M"
  }

  init(count: Int) {
    name = Self.name(count)
    splats = Self.splats(count: count)
  }

  /// The times of an iteration on photos from straight above, with and without steps that are
  /// deferred, on oblique ones, and on only what a photo from straight above shows.
  func rows(threads: Int) throws -> [Row] {
    let (down, oblique) = (Self.cameras(slope: 0), Self.cameras(slope: 1))
    let middle = [down[44], down[45], down[54], down[55]]
    let alone = try middle.map { camera in
      try row("iteration, visible only", visible(from: camera), [camera], threads)
    }
    return [
      try row("iteration, straight down", splats, down, threads),
      try row("the same, none deferred", splats, down, threads, mayDefer: false),
      try row("iteration, oblique", splats, oblique, threads), Self.mean(alone),
    ]
  }

  // MARK: Iterations

  private func row(
    _ stage: String, _ splats: Splats, _ cameras: [Camera], _ threads: Int, mayDefer: Bool = true
  ) throws -> Row {
    // Photos of the city as it is, and a model whose colours differ.
    var shown = splats
    shown.boundClusters()
    let renderer = Renderer()
    let views = cameras.enumerated().map { index, camera in
      let frame = renderer.render(shown, from: camera)
      let photo = Photo(
        width: camera.width, height: camera.height, channels: 3, bytes: frame.rgb8)
      return TrainingView(name: "\(index)", camera: camera, photo: photo)
    }
    var start = splats
    for index in 0..<start.count { start.parameters[Plane.sh, index] += 0.2 }
    var settings = TrainingSettings()
    settings.schedule = .full
    settings.shInterval = 1
    settings.threads = threads
    settings.maximumSplats = splats.count
    let trainer = try Trainer(views: views, splats: start, settings: settings)
    trainer.mayDeferSteps = mayDefer
    for _ in 0..<Self.preparation { trainer.step() }
    let times = StageTimes()
    times.time(stage) { for _ in 0..<Self.measured { trainer.step() } }
    let sum = times.median(stage) ?? StageTimes.Sample()
    let share = 1e3 / Double(Self.measured)
    return Row(
      name: name, stage: stage, threads: threads, gaussians: splats.count,
      pixels: cameras[0].width * cameras[0].height, medianMs: sum.wall * share,
      cpuMs: sum.cpu * share)
  }

  private static func mean(_ rows: [Row]) -> Row {
    func mean(_ value: (Row) -> Double?) -> Double {
      rows.reduce(0) { $0 + (value($1) ?? 0) } / Double(rows.count)
    }
    var row = rows[0]
    row.gaussians = Int(mean { $0.gaussians.map(Double.init) })
    row.medianMs = mean(\.medianMs)
    row.cpuMs = mean(\.cpuMs)
    return row
  }

  /// The Gaussians that a camera sees.
  private func visible(from camera: Camera) -> Splats {
    let rasterizer = Rasterizer()
    let indices = splats.parameters.withReadOnlyView { model in
      let pass = rasterizer.prepare(
        model, camera: camera, settings: RenderSettings(), workers: Workers())
      return pass.recordCounts.indices.flatMap { chunk in
        (0..<pass.recordCounts[chunk]).map {
          Int32(pass.records[chunk * Projection.chunkSize + $0].index)
        }
      }
    }
    var result = Splats(count: indices.count, shDegree: splats.shDegree)
    result.parameters = splats.parameters.gathered(indices)
    return result
  }

  // MARK: The city

  /// A camera that looks at the middle of each block, from straight above or along a slope.
  static func cameras(slope: Double) -> [Camera] {
    (0..<blocks * blocks).map { block in
      let middle = SIMD3(
        (Double(block % blocks) + 0.5) * side, (Double(block / blocks) + 0.5) * side, 0)
      let back = SIMD3(0, -height * slope, height)
      return Camera.looking(
        from: middle + back, at: middle, up: SIMD3(0, 1, 0), width: 640, height: 480,
        focalLength: SIMD2(repeating: 640 * height / side))
    }
  }

  /// Flat Gaussians on the ground and on the roofs and walls of four buildings in each block.
  private static func splats(count: Int) -> Splats {
    var random = RandomSource(seed: 44, purpose: .testing)
    var splats = Splats(count: count, shDegree: 3)
    // Streets and houses have about three times the area of the ground.
    let area = 3 * side * side * Double(blocks * blocks)
    let size = Float.log(Float((area / Double(count)).squareRoot() * 0.6))
    for index in 0..<count {
      let block = index % (blocks * blocks)
      let (place, normal) = surface(&random)
      let corner = SIMD3(Float(block % blocks), Float(block / blocks), 0) * Float(side)
      let flat = SIMD3<Float>(repeating: 0).replacing(with: -2, where: abs(normal) .> 0.5)
      let noise = SIMD3(random.normal(), random.normal(), random.normal())
      splats[index] = Splat(
        mean: corner + place, logScale: noise * 0.3 + size + flat,
        rotation: Quaternion(w: 1, x: 0, y: 0, z: 0),
        opacityLogit: Logistic.inverse(0.5 + 0.45 * random.uniform()),
        shCoefficients: (0..<splats.coefficientCount).map { order in
          SIMD3(random.normal(), random.normal(), random.normal()) * (order == 0 ? 0.5 : 0.1)
        })
    }
    splats.parameters = splats.parameters.gathered(MortonOrder.of(splats.parameters))
    return splats
  }

  /// A point on a surface of a block, and its normal.
  private static func surface(_ random: inout RandomSource) -> (SIMD3<Float>, SIMD3<Float>) {
    let up = SIMD3<Float>(0, 0, 1)
    let (u, v) = (random.uniform(), random.uniform())
    guard random.uniform() > 0.35 else { return (SIMD3(u, v, 0) * Float(side), up) }
    // A building of 36 by 36 metres in a quarter of the block.
    let quarter = random.index(below: 4)
    let corner = SIMD3<Float>(Float(quarter % 2) * 50 + 7, Float(quarter / 2) * 50 + 7, 0)
    let (width, height) = (Float(36), Float(10 + 15 * quarter))
    switch random.index(below: 5) {
    case 0: return (corner + SIMD3(u * width, v * width, height), up)
    case 1: return (corner + SIMD3(0, u * width, v * height), SIMD3(1, 0, 0))
    case 2: return (corner + SIMD3(width, u * width, v * height), SIMD3(1, 0, 0))
    case 3: return (corner + SIMD3(u * width, 0, v * height), SIMD3(0, 1, 0))
    default: return (corner + SIMD3(u * width, width, v * height), SIMD3(0, 1, 0))
    }
  }
}

private func abs(_ vector: SIMD3<Float>) -> SIMD3<Float> {
  vector.replacing(with: -vector, where: vector .< 0)
}
