import Foundation
import SplatCore
import SplatFiles
import SplatTestSupport
import SplatViewer
import Synchronization

/// A viewer of a small model, with a thread that draws for it.
final class RunningViewer: Sendable {
  static let splats = SyntheticScene.splats(count: 80, seed: 4)

  let address: String
  private let shared = Shared()

  private final class Shared: Sendable {
    let isEnded = Atomic<Bool>(false)
    let done = DispatchSemaphore(value: 0)
    let address = Mutex<Result<String, any Error>?>(nil)
  }

  init(host: String = "127.0.0.1", timeouts: ServerTimeouts = ServerTimeouts()) throws {
    let started = DispatchSemaphore(value: 0)
    let shared = shared
    Thread {
      do {
        let viewer = try Viewer(
          scene: Self.scene, host: host, port: 0, threads: 1, isTraining: false, timeouts: timeouts)
        shared.address.withLock { $0 = .success(viewer.addresses[0]) }
        started.signal()
        while !shared.isEnded.load(ordering: .relaxed) {
          viewer.wait(seconds: 0.05)
          while viewer.draw(Self.splats, revision: 0) {}
        }
        viewer.stop()
      } catch {
        shared.address.withLock { $0 = .failure(error) }
        started.signal()
      }
      shared.done.signal()
    }.start()
    started.wait()
    address = try shared.address.withLock { try $0.map { try $0.get() } } ?? ""
  }

  /// The port of the address.
  var port: Int { URL(string: address)?.port ?? 0 }
  /// The query of the address, with its question mark.
  var query: String { URL(string: address)?.query.map { "?\($0)" } ?? "" }

  private static var scene: ViewerScene {
    var scene = ViewerScene(
      title: "test", home: Messages.camera, center: .zero, up: SIMD3(0, -1, 0))
    scene.cameras = [NamedCamera(name: "a \"quoted\" name", camera: Messages.camera)]
    return scene
  }

  /// Ends the viewer and waits for it.
  func stop() {
    shared.isEnded.store(true, ordering: .relaxed)
    shared.done.wait()
  }

  deinit { shared.isEnded.store(true, ordering: .relaxed) }
}
