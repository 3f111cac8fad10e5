import Dispatch
import Synchronization

/// The pages that are connected, and the bell that wakes the one who draws for them.
package final class Lobby: Sendable {
  private struct State {
    var clients: [Client] = []
    /// Those of them that ``takeNewcomers()`` has not named.
    var newcomers: [Client] = []
    /// The place of the client whose turn it is.
    var turn = 0
    var controls: [PageMessage.Control] = []
    /// What a page is told first.
    var greetings: [String] = []
  }

  private let state = Mutex(State())
  private let count = Atomic<Int>(0)
  private let bell = DispatchSemaphore(value: 0)
  private let hasRung = Atomic<Bool>(false)
  private let takesControls: Bool

  /// The pages that may look at once.
  package static let mostClients = 16
  /// The orders that may wait.
  private static let mostControls = 64

  package init(takesControls: Bool) { self.takesControls = takesControls }

  /// Whether any page is connected.
  package var isWatched: Bool { count.load(ordering: .relaxed) > 0 }

  /// Sets what pages are told first.
  func greet(with texts: [String]) { state.withLock { $0.greetings = texts } }

  /// Lets a page in; returns whether there was room.
  func join(_ client: Client) -> Bool {
    let greetings = state.withLock { state -> [String]? in
      guard state.clients.count < Self.mostClients else { return nil }
      state.clients.append(client)
      state.newcomers.append(client)
      count.store(state.clients.count, ordering: .relaxed)
      return state.greetings
    }
    greetings?.forEach { client.send(text: $0) }
    return greetings != nil
  }

  /// Forgets a page.
  func leave(_ client: Client) {
    state.withLock { state in
      state.clients.removeAll { $0 === client }
      state.newcomers.removeAll { $0 === client }
      count.store(state.clients.count, ordering: .relaxed)
    }
  }

  /// Takes a message of a page.
  func receive(_ text: [UInt8], from client: Client) {
    client.receive(
      text,
      onControl: takesControls
        ? { control in
          self.state.withLock { state in
            if state.controls.count < Self.mostControls { state.controls.append(control) }
          }
        } : nil)
    ring()
  }

  /// The orders since the last call.
  func takeControls() -> [PageMessage.Control] {
    state.withLock { state in
      defer { state.controls = [] }
      return state.controls
    }
  }

  /// Wakes the one who draws.
  func ring() {
    if !hasRung.exchange(true, ordering: .acquiringAndReleasing) { bell.signal() }
  }

  /// Waits until something may have to be done, for `seconds` at most.
  func wait(seconds: Double) {
    if bell.wait(timeout: .now() + seconds) == .success {
      hasRung.store(false, ordering: .releasing)
    }
  }

  /// What is to be done next, and for whom; the pages take turns.
  func takeJob(revision: Int) -> (Client, Client.Job)? {
    let (clients, turn) = state.withLock { ($0.clients, $0.turn) }
    for offset in clients.indices {
      let place = (turn + offset) % clients.count
      guard let job = clients[place].takeJob(revision: revision) else { continue }
      state.withLock { $0.turn = place + 1 }
      return (clients[place], job)
    }
    return nil
  }

  /// The number of pages whose cameras are on their way.
  var movingCount: Int { state.withLock(\.clients).count { $0.isMoving } }

  /// The pages that have come since the last call.
  func takeNewcomers() -> [Client] {
    state.withLock { state in
      defer { state.newcomers = [] }
      return state.newcomers
    }
  }

  /// Sends a text to all pages.
  func broadcast(_ text: String) { state.withLock(\.clients).forEach { $0.send(text: text) } }

  /// Ends all connections.
  func closeAll(_ reason: String) { state.withLock(\.clients).forEach { $0.close(reason) } }
}
