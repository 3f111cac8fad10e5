import SplatFiles
import Synchronization

/// One page: what it has requested, and which pictures it has not confirmed.
///
/// Nothing queues up: only the newest view request counts, and no picture is drawn while
/// ``maximumUnconfirmed`` pictures are unconfirmed.
package final class Client: Sendable {
  /// The next thing to do for a page.
  package enum Job: Sendable, Equatable {
    /// Draw what the camera sees, at `fraction` of the requested width and height.
    case picture(ViewRequest, fraction: Double)
    /// Send a resource once.
    case resource(PageMessage.Resource)
  }

  /// A picture that was sent and that the page has not confirmed.
  private struct UnconfirmedPicture {
    var number: Int
    var sent: ContinuousClock.Instant
    /// The fraction at which it was drawn; nil for pictures that do not follow the camera, from
    /// which the resolution control learns nothing.
    var fraction: Double?
  }

  private struct State {
    var request: ViewRequest?
    var drawnSerial: Int?
    var drawnRevision: Int?
    var resources: [PageMessage.Resource] = []
    var unconfirmed: [UnconfirmedPicture] = []
    var resolution = ResolutionControl()
    var lastNumber = 0
    var limit = RateLimit(perSecond: Client.messagesPerSecond, burst: Client.messageBurst)
    var isClosed = false
  }

  private let connection: any PageConnection
  private let state = Mutex(State())

  /// The messages a second that a page may send: a few for each frame of a fast screen.
  private static let messagesPerSecond = 200.0
  /// The messages that it may send at once.
  private static let messageBurst = 400.0
  /// The pictures that may be unconfirmed: one is shown while the next is drawn.
  private static let maximumUnconfirmed = 2
  /// The resources that may be pending.
  private static let maximumPendingResources = 8
  /// The target time, in seconds, for drawing and sending a picture of a moving camera: 20 pictures
  /// a second, with some margin.
  package static let secondsPerPicture = 0.04

  package init(_ connection: any PageConnection) { self.connection = connection }

  /// Handles a message of the page; an invalid message closes the connection.
  ///
  /// - Parameter onControl: receives commands for the training; nil where nothing is trained.
  package func receive(_ text: [UInt8], onControl: ((PageMessage.Control) -> Void)?) {
    guard state.withLock({ !$0.isClosed && $0.limit.allows() }) else {
      return close("too many messages a second")
    }
    do throws(FileError) {
      switch try PageMessage(text) {
      case .view(let request): state.withLock { $0.request = request }
      case .hidden: state.withLock { $0.request = nil }
      case .shown(let number): confirm(number)
      case .resource(let resource): add(resource)
      case .control(let control):
        guard let onControl else { return close("nothing is being trained") }
        onControl(control)
      }
    } catch {
      close(error.description)
    }
  }

  private func add(_ resource: PageMessage.Resource) {
    let fits = state.withLock { state in
      guard state.resources.count < Self.maximumPendingResources else { return false }
      state.resources.append(resource)
      return true
    }
    if !fits { close("more than \(Self.maximumPendingResources) pending requests") }
  }

  private func confirm(_ number: Int) {
    state.withLock { state in
      guard let index = state.unconfirmed.firstIndex(where: { $0.number == number }) else { return }
      let picture = state.unconfirmed.remove(at: index)
      // A page or a network that is slower than the renderer sets the pace.
      guard let fraction = picture.fraction else { return }
      let seconds = (ContinuousClock.now - picture.sent) / .seconds(1)
      if seconds > Self.secondsPerPicture * Double(Self.maximumUnconfirmed) {
        state.resolution.update(
          seconds: seconds / Double(Self.maximumUnconfirmed), fraction: fraction,
          target: Self.secondsPerPicture)
      }
    }
  }

  /// The next job, which counts as done from then on.
  ///
  /// - Parameter revision: the revision of the model; a picture is due when it has changed.
  package func takeJob(revision: Int) -> Job? {
    state.withLock { state in
      guard !state.isClosed, state.unconfirmed.count < Self.maximumUnconfirmed else { return nil }
      if !state.resources.isEmpty { return .resource(state.resources.removeFirst()) }
      guard let request = state.request,
        state.drawnSerial != request.serial || state.drawnRevision != revision
      else { return nil }
      state.drawnSerial = request.serial
      state.drawnRevision = revision
      return .picture(request, fraction: request.isMoving ? state.resolution.fraction : 1)
    }
  }

  /// Whether the page's camera is moving.
  package var isMoving: Bool { state.withLock { $0.request?.isMoving ?? false } }

  /// Whether `request` is still the newest one.
  func isCurrent(_ request: ViewRequest) -> Bool { state.withLock { $0.request == request } }

  /// Adapts the resolution to the time that a picture took.
  package func update(seconds: Double, fraction: Double, target: Double) {
    state.withLock { $0.resolution.update(seconds: seconds, fraction: fraction, target: target) }
  }

  /// Sends a picture.
  ///
  /// - Parameters:
  ///   - fraction: the fraction of its size at which it was drawn, if it follows the camera.
  ///   - request: if given, the picture is dropped unless this is still the newest request.
  func send(
    _ header: PictureHeader, _ bytes: [UInt8], fraction: Double? = nil,
    ifCurrent request: ViewRequest? = nil
  ) {
    var header = header
    let number = state.withLock { state -> Int? in
      guard !state.isClosed, request == nil || state.request == request else { return nil }
      state.lastNumber += 1
      state.unconfirmed.append(
        UnconfirmedPicture(number: state.lastNumber, sent: .now, fraction: fraction))
      return state.lastNumber
    }
    guard let number else { return }
    header.picture = number
    connection.send(bytes: header.message(bytes))
  }

  /// Sends a text, unless the page does not keep up.
  func send(text: String) {
    if connection.isWritable { connection.send(text: text) }
  }

  /// Closes the connection if the page has not confirmed a picture for `time`.
  func closeIfUnresponsive(for time: Duration) {
    let isUnresponsive = state.withLock { state in
      state.unconfirmed.first.map { .now - $0.sent > time } ?? false
    }
    if isUnresponsive { close("the page no longer confirms pictures") }
  }

  /// Closes the connection; `isError` as in ``PageConnection/close(_:isError:)``.
  package func close(_ reason: String, isError: Bool = true) {
    let wasOpen = state.withLock { state in
      defer { state = State(isClosed: true) }
      return !state.isClosed
    }
    if wasOpen { connection.close(reason, isError: isError) }
  }
}
