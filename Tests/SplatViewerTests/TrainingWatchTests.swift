import Foundation
import SplatCore
import SplatFiles
import SplatTestSupport
import SplatTraining
import SplatViewer
import Synchronization
import Testing

@Suite struct TrainingWatchTests {
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

  /// Looks from all sides until told to end; returns how many pictures came.
  private func look(at address: String, orders: [String] = []) throws -> Looker {
    let looker = Looker()
    let port = URL(string: address)?.port ?? 0
    let page = try RawConnection(port: port)
    #expect(page.upgrade().contains(" 101 "))
    looker.start(page, orders: orders)
    return looker
  }

  @Test func watchingDoesNotChangeTheBits() throws {
    let plain = try trainer()
    plain.run { _ in true }
    let watched = try trainer()
    let viewer = try viewer()
    let watch = TrainingWatch(viewer)
    let looker = try look(at: viewer.address)
    watched.run { progress in
      watch.attend(progress, of: watched, isInterrupted: { false }, obey: { _ in "" })
      // Slow enough for several pictures within the share that they may take.
      Thread.sleep(forTimeInterval: 0.003)
      return true
    }
    viewer.stop("done")
    looker.wait()
    #expect(looker.pictures > 3)
    #expect(looker.iterations.count > 1, "the model is shown as it changes")
    #expect(watched.splats == plain.splats)
  }

  @Test func aPersonPausesSavesAndStops() throws {
    let trainer = try trainer(100_000)
    let viewer = try viewer()
    let watch = TrainingWatch(viewer)
    let looker = try look(at: viewer.address, orders: ["pause", "save", "resume", "stop"])
    var saved: [Int] = []
    var isStopped = false
    let begin = ContinuousClock.now
    trainer.run { progress in
      watch.attend(
        progress, of: trainer, isInterrupted: { ContinuousClock.now - begin > .seconds(20) }
      ) {
        if $0 == .save { saved.append(trainer.iteration) } else { isStopped = true }
        return "done"
      }
      return !isStopped && ContinuousClock.now - begin < .seconds(20)
    }
    #expect(isStopped)
    #expect(saved.count == 1)
    // Between the orders to pause and to go on nothing was learnt.
    #expect(looker.iterationWhenPaused == saved.first)
    viewer.stop("done")
    looker.wait()
  }

  @Test func workKeepsToItsShareOfTheTime() {
    var share = TimeShare(0.07)
    let begin = ContinuousClock.now
    var random = RandomSource(seed: 2, purpose: .testing)
    var now = begin
    var work = Duration.zero
    for _ in 0..<10_000 {
      // An iteration, and then a picture of 1 to 40 milliseconds if it is time.
      now += .milliseconds(9)
      guard share.isDue(at: now) else { continue }
      let piece = Duration.milliseconds(1 + random.index(below: 40))
      share.spend(from: now, to: now + piece)
      now += piece
      work += piece
    }
    let part = work / (now - begin)
    #expect(part < 0.07 && part > 0.06, "\(part)")
  }

  @Test func aTrainingTellsItsCourse() throws {
    var history = TrainingHistory()
    var progress = try trainer().step()
    (progress.loss, progress.splats) = (1, 7)
    for iteration in 1...10_000 {
      progress.iteration = iteration
      progress.seconds = Double(iteration) * 0.002
      progress.psnr = Double(iteration)
      _ = history.add(progress)
    }
    #expect(history.samples.count < TrainingHistory.mostSamples)
    #expect(history.samples.count > TrainingHistory.mostSamples / 4)
    #expect(history.samples.map(\.iteration) == history.samples.map(\.iteration).sorted())
    for sample in history.samples.dropFirst() {
      #expect(abs(sample.milliseconds - 2) < 1e-6)
      #expect(sample.loss == 1 && sample.splats == 7)
      #expect(abs(sample.psnr - Double(sample.iteration)) < 16)
    }
  }
}

/// A page in a thread of its own, which looks from here and there and gives orders.
final class Looker: Sendable {
  private struct State {
    var pictures = 0
    var iterations: Set<Int> = []
    var iterationWhenPaused: Int?
  }

  private let state = Mutex(State())
  private let done = DispatchSemaphore(value: 0)

  var pictures: Int { state.withLock(\.pictures) }
  var iterations: Set<Int> { state.withLock(\.iterations) }
  var iterationWhenPaused: Int? { state.withLock(\.iterationWhenPaused) }
  func wait() { done.wait() }

  func start(_ page: RawConnection, orders: [String]) {
    nonisolated(unsafe) let page = page
    Thread { unsafe self.run(page, orders: orders) }.start()
  }

  private func run(_ page: RawConnection, orders: [String]) {
    let cameras = SyntheticScene.cameras(count: 20, width: 80, height: 60)
    var serial = 0
    var orders = orders
    while true {
      serial += 1
      guard let look = try? Messages.look(serial, camera: cameras[serial % 20], isMoving: true),
        page.say(look), let (header, _) = page.nextPicture()
      else { break }
      state.withLock { state in
        state.pictures += 1
        if let iteration = Messages.number("iteration", in: header) {
          state.iterations.insert(iteration)
        }
      }
      guard serial % 3 == 0, !orders.isEmpty else { continue }
      let order = orders.removeFirst()
      page.say(#"{"type": "control", "action": "\#(order)"}"#)
      if order == "save" {
        state.withLock { $0.iterationWhenPaused = Messages.number("iteration", in: header) }
      }
    }
    done.signal()
  }
}
