public import SplatCore
import SplatFiles

/// A page on this machine that shows a model, drawn by the renderer of this package.
///
/// ```swift
/// let viewer = try Viewer(scene: scene, host: "127.0.0.1", port: 0)
/// print(viewer.address)
/// while true {
///   viewer.wait(seconds: 1)
///   while viewer.draw(splats, revision: 0) {}
/// }
/// ```
///
/// The pages are served by a thread of the viewer's own. Pictures are drawn by whoever calls
/// ``draw(_:revision:)``, one at a time and from one thread, so that a model that is being changed is
/// only read when its owner says so.
public final class Viewer {
  private let scene: ViewerScene
  private let painter: PicturePainter
  private let refiner: Refiner?
  private let server: ViewerServer
  let lobby: Lobby

  /// The quality of the JPEG pictures, 1...100: while the camera moves, and when it rests.
  private static let movingQuality = 80
  private static let stillQuality = 92

  /// Begins to serve pages.
  ///
  /// - Parameters:
  ///   - scene: what the pages show besides the Gaussians.
  ///   - host: the address to listen on; beyond the loopback, ``address`` holds a secret token.
  ///   - port: the port, or 0 for any that is free.
  ///   - threads: the number of threads to draw on, or as many as there are cores.
  ///   - isTraining: whether the model is being trained, and pages may steer that.
  public convenience init(
    scene: ViewerScene, host: String, port: Int, threads: Int? = nil, isTraining: Bool = false
  ) throws {
    try self.init(
      scene: scene, host: host, port: port, threads: threads, isTraining: isTraining,
      patience: Patience())
  }

  /// As ``init(scene:host:port:threads:isTraining:)``, with a given patience.
  package init(
    scene: ViewerScene, host: String, port: Int, threads: Int?, isTraining: Bool, patience: Patience
  ) throws {
    self.scene = scene
    painter = PicturePainter(threads: threads)
    // A model that changes all the time is never worth a lossless picture.
    refiner = isTraining ? nil : Refiner()
    lobby = Lobby(takesControls: isTraining)
    lobby.greet(with: [
      ViewerMessage.text(ViewerMessage.Hello(scene, isTraining: isTraining)),
      try ViewerMessage.cameras(scene),
    ])
    server = try ViewerServer(host: host, port: port, lobby: lobby, patience: patience)
  }

  /// The address of the page.
  public var address: String { server.address }

  /// Whether any page is connected.
  public var isWatched: Bool { lobby.isWatched }

  /// Waits until a page may want something, for `seconds` at most.
  public func wait(seconds: Double) { lobby.wait(seconds: seconds) }

  /// Ends all connections, with a word to the pages, and stops serving.
  public func stop(_ reason: String = "the program has ended") {
    lobby.closeAll(reason)
    server.stop()
  }

  /// Draws and sends the next picture that a page waits for.
  ///
  /// - Parameters:
  ///   - splats: the model as it is now.
  ///   - revision: a number that is another one whenever the model is.
  /// - Returns: whether a page waited for one.
  @discardableResult
  public func draw(_ splats: Splats, revision: Int) -> Bool {
    draw(splats, revision: revision, secondsPerPicture: Client.secondsPerPicture)
  }

  /// As ``draw(_:revision:)``, for a given time that a picture of a moving camera should take.
  func draw(_ splats: Splats, revision: Int, secondsPerPicture: Double) -> Bool {
    guard let (client, job) = lobby.takeJob(revision: revision) else { return false }
    var header = PictureHeader(kind: .frame, format: .jpeg)
    header.splats = splats.count
    header.iteration = refiner == nil ? revision : nil
    switch job {
    case .picture(let look, let fraction):
      let target = secondsPerPicture / Double(max(1, lobby.movingCount))
      follow(look, fraction, splats, revision, header, client, target: target)
    case .errand(.screenshot(let look)):
      header.kind = .screenshot
      save(look, splats, revision, header, client)
    case .errand(.photo(let index)): sendPhoto(index, to: client)
    case .errand(.points): sendPoints(splats, to: client)
    }
    return true
  }

  private func follow(
    _ look: Look, _ fraction: Double, _ splats: Splats, _ revision: Int, _ header: PictureHeader,
    _ client: Client, target: Double
  ) {
    let begin = ContinuousClock.now
    var header = header
    let picture = paint(look, fraction: fraction, splats, revision, &header)
    let quality = look.isMoving ? Self.movingQuality : Self.stillQuality
    let drawn = ContinuousClock.now
    guard
      let bytes = try? JPEGFile.encode(
        picture.photo, quality: quality, hasFullColor: !look.isMoving, path: "picture")
    else { return client.close("the picture cannot be compressed") }
    header.compressing = (ContinuousClock.now - drawn) / .milliseconds(1)
    client.send(header, bytes, fraction: look.isMoving ? fraction : nil)
    let seconds = (ContinuousClock.now - begin) / .seconds(1)
    client.note(seconds: seconds, fraction: fraction, target: target)
    if !look.isMoving { refiner?.refine(picture.photo, header, for: look, of: client) }
  }

  /// Draws a look at a fraction of its size, and notes in `header` what was drawn.
  private func paint(
    _ look: Look, fraction: Double, _ splats: Splats, _ revision: Int,
    _ header: inout PictureHeader
  ) -> PicturePainter.Picture {
    let begin = ContinuousClock.now
    let (width, height) = (look.camera.width, look.camera.height)
    let camera = look.camera.resized(
      width: max(1, Int((Double(width) * fraction).rounded())),
      height: max(1, Int((Double(height) * fraction).rounded())))
    let picture = painter.paint(splats, revision: revision, from: camera, style: look.style)
    header.serial = look.serial
    header.width = camera.width
    header.height = camera.height
    header.range = picture.range
    header.drawing = (ContinuousClock.now - begin) / .milliseconds(1)
    return picture
  }

  private func save(
    _ look: Look, _ splats: Splats, _ revision: Int, _ header: PictureHeader, _ client: Client
  ) {
    var header = header
    header.format = .png
    let picture = paint(look, fraction: 1, splats, revision, &header)
    guard let bytes = try? PNGFile.encode(picture.photo, isFast: true, path: "picture") else {
      return client.close("the picture cannot be compressed")
    }
    client.send(header, bytes)
  }

  private func sendPhoto(_ index: Int, to client: Client) {
    guard let photo = scene.photo?(index) else { return client.close("there is no photo \(index)") }
    var header = PictureHeader(kind: .photo, format: .jpeg)
    header.serial = index
    header.width = photo.width
    header.height = photo.height
    let opaque = photo.over(scene.background)
    guard
      let bytes = try? JPEGFile.encode(opaque, quality: Self.stillQuality, path: "photo")
    else { return client.close("the photo cannot be compressed") }
    client.send(header, bytes)
  }

  private func sendPoints(_ splats: Splats, to client: Client) {
    let points = OverlayPoints.chosen(from: scene.points, or: splats)
    client.send(PictureHeader(kind: .points, format: .floats), OverlayPoints.bytes(points))
  }
}
