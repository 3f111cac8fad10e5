import Foundation
import SplatCore
import SplatFiles
import SplatRendering
import SplatTestSupport
import SplatViewer
import Testing

@Suite struct ServerTests {
  private let viewer: RunningViewer
  private var port: Int { viewer.port }

  init() throws { viewer = try RunningViewer() }

  private func answer(_ request: String) throws -> String {
    let connection = try RawConnection(port: port)
    connection.send(request)
    return connection.readToEnd()
  }

  private func page() throws -> RawConnection {
    let connection = try RawConnection(port: port)
    #expect(connection.upgrade().contains(" 101 "))
    return connection
  }

  @Test func servesThePageAndNothingElse() throws {
    let page = try answer("GET / HTTP/1.1\r\nHost: localhost:\(port)\r\n\r\n")
    #expect(page.hasPrefix("HTTP/1.1 200 "))
    #expect(page.hasSuffix(String(decoding: Page.document, as: UTF8.self)))
    let head = try answer("HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    #expect(head.hasPrefix("HTTP/1.1 200 ") && head.hasSuffix("\r\n\r\n"))
    for path in ["/../../etc/passwd", "/page.html", "//", "/%2e%2e/", "/stream/x"] {
      #expect(
        try answer("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n").hasPrefix("HTTP/1.1 404 "))
    }
    #expect(
      try answer("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nab")
        .hasPrefix("HTTP/1.1 405 "))
    #expect(
      try answer("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n").hasPrefix("HTTP/1.1 403 "))
  }

  @Test func otherNamesAndOtherPagesAreRefused() throws {
    #expect(
      try answer("GET / HTTP/1.1\r\nHost: evil.example:\(port)\r\n\r\n").hasPrefix("HTTP/1.1 403 "))
    #expect(!(try answer("GET / HTTP/1.1\r\n\r\n").contains("<html")))
    #expect(
      try RawConnection(port: port).upgrade(host: "evil.example:\(port)").contains(" 403 "))
    for origin in ["http://evil.example", "null", "http://127.0.0.1:\(port + 1)"] {
      #expect(try RawConnection(port: port).upgrade(origin: origin).contains(" 403 "))
    }
  }

  @Test func beyondTheLoopbackTheTokenIsNeeded() throws {
    let open = try RunningViewer(host: "0.0.0.0")
    #expect(open.query.hasPrefix("?token="))
    #expect(!open.address.contains("0.0.0.0"))
    func status(_ query: String) throws -> String {
      let connection = try RawConnection(port: open.port)
      connection.send("GET /\(query) HTTP/1.1\r\nHost: 192.168.0.7\r\n\r\n")
      return String(connection.readToEnd().prefix(12))
    }
    #expect(try status("") == "HTTP/1.1 403")
    #expect(try status("?token=00000000000000000000000000000000") == "HTTP/1.1 403")
    #expect(try status(open.query) == "HTTP/1.1 200")
    #expect(try RawConnection(port: open.port).upgrade(host: "192.168.0.7").contains(" 403 "))
    #expect(
      try RawConnection(port: open.port).upgrade(host: "192.168.0.7", query: open.query)
        .contains(" 101 "))
  }

  @Test func aPortThatIsTakenIsNamed() throws {
    let error = #expect(throws: ViewerError.self) {
      _ = try Viewer(
        scene: ViewerScene(
          title: "", home: Messages.camera, center: .zero, up: SIMD3(0, -1, 0)),
        host: "127.0.0.1", port: port)
    }
    #expect(error?.description.contains("port \(port)") ?? false)
  }

  @Test func sendsTheSceneAndItsCamerasFirst() throws {
    let page = try page()
    let hello = try #require(page.nextFrame()).text
    #expect(hello.contains("\"type\":\"hello\"") && hello.contains("\"title\":\"test\""))
    let cameras = try #require(page.nextFrame()).payload
    struct Cameras: Decodable {
      struct Entry: Decodable { var img_name: String }
      var cameras: [Entry]
    }
    let names = try JSONDecoder().decode(Cameras.self, from: Data(cameras)).cameras.map(\.img_name)
    #expect(names == ["home", "a \"quoted\" name"])
  }

  @Test func picturesAreThoseOfTheRenderer() throws {
    var settings = RenderSettings()
    settings.background = SIMD3(0, 0.5, 1)
    settings.maximumSHDegree = 3
    let frame = Renderer(settings: settings).render(RunningViewer.splats, from: Messages.camera)
    let page = try page()
    page.sendText(try Messages.view(5))
    let (header, jpeg) = try #require(page.nextPicture())
    #expect(Messages.number("serial", in: header) == 5)
    #expect(header.contains("\"format\":\"jpeg\""))
    let photo = try ImageFile.read(jpeg, path: "jpeg")
    let error = zip(photo.bytes, frame.rgb8).reduce(0.0) {
      $0 + pow(Double($1.0) - Double($1.1), 2)
    }
    let psnr = 10 * log10(255 * 255 * Double(photo.bytes.count) / error)
    #expect(psnr > 35, "\(psnr)")
    let (refined, png) = try #require(page.nextPicture())
    #expect(refined.contains("\"format\":\"png\"") && refined.contains("\"kind\":\"frame\""))
    #expect(try ImageFile.read(png, path: "png").bytes == frame.rgb8)
    page.sendText(try Messages.view(6, type: "screenshot"))
    let (saved, shot) = try #require(page.nextPicture())
    #expect(saved.contains("\"kind\":\"screenshot\""))
    #expect(try ImageFile.read(shot, path: "png").bytes == frame.rgb8)
    page.sendText(#"{"type": "points"}"#)
    #expect(try #require(page.nextPicture()).bytes.count == 80 * 12)
  }

  @Test func twoPagesAreServedAtOnce() throws {
    let pages = [try page(), try page()]
    for serial in 1...20 {
      for page in pages { page.sendText(try Messages.view(serial, isMoving: true)) }
      for page in pages {
        let (header, _) = try #require(page.nextPicture())
        #expect(Messages.number("serial", in: header) == serial)
      }
    }
  }

  @Test func noMoreThanTwoPicturesAreUnconfirmed() throws {
    let page = try page()
    // Read as bare frames, pictures are not confirmed.
    for serial in 1...10 {
      page.sendText(try Messages.view(serial, isMoving: true))
      Thread.sleep(forTimeInterval: 0.02)
    }
    var serials: [Int] = []
    while serials.count < 2, let frame = page.nextFrame() {
      guard frame.opcode == 2 else { continue }
      serials.append(
        Messages.number("serial", in: String(decoding: frame.payload.prefix(300), as: UTF8.self))
          ?? 0)
    }
    page.sendText(#"{"type": "shown", "picture": 1}"#)
    page.sendText(#"{"type": "shown", "picture": 2}"#)
    let (header, _) = try #require(page.nextPicture())
    // The requests between were dropped: the newest is drawn next.
    #expect(serials == serials.sorted() && serials[1] < 10)
    #expect(Messages.number("serial", in: header) == 10)
  }
}
