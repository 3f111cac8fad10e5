import Dispatch
import Synchronization

/// The connected pages, and the signal that wakes the thread that draws for them.
package final class ClientRegistry: Sendable {
  private struct State {
    var clients: [Client] = []
    /// The clients that ``takeNewClients()`` has not returned yet.
    var newClients: [Client] = []
    /// The index of the client whose turn it is.
    var turn = 0
    var controls: [PageMessage.Control] = []
    /// The texts that every page is sent first.
    var welcomeTexts: [String] = []
  }

  private let state = Mutex(State())
  private let count = Atomic<Int>(0)
  private let semaphore = DispatchSemaphore(value: 0)
  private let isSignalled = Atomic<Bool>(false)
  private let acceptsControls: Bool

  /// The pages that may be connected at once.
  package static let maximumClients = 16
  /// The commands for the training that may be pending.
  private static let maximumControls = 64

  /// Creates a registry without clients.
  ///
  /// - Parameter acceptsControls: whether there is a training that pages may control.
  package init(acceptsControls: Bool) { self.acceptsControls = acceptsControls }

  /// Whether any page is connected.
  package var hasClients: Bool { count.load(ordering: .relaxed) > 0 }

  /// Sets the texts that every page is sent first.
  func setWelcomeTexts(_ texts: [String]) { state.withLock { $0.welcomeTexts = texts } }

  /// Adds a page; returns false if there are too many.
  func add(_ client: Client) -> Bool {
    let texts = state.withLock { state -> [String]? in
      guard state.clients.count < Self.maximumClients else { return nil }
      state.clients.append(client)
      state.newClients.append(client)
      count.store(state.clients.count, ordering: .relaxed)
      return state.welcomeTexts
    }
    texts?.forEach { client.send(text: $0) }
    if texts != nil { signal() }
    return texts != nil
  }

  /// Removes a page.
  func remove(_ client: Client) {
    state.withLock { state in
      state.clients.removeAll { $0 === client }
      state.newClients.removeAll { $0 === client }
      count.store(state.clients.count, ordering: .relaxed)
    }
    signal()
  }

  /// Handles a message of a page.
  func receive(_ text: [UInt8], from client: Client) {
    client.receive(text, onControl: acceptsControls ? { self.add($0) } : nil)
    signal()
  }

  private func add(_ control: PageMessage.Control) {
    state.withLock { state in
      if state.controls.count < Self.maximumControls { state.controls.append(control) }
    }
  }

  /// The commands for the training since the last call.
  func takeControls() -> [PageMessage.Control] {
    state.withLock { state in
      defer { state.controls = [] }
      return state.controls
    }
  }

  /// Wakes the thread that draws.
  private func signal() {
    if !isSignalled.exchange(true, ordering: .acquiringAndReleasing) { semaphore.signal() }
  }

  /// Waits until there may be something to do, for `seconds` at most.
  func wait(seconds: Double) {
    if semaphore.wait(timeout: .now() + seconds) == .success {
      isSignalled.store(false, ordering: .releasing)
    }
  }

  /// Waits until no page is connected, for `seconds` at most.
  func waitUntilEmpty(seconds: Double) {
    let end = DispatchTime.now() + seconds
    while hasClients, semaphore.wait(timeout: end) == .success {
      isSignalled.store(false, ordering: .releasing)
    }
  }

  /// The next job and its client; the clients take turns.
  func takeJob(revision: Int) -> (Client, Client.Job)? {
    let (clients, turn) = state.withLock { ($0.clients, $0.turn) }
    for offset in clients.indices {
      let index = (turn + offset) % clients.count
      guard let job = clients[index].takeJob(revision: revision) else { continue }
      state.withLock { $0.turn = index + 1 }
      return (clients[index], job)
    }
    return nil
  }

  /// The number of pages whose camera is moving.
  var movingCount: Int { state.withLock(\.clients).count { $0.isMoving } }

  /// Whether pages have connected since ``takeNewClients()`` was called.
  var hasNewClients: Bool { state.withLock { !$0.newClients.isEmpty } }

  /// The pages that have connected since the last call.
  func takeNewClients() -> [Client] {
    state.withLock { state in
      defer { state.newClients = [] }
      return state.newClients
    }
  }

  /// Sends a text to all pages.
  func broadcast(_ text: String) { state.withLock(\.clients).forEach { $0.send(text: text) } }

  /// Closes all connections as planned, and tells the pages why.
  func closeAll(_ reason: String) {
    state.withLock(\.clients).forEach { $0.close(reason, isError: false) }
  }
}
