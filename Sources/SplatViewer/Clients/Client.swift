import SplatFiles
import Synchronization

/// The way to a page.
package protocol PageConnection: Sendable {
  /// Whether the page keeps up with what it is sent.
  var isWritable: Bool { get }
  /// Sends a text.
  func send(text: String)
  /// Sends bytes.
  func send(bytes: [UInt8])
  /// Ends the connection and tells the page why.
  func close(_ reason: String)
}

/// One page: what it waits for, and what is on its way to it.
///
/// Nothing ever queues: of several looks only the newest counts, and no picture is drawn before the
/// page has confirmed the one before the last.
package final class Client: Sendable {
  /// What is to be done for a page.
  package enum Job: Sendable, Equatable {
    /// Draw what the camera sees, at `fraction` of its size.
    case picture(Look, fraction: Double)
    /// Send something once.
    case errand(PageMessage.Errand)
  }

  /// A message that the page has not confirmed.
  private struct Flight {
    var picture: Int
    var begin: ContinuousClock.Instant
    /// What is left to learn from its way; nothing of pictures that were asked for once.
    var fraction: Double?
  }

  private struct State {
    var look: Look?
    var drawnSerial: Int?
    var drawnRevision: Int?
    var errands: [PageMessage.Errand] = []
    var flights: [Flight] = []
    var resolution = ResolutionControl()
    var lastPicture = 0
    var limit = RateLimit(perSecond: 200, burst: 400)
    var isClosed = false
  }

  private let connection: any PageConnection
  private let state = Mutex(State())

  /// The pictures that may be on their way at once: one is shown while the next is drawn.
  private static let mostFlights = 2
  /// The errands that may wait.
  private static let mostErrands = 8
  /// The seconds for which a moving picture may be drawn and sent: 20 a second, with some room.
  package static let secondsPerPicture = 0.04

  package init(_ connection: any PageConnection) { self.connection = connection }

  /// Takes a message of the page; anything but a good one ends the connection.
  ///
  /// - Parameter onControl: is given what is to happen with a training; nil where there is none.
  package func receive(_ text: [UInt8], onControl: ((PageMessage.Control) -> Void)?) {
    guard state.withLock({ !$0.isClosed && $0.limit.allows() }) else {
      return close("more messages than are answered")
    }
    do throws(FileError) {
      switch try PageMessage(text) {
      case .look(let look): state.withLock { $0.look = look }
      case .rest: state.withLock { $0.look = nil }
      case .shown(let picture): confirm(picture)
      case .errand(let errand): add(errand)
      case .control(let control):
        guard let onControl else { return close("nothing is being trained") }
        onControl(control)
      }
    } catch {
      close(error.description)
    }
  }

  private func add(_ errand: PageMessage.Errand) {
    let fits = state.withLock { state in
      guard state.errands.count < Self.mostErrands else { return false }
      state.errands.append(errand)
      return true
    }
    if !fits { close("more than \(Self.mostErrands) requests at once") }
  }

  private func confirm(_ picture: Int) {
    state.withLock { state in
      guard let place = state.flights.firstIndex(where: { $0.picture == picture }) else { return }
      let flight = state.flights[place]
      // A page or a line that is slower than the drawing sets the pace.
      if let fraction = flight.fraction {
        let seconds = (ContinuousClock.now - flight.begin) / .seconds(1)
        if seconds > Self.secondsPerPicture * Double(Self.mostFlights) {
          state.resolution.note(
            seconds: seconds / Double(Self.mostFlights), fraction: fraction,
            target: Self.secondsPerPicture)
        }
      }
      state.flights.remove(at: place)
    }
  }

  /// What is to be done next; taking it counts as having done it.
  ///
  /// - Parameter revision: the number of the model as it is now.
  package func takeJob(revision: Int) -> Job? {
    state.withLock { state in
      guard !state.isClosed, state.flights.count < Self.mostFlights else { return nil }
      if !state.errands.isEmpty { return .errand(state.errands.removeFirst()) }
      guard let look = state.look,
        state.drawnSerial != look.serial || state.drawnRevision != revision
      else { return nil }
      state.drawnSerial = look.serial
      state.drawnRevision = revision
      return .picture(look, fraction: look.isMoving ? state.resolution.fraction : 1)
    }
  }

  /// Whether the camera is on its way.
  package var isMoving: Bool { state.withLock { $0.look?.isMoving ?? false } }

  /// Whether `look` is still what the page looks at.
  func looks(at look: Look) -> Bool { state.withLock { $0.look == look } }

  /// Learns from the time that a picture took.
  package func note(seconds: Double, fraction: Double, target: Double) {
    state.withLock { $0.resolution.note(seconds: seconds, fraction: fraction, target: target) }
  }

  /// Sends a picture.
  ///
  /// - Parameters:
  ///   - fraction: the share of its size at which it was drawn, if it followed the camera.
  ///   - look: if given, the picture is only sent while this is what the page looks at.
  func send(
    _ header: PictureHeader, _ bytes: [UInt8], fraction: Double? = nil, onlyFor look: Look? = nil
  ) {
    var header = header
    let picture = state.withLock { state -> Int? in
      guard !state.isClosed, look == nil || state.look == look else { return nil }
      state.lastPicture += 1
      state.flights.append(Flight(picture: state.lastPicture, begin: .now, fraction: fraction))
      return state.lastPicture
    }
    guard let picture else { return }
    header.picture = picture
    connection.send(bytes: header.message(bytes))
  }

  /// Sends a text, unless the page does not keep up.
  func send(text: String) {
    if connection.isWritable { connection.send(text: text) }
  }

  /// Ends the connection with a page that has not confirmed a picture for `time`.
  func closeIfSilent(for time: Duration) {
    let isSilent = state.withLock { state in
      state.flights.first.map { .now - $0.begin > time } ?? false
    }
    if isSilent { close("pictures are not confirmed") }
  }

  /// Ends the connection.
  package func close(_ reason: String) {
    let wasOpen = state.withLock { state in
      defer { state = State(isClosed: true) }
      return !state.isClosed
    }
    if wasOpen { connection.close(reason) }
  }
}
