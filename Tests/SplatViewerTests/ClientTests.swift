import Foundation
import SplatViewer
import Synchronization
import Testing

/// A connection that only records what it is sent.
final class RecordingConnection: PageConnection {
  struct Record {
    var texts: [String] = []
    var reason: String?
  }

  let record = Mutex(Record())
  var isWritable: Bool { true }
  func send(text: String) { record.withLock { $0.texts.append(text) } }
  func send(bytes: [UInt8]) {}
  func close(_ reason: String, isError: Bool) { record.withLock { $0.reason = reason } }
  var reason: String? { record.withLock { $0.reason } }
}

@Suite struct ClientTests {
  private let connection = RecordingConnection()
  private let client: Client

  init() { client = Client(connection) }

  private func receive(_ text: String) { client.receive(Array(text.utf8), onControl: nil) }

  private func serial(_ job: Client.Job?) -> Int? {
    if case .picture(let request, _) = job { request.serial } else { nil }
  }

  @Test func onlyTheNewestRequestCounts() throws {
    for serial in 1...5 { receive(try Messages.view(serial)) }
    #expect(serial(client.takeJob(revision: 0)) == 5)
    #expect(client.takeJob(revision: 0) == nil)
    receive(try Messages.view(6))
    #expect(serial(client.takeJob(revision: 0)) == 6)
  }

  @Test func aModelThatChangesIsDrawnAgain() throws {
    receive(try Messages.view(1))
    #expect(serial(client.takeJob(revision: 0)) == 1)
    #expect(client.takeJob(revision: 0) == nil)
    #expect(serial(client.takeJob(revision: 1)) == 1)
  }

  @Test func aHiddenPageGetsNoPictures() throws {
    receive(try Messages.view(1))
    receive(#"{"type": "hidden"}"#)
    #expect(client.takeJob(revision: 0) == nil)
  }

  @Test func onlyMovingPicturesAreSmaller() throws {
    receive(try Messages.view(1, isMoving: true))
    client.update(seconds: 0.16, fraction: 1, target: 0.04)
    guard case .picture(_, let moving) = client.takeJob(revision: 0) else {
      Issue.record("no picture")
      return
    }
    #expect(moving < 1)
    receive(try Messages.view(2))
    guard case .picture(_, let still) = client.takeJob(revision: 0) else {
      Issue.record("no picture")
      return
    }
    #expect(still == 1)
  }

  @Test func invalidMessagesCloseTheConnectionWithAReason() throws {
    receive("{\"type\": \"view\"}")
    #expect(connection.reason?.contains("serial") ?? false)
    receive(try Messages.view(1))
    #expect(client.takeJob(revision: 0) == nil)
  }

  @Test func nothingIsControlledWhereNothingIsTrained() {
    receive(#"{"type": "control", "action": "stop"}"#)
    #expect(connection.reason != nil)
  }

  @Test func tooManyMessagesCloseTheConnection() throws {
    for _ in 0..<100_000 where connection.reason == nil { receive(#"{"type": "hidden"}"#) }
    #expect(connection.reason?.contains("too many messages") ?? false)
  }

  @Test func resourcesDoNotQueueUp() throws {
    for _ in 0..<8 { receive(#"{"type": "points"}"#) }
    #expect(connection.reason == nil)
    receive(#"{"type": "points"}"#)
    #expect(connection.reason?.contains("pending requests") ?? false)
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
  /// The fraction and the seconds of a picture after 40 of them, of `fixed` seconds and `full` more
  /// at full size.
  private func settle(fixed: Double, full: Double, target: Double = 0.04) -> (Double, Double) {
    var control = ResolutionControl()
    var seconds = 0.0
    for _ in 0..<40 {
      let fraction = control.fraction
      seconds = fixed + full * fraction * fraction
      control.update(seconds: seconds, fraction: fraction, target: target)
    }
    return (control.fraction, seconds)
  }

  @Test func aFastPictureIsDrawnInFull() {
    let (fraction, _) = settle(fixed: 0.002, full: 0.02)
    #expect(fraction == 1)
  }

  @Test(arguments: [(0.0, 0.2), (0.01, 0.2), (0.02, 0.5), (0.005, 0.8)])
  func aSlowPictureShrinksToTheTargetTime(_ fixed: Double, _ full: Double) {
    let (fraction, seconds) = settle(fixed: fixed, full: full)
    #expect(fraction < 1)
    // Twice the width and height would be too slow.
    #expect(seconds < 0.041 && fixed + (seconds - fixed) * 4 > 0.041, "\(seconds)")
  }

  @Test func picturesDoNotShrinkWhereThatSavesNoTime() {
    let (fraction, seconds) = settle(fixed: 0.1, full: 0.2)
    #expect(fraction > 0.35)
    #expect(seconds < 0.16)
  }

  @Test func thereIsASmallestPicture() {
    let (fraction, _) = settle(fixed: 0, full: 5)
    #expect(fraction == ResolutionControl.smallest)
  }
}
