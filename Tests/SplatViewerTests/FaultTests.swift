import Foundation
import SplatCore
import SplatTestSupport
import SplatViewer
import Testing

/// Faulty and hostile pages, which must not disturb a good one.
@Suite(.serialized) struct FaultTests {
  private let viewer: RunningViewer
  private var port: Int { viewer.port }

  init() throws {
    var timeouts = ServerTimeouts()
    timeouts.request = .seconds(4)
    timeouts.confirmation = .seconds(3)
    timeouts.pingInterval = .seconds(1)
    // The good page of a test answers no pings while the others are at work.
    timeouts.maximumMissedPings = 1000
    viewer = try RunningViewer(timeouts: timeouts)
  }

  private func page() throws -> RawConnection {
    let connection = try RawConnection(port: port)
    #expect(connection.upgrade().contains(" 101 "))
    return connection
  }

  /// Checks that a good page still gets a picture.
  private func expectPicture() throws {
    let good = try page()
    good.sendText(try Messages.view(1))
    #expect(good.nextPicture() != nil)
  }

  @Test func invalidFramesCloseOnlyTheirConnection() throws {
    let text = Array(try Messages.view(1).utf8)
    let attempts: [(String, (RawConnection) -> Void)] = [
      ("no mask", { $0.send(opcode: 1, text, isMasked: false) }),
      ("a length of exabytes", { $0.send(opcode: 1, [], length: 1 << 60) }),
      ("a negative length", { $0.send(opcode: 1, [], length: .max) }),
      ("too long", { $0.send(opcode: 1, [UInt8](repeating: 32, count: 16_385)) }),
      ("bytes", { $0.send(opcode: 2, text) }),
      ("a part", { $0.send(opcode: 1, text, isLast: false) }),
      ("a continuation of nothing", { $0.send(opcode: 0, text) }),
      ("an unknown opcode", { $0.send(opcode: 5, text) }),
      ("a long ping", { $0.send(opcode: 9, [UInt8](repeating: 1, count: 200)) }),
      ("no UTF-8", { $0.send(opcode: 1, [0x22, 0xff, 0xfe, 0x22]) }),
      ("noise", { $0.send((0..<4096).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ 13) }) }),
      ("a close frame", { $0.send(opcode: 8, [3, 232]) }),
      ("half a close frame", { $0.send(opcode: 8, [3]) }),
    ]
    for (name, attempt) in attempts {
      let bad = try page()
      attempt(bad)
      #expect(bad.isEnded(), "\(name)")
    }
    try expectPicture()
  }

  @Test func invalidRequestsCloseOnlyTheirConnection() throws {
    let long = String(repeating: "x", count: 1 << 20)
    for request in [
      "\r\n\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}",
      "GET /\(long) HTTP/1.1\r\nHost: localhost\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: localhost\r\nX: \(long)\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
      """
      GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\
      Transfer-Encoding: chunked\r\n\r\n
      """,
    ] {
      let bad = try RawConnection(port: port)
      bad.send(request)
      #expect(!bad.readToEnd().contains("<html"))
    }
    try expectPicture()
  }

  @Test func tenThousandInvalidMessagesCloseTenThousandConnections() throws {
    let good = try page()
    let text = Array(try Messages.view(1).utf8)
    var random = RandomSource(seed: 8, purpose: .testing)
    var (refused, readable) = (0, 0)
    for round in 0..<10_000 {
      var damaged = text
      // Random bytes at random positions of a valid message.
      for _ in 0..<8 { damaged[random.index(below: text.count)] = UInt8(random.index(below: 256)) }
      if (try? PageMessage(damaged)) != nil {
        readable += 1
        damaged = [0x7b]
      }
      let bad = try RawConnection(port: port)
      #expect(bad.upgrade().contains(" 101 "))
      bad.send(opcode: 1, damaged)
      if let reason = bad.closeReason(), reason.hasPrefix("message: ") { refused += 1 }
      if round % 500 == 0 {
        good.sendText(try Messages.view(round + 1, isMoving: true))
        let (header, _) = try #require(good.nextPicture())
        #expect(Messages.number("serial", in: header) == round + 1)
      }
    }
    #expect(refused == 10_000)
    #expect(readable < 1000)
  }

  @Test func fiftyChangingConnectionsDoNotDisturb() throws {
    let good = try page()
    var random = RandomSource(seed: 3, purpose: .testing)
    var others: [RawConnection] = []
    var pictures = 0
    for round in 0..<600 {
      if others.count == 50 || random.uniform() < 0.4, !others.isEmpty {
        others.remove(at: random.index(below: others.count)).close()
      } else {
        let other = try RawConnection(port: port)
        switch random.index(below: 4) {
        case 0: break
        case 1: other.send("GET / HTTP/1.1\r\nHost: loc")
        case 2: other.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        default:
          if other.upgrade().contains(" 101 ") {
            other.sendText(try Messages.view(1, isMoving: true))
          }
        }
        others.append(other)
      }
      if round % 10 == 0 {
        good.sendText(try Messages.view(round + 1, isMoving: true))
        if good.nextPicture() != nil { pictures += 1 }
      }
    }
    #expect(pictures == 60)
  }

  @Test func aPageThatNeverReadsIsClosed() throws {
    let silent = try RawConnection(port: port, receiveBuffer: 4096)
    #expect(silent.upgrade().contains(" 101 "))
    let large = Messages.camera.resized(width: 1200, height: 900)
    silent.sendText(try Messages.view(1, camera: large))
    let good = try page()
    let begin = ContinuousClock.now
    var serial = 0
    // It may go on with requests; no more than two pictures are sent to it.
    while ContinuousClock.now - begin < .seconds(20) {
      serial += 1
      good.sendText(try Messages.view(serial, isMoving: true))
      #expect(good.nextPicture() != nil)
      guard silent.sendText(try Messages.view(serial + 1, camera: large)) else { break }
      Thread.sleep(forTimeInterval: 0.2)
    }
    #expect(ContinuousClock.now - begin < .seconds(19))
    #expect(serial > 5)
  }

  @Test func tooManyPagesAreRefused() throws {
    let pages = try (0..<16).map { _ in try page() }
    #expect(try page().closeReason()?.contains("too many") ?? false)
    pages[0].close()
    // The server notices the closed connection when it next reads from it.
    for _ in 0..<50 {
      let next = try page()
      next.sendText(try Messages.view(1))
      if next.nextPicture() != nil { return }
      Thread.sleep(forTimeInterval: 0.1)
    }
    Issue.record("the closed connection still counts")
  }
}
