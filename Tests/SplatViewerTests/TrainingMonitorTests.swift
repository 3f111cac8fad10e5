import Foundation
import SplatCore
import SplatFiles
import SplatTestSupport
import SplatTraining
import SplatViewer
import Testing

@Suite struct TrainingMonitorTests {
  private func trainer(_ iterations: Int = 300) throws -> Trainer {
    let splats = SyntheticScene.splats(count: 60, seed: 5)
    let views = SyntheticScene.cameras(count: 6, width: 40, height: 30).map {
      TrainingView(name: "", camera: $0, photo: SyntheticScene.photo(of: splats, from: $0))
    }
    var settings = TrainingSettings()
    settings.iterations = iterations
    settings.maximumSplats = 400
    settings.adc.start = 5
    settings.adc.interval = 10
    let points = (0..<40).map { splats[$0].mean * 0.8 }
    let colors = [SIMD3<UInt8>](repeating: SIMD3(90, 120, 150), count: points.count)
    return try Trainer(
      views: views, points: PointCloud(positions: points, colors: colors), settings: settings)
  }

  private func viewer() throws -> Viewer {
    var scene = ViewerScene(title: "t", home: Messages.camera, center: .zero, up: SIMD3(0, -1, 0))
    scene.photo = {
      $0 == 0 ? Photo(width: 2, height: 1, channels: 4, bytes: [9, 8, 7, 255, 0, 0, 0, 0]) : nil
    }
    return try Viewer(scene: scene, host: "127.0.0.1", port: 0, threads: 2, isTraining: true)
  }

  /// Opens a page that requests pictures from all sides.
  private func page(_ viewer: Viewer, commands: [String] = []) throws -> SimulatedPage {
    let connection = try RawConnection(port: URL(string: viewer.addresses[0])?.port ?? 0)
    #expect(connection.upgrade().contains(" 101 "))
    return SimulatedPage(connection, commands: commands)
  }

  @Test func watchingDoesNotChangeTheBits() throws {
    let plain = try trainer()
    plain.run { _ in true }
    let watched = try trainer()
    let viewer = try viewer()
    let monitor = TrainingMonitor(viewer)
    let page = try page(viewer)
    watched.run { progress in
      monitor.update(
        progress, secondsLeft: nil, of: watched, isInterrupted: { false }, perform: { _ in "" })
      // Slow enough for several pictures within the share of the time that they may take.
      Thread.sleep(forTimeInterval: 0.003)
      return true
    }
    viewer.stop("done")
    page.wait()
    #expect(page.pictures > 3)
    #expect(page.iterations.count > 1, "the model is shown as it changes")
    #expect(page.closeCode == 1001, "the end is planned")
    #expect(watched.splats == plain.splats)
  }

  @Test func pausesSavesAndStopsOnCommand() throws {
    let trainer = try trainer(100_000)
    let viewer = try viewer()
    let monitor = TrainingMonitor(viewer)
    let page = try page(viewer, commands: ["pause", "save", "resume", "stop"])
    var saved: [Int] = []
    var isStopped = false
    let begin = ContinuousClock.now
    trainer.run { progress in
      monitor.update(
        progress, secondsLeft: nil, of: trainer,
        isInterrupted: { ContinuousClock.now - begin > .seconds(20) }
      ) {
        if $0 == .save { saved.append(trainer.iteration) } else { isStopped = true }
        return "done"
      }
      return !isStopped && ContinuousClock.now - begin < .seconds(20)
    }
    #expect(isStopped)
    #expect(saved.count == 1)
    // Between pausing and resuming nothing was learnt.
    #expect(page.iterationWhenPaused == saved.first)
    viewer.stop("done")
    page.wait()
  }

  @Test func theFinishedModelIsServedToOldAndNewPages() throws {
    let trainer = try trainer(60)
    let viewer = try viewer()
    let monitor = TrainingMonitor(viewer)
    let first = try page(viewer)
    trainer.run { progress in
      monitor.update(
        progress, secondsLeft: 12.5, of: trainer, isInterrupted: { false }, perform: { _ in "" })
      return true
    }
    monitor.add(HeldOutPSNR(iteration: 30, psnr: 21.5))
    monitor.add(HeldOutPSNR(iteration: 60, psnr: 23.25))
    let second = try page(viewer)
    let begin = ContinuousClock.now
    monitor.showFinished(
      trainer, note: "Ctrl-C ends",
      while: {
        (first.pictures < 5 || second.pictures < 5) && ContinuousClock.now - begin < .seconds(20)
      })
    viewer.stop("the program has ended")
    for page in [first, second] {
      page.wait()
      #expect(page.pictures >= 5)
      #expect(page.closeCode == 1001)
      let last = try #require(page.texts.last { $0.contains("\"progress\"") })
      #expect(last.contains("\"isFinished\":true") && last.contains("Ctrl-C ends"), "\(last)")
      #expect(last.contains("23.25"), "\(last)")
      #expect(page.texts.contains { $0.contains("\"history\"") })
    }
  }

  @Test func workKeepsToItsShareOfTheTime() {
    var cycle = DutyCycle(maximum: 0.07)
    let begin = ContinuousClock.now
    var random = RandomSource(seed: 2, purpose: .testing)
    var now = begin
    var work = Duration.zero
    for _ in 0..<10_000 {
      // An iteration, and then a picture of 1 to 40 milliseconds if it is due.
      now += .milliseconds(9)
      guard cycle.isDue(at: now) else { continue }
      let piece = Duration.milliseconds(1 + random.index(below: 40))
      cycle.record(from: now, to: now + piece)
      now += piece
      work += piece
    }
    let part = work / (now - begin)
    #expect(part < 0.07 && part > 0.06, "\(part)")
  }

  @Test func theHistoryIsBounded() throws {
    var history = TrainingHistory()
    var progress = try trainer().step()
    (progress.loss, progress.splats) = (1, 7)
    for iteration in 1...10_000 {
      progress.iteration = iteration
      progress.seconds = Double(iteration) * 0.002
      progress.psnr = Double(iteration)
      _ = history.add(progress)
    }
    #expect(history.samples.count < TrainingHistory.maximumSamples)
    #expect(history.samples.count > TrainingHistory.maximumSamples / 4)
    #expect(history.samples.map(\.iteration) == history.samples.map(\.iteration).sorted())
    for sample in history.samples.dropFirst() {
      #expect(abs(sample.milliseconds - 2) < 1e-6)
      #expect(sample.loss == 1 && sample.splats == 7)
      #expect(abs(sample.psnr - Double(sample.iteration)) < 16)
    }
  }
}
