import Foundation
import SplatViewer
import Synchronization
import Testing

/// A page that only notes what it is sent.
final class NotedConnection: PageConnection {
  struct Notes {
    var texts: [String] = []
    var reason: String?
  }

  let notes = Mutex(Notes())
  var isWritable: Bool { true }
  func send(text: String) { notes.withLock { $0.texts.append(text) } }
  func send(bytes: [UInt8]) {}
  func close(_ reason: String) { notes.withLock { $0.reason = reason } }
  var reason: String? { notes.withLock { $0.reason } }
}

@Suite struct ClientTests {
  private let connection = NotedConnection()
  private let client: Client

  init() { client = Client(connection) }

  private func receive(_ text: String) { client.receive(Array(text.utf8), onControl: nil) }

  private func serial(_ job: Client.Job?) -> Int? {
    if case .picture(let look, _) = job { look.serial } else { nil }
  }

  @Test func theNewestCameraWins() throws {
    for serial in 1...5 { receive(try Messages.look(serial)) }
    #expect(serial(client.takeJob(revision: 0)) == 5)
    #expect(client.takeJob(revision: 0) == nil)
    receive(try Messages.look(6))
    #expect(serial(client.takeJob(revision: 0)) == 6)
  }

  @Test func aModelThatChangesIsDrawnAgain() throws {
    receive(try Messages.look(1))
    #expect(serial(client.takeJob(revision: 0)) == 1)
    #expect(client.takeJob(revision: 0) == nil)
    #expect(serial(client.takeJob(revision: 1)) == 1)
  }

  @Test func aPageThatNobodySeesIsNotDrawnFor() throws {
    receive(try Messages.look(1))
    receive(#"{"type": "rest"}"#)
    #expect(client.takeJob(revision: 0) == nil)
  }

  @Test func onlyMovingPicturesAreSmaller() throws {
    receive(try Messages.look(1, isMoving: true))
    client.note(seconds: 0.16, fraction: 1, target: 0.04)
    guard case .picture(_, let moving) = client.takeJob(revision: 0) else {
      Issue.record("no picture")
      return
    }
    #expect(moving < 1)
    receive(try Messages.look(2))
    guard case .picture(_, let still) = client.takeJob(revision: 0) else {
      Issue.record("no picture")
      return
    }
    #expect(still == 1)
  }

  @Test func badMessagesEndTheConnectionWithAReason() throws {
    receive("{\"type\": \"look\"}")
    #expect(connection.reason?.contains("serial") ?? false)
    receive(try Messages.look(1))
    #expect(client.takeJob(revision: 0) == nil)
  }

  @Test func nothingIsSteeredWhereNothingIsTrained() {
    receive(#"{"type": "control", "action": "stop"}"#)
    #expect(connection.reason != nil)
  }

  @Test func moreMessagesThanAllowedEndTheConnection() throws {
    for _ in 0..<100_000 where connection.reason == nil { receive(#"{"type": "rest"}"#) }
    #expect(connection.reason?.contains("more messages") ?? false)
  }

  @Test func errandsDoNotQueueUp() throws {
    for _ in 0..<8 { receive(#"{"type": "points"}"#) }
    #expect(connection.reason == nil)
    receive(#"{"type": "points"}"#)
    #expect(connection.reason?.contains("requests at once") ?? false)
  }
}

@Suite struct RateLimitTests {
  @Test func allowsABurstAndThenTheRate() {
    let begin = ContinuousClock.now
    var limit = RateLimit(perSecond: 10, burst: 5, now: begin)
    let times = [0, 0, 0, 0, 0, 0, 101, 101, 900, 100_000].map { begin + .milliseconds($0) }
    let answers = times.map { limit.allows(now: $0) }
    #expect(answers == [true, true, true, true, true, false, true, false, true, true])
    let later = (0..<6).map { _ in limit.allows(now: begin + .seconds(200)) }
    #expect(later == [true, true, true, true, true, false])
  }
}

@Suite struct ResolutionControlTests {
  /// Milliseconds of a picture that has a part that does not depend on its size.
  private func settle(fixed: Double, full: Double, target: Double = 0.04) -> (Double, Double) {
    var control = ResolutionControl()
    var seconds = 0.0
    for _ in 0..<40 {
      let fraction = control.fraction
      seconds = fixed + full * fraction * fraction
      control.note(seconds: seconds, fraction: fraction, target: target)
    }
    return (control.fraction, seconds)
  }

  @Test func aFastPictureIsDrawnInFull() {
    let (fraction, _) = settle(fixed: 0.002, full: 0.02)
    #expect(fraction == 1)
  }

  @Test(arguments: [(0.0, 0.2), (0.01, 0.2), (0.02, 0.5), (0.005, 0.8)])
  func aSlowPictureComesDownToTheTime(_ fixed: Double, _ full: Double) {
    let (fraction, seconds) = settle(fixed: fixed, full: full)
    #expect(fraction < 1)
    // Twice the pixels twice would be too slow.
    #expect(seconds < 0.041 && fixed + (seconds - fixed) * 4 > 0.041, "\(seconds)")
  }

  @Test func whatSmallerPicturesCannotSaveIsNotSavedOnThem() {
    let (fraction, seconds) = settle(fixed: 0.1, full: 0.2)
    #expect(fraction > 0.35)
    #expect(seconds < 0.16)
  }

  @Test func thereIsASmallestPicture() {
    let (fraction, _) = settle(fixed: 0, full: 5)
    #expect(fraction == ResolutionControl.smallest)
  }
}
