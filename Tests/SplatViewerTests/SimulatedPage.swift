import Foundation
import SplatTestSupport
import SplatViewer
import Synchronization

/// A page on a thread of its own, which requests views from all sides and sends commands.
final class SimulatedPage: Sendable {
  private struct State {
    var pictures = 0
    var iterations: Set<Int> = []
    var iterationWhenPaused: Int?
    var texts: [String] = []
    var closeCode: Int?
  }

  private let state = Mutex(State())
  private let done = DispatchSemaphore(value: 0)

  /// The number of pictures so far.
  var pictures: Int { state.withLock(\.pictures) }
  /// The iterations of the models in them.
  var iterations: Set<Int> { state.withLock(\.iterations) }
  /// The iteration in the picture before the command to save.
  var iterationWhenPaused: Int? { state.withLock(\.iterationWhenPaused) }
  /// The texts that came between pictures.
  var texts: [String] { state.withLock(\.texts) }
  /// The code of the close frame.
  var closeCode: Int? { state.withLock(\.closeCode) }

  /// Waits for the end of the connection.
  func wait() { done.wait() }

  /// Starts to request pictures over `connection`; after every third, the next command is sent.
  init(_ connection: RawConnection, commands: [String] = []) {
    nonisolated(unsafe) let connection = connection
    Thread { unsafe self.run(connection, commands: commands) }.start()
  }

  private func run(_ connection: RawConnection, commands: [String]) {
    let cameras = SyntheticScene.cameras(count: 20, width: 80, height: 60)
    var serial = 0
    var commands = commands
    while true {
      serial += 1
      guard let request = try? Messages.view(serial, camera: cameras[serial % 20], isMoving: true)
      else { break }
      // Where this fails, the close frame may still be unread.
      connection.sendText(request)
      guard let header = nextPicture(of: connection) else { break }
      guard serial % 3 == 0, !commands.isEmpty else { continue }
      let command = commands.removeFirst()
      connection.sendText(#"{"type": "control", "action": "\#(command)"}"#)
      if command == "save" {
        state.withLock { $0.iterationWhenPaused = Messages.number("iteration", in: header) }
      }
    }
    done.signal()
  }

  /// The header of the next picture, confirmed; nil at the end.
  private func nextPicture(of connection: RawConnection) -> String? {
    while let frame = connection.nextFrame() {
      switch frame.opcode {
      case 1: state.withLock { $0.texts.append(frame.text) }
      case 2:
        let header = connection.confirm(frame).header
        state.withLock { state in
          state.pictures += 1
          if let iteration = Messages.number("iteration", in: header) {
            state.iterations.insert(iteration)
          }
        }
        return header
      case 8:
        let code = frame.payload.prefix(2).reduce(0) { $0 << 8 | Int($1) }
        state.withLock { $0.closeCode = code }
        return nil
      default: break
      }
    }
    return nil
  }
}
