import SplatTraining

/// An application that trains, shows progress and snapshots, and may stop early.
enum LiveTraining {
  static func run() async throws {
    let views = Scene.views(Scene.cameras(8, width: 64, height: 48))
    let means = (0..<Scene.splats.count).map { Scene.splats[$0].mean }
    let points = PointCloud(
      positions: means, colors: [SIMD3<UInt8>](repeating: SIMD3(128, 128, 128), count: means.count))
    func makeSettings(iterations: Int) -> TrainingSettings {
      var settings = TrainingSettings()
      settings.iterations = iterations
      settings.background = .color(red: 0, green: 0, blue: 0)
      return settings
    }

    let settings = makeSettings(iterations: 1000)
    let run = TrainingRun { try Trainer(views: views, points: points, settings: settings) }
    var (last, first) = (0, Double?.none)
    for try await progress in run {
      check(progress.iteration > last, "progress goes forward")
      last = progress.iteration
      if first == nil { first = progress.psnr }
      if last > 20, last < 40 { check(await run.snapshot() != nil, "there is a snapshot") }
    }
    check(last == 1000, "the last progress is that of the end, not \(last)")
    guard let model = await run.snapshot() else { fatalError("there is no model") }
    let quality = QualityMeter(settings: RenderSettings()).quality(of: views, splats: model)
    let psnr = quality.map(\.psnr).reduce(0, +) / Double(quality.count)
    check(psnr > 20, "the model was trained to \(psnr) dB")

    let long = makeSettings(iterations: 1_000_000)
    let stopped = TrainingRun { try Trainer(views: views, points: points, settings: long) }
    for try await progress in stopped where progress.iteration > 5 {
      stopped.stop()
    }
    check(await stopped.snapshot() != nil, "a stopped training has a model")

    let failing = TrainingRun { try Trainer(views: [], points: points, settings: settings) }
    do {
      for try await _ in failing {}
      fatalError("a training without photos ran")
    } catch let error as TrainingError {
      print("embedding: trained to \(Int(psnr)) dB; without photos: \(error)")
    }
  }
}
