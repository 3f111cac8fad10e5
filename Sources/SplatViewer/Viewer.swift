public import SplatCore
import SplatFiles

/// Serves a page that shows a model, drawn by the renderer of this package.
///
/// ```swift
/// let viewer = try Viewer(scene: scene, host: "127.0.0.1", port: 0)
/// print(viewer.addresses[0])
/// while true {
///   viewer.wait(seconds: 1)
///   while viewer.draw(splats, revision: 0) {}
/// }
/// ```
///
/// The viewer answers requests on a thread of its own. Pictures are drawn by the caller of
/// ``draw(_:revision:)``, one at a time and on one thread, so that a model in training is read only
/// between two changes.
public final class Viewer {
  private let scene: ViewerScene
  private let painter: PicturePainter
  private let losslessEncoder = LosslessEncoder()
  private let server: ViewerServer
  let registry: ClientRegistry
  /// Whether the model keeps changing, so that lossless pictures of it are not worth their time.
  var isTraining: Bool

  /// The quality of JPEG pictures, 1...100: while the camera moves, and when it is still.
  private static let movingQuality = 80
  private static let stillQuality = 92
  /// The seconds that pages have at the end to take what was sent to them: a little more than each
  /// connection gives its page.
  private static let longestClose = 1.5

  /// Starts to serve the page.
  ///
  /// - Parameters:
  ///   - scene: what the page shows besides the Gaussians.
  ///   - host: the address to listen on; beyond the loopback, ``addresses`` hold a secret token.
  ///   - port: the port, or 0 for any that is free.
  ///   - threads: the number of threads to draw on, or as many as there are cores.
  ///   - isTraining: whether the model is being trained and pages may control that.
  /// - Throws: ``ViewerError`` if the address cannot be used.
  public convenience init(
    scene: ViewerScene, host: String, port: Int, threads: Int? = nil, isTraining: Bool = false
  ) throws {
    try self.init(
      scene: scene, host: host, port: port, threads: threads, isTraining: isTraining,
      timeouts: ServerTimeouts())
  }

  /// As ``init(scene:host:port:threads:isTraining:)``, with given timeouts.
  package init(
    scene: ViewerScene, host: String, port: Int, threads: Int?, isTraining: Bool,
    timeouts: ServerTimeouts
  ) throws {
    self.scene = scene
    self.isTraining = isTraining
    painter = PicturePainter(threads: threads)
    registry = ClientRegistry(acceptsControls: isTraining)
    registry.setWelcomeTexts([
      ViewerMessage.text(ViewerMessage.Hello(scene, isTraining: isTraining)),
      try ViewerMessage.cameras(scene),
    ])
    server = try ViewerServer(host: host, port: port, registry: registry, timeouts: timeouts)
  }

  /// The addresses of the page, at least one: if the host stands for every interface, those of
  /// this machine in its networks.
  public var addresses: [String] { server.addresses }

  /// Whether any page is connected.
  public var hasClients: Bool { registry.hasClients }

  /// Waits until a page may have requested something, for `seconds` at most.
  public func wait(seconds: Double) { registry.wait(seconds: seconds) }

  /// Tells the pages why the viewer ends, closes all connections and stops listening.
  public func stop(_ reason: String = "the program has ended") {
    registry.closeAll(reason)
    registry.waitUntilEmpty(seconds: Self.longestClose)
    server.stop()
  }

  /// Draws and sends the next picture that a page has requested.
  ///
  /// - Parameters:
  ///   - splats: the model.
  ///   - revision: a number that differs whenever the model does.
  /// - Returns: whether a page had requested anything.
  @discardableResult
  public func draw(_ splats: Splats, revision: Int) -> Bool {
    draw(splats, revision: revision, secondsPerPicture: Client.secondsPerPicture)
  }

  /// As ``draw(_:revision:)``, with a given target time for a picture of a moving camera.
  func draw(_ splats: Splats, revision: Int, secondsPerPicture: Double) -> Bool {
    guard let (client, job) = registry.takeJob(revision: revision) else { return false }
    var header = PictureHeader(kind: .frame, format: .jpeg)
    header.splats = splats.count
    header.iteration = isTraining ? revision : nil
    switch job {
    case .picture(let request, let fraction):
      let target = secondsPerPicture / Double(max(1, registry.movingCount))
      sendFrame(request, fraction, splats, revision, header, client, target: target)
    case .resource(.screenshot(let request)):
      header.kind = .screenshot
      sendScreenshot(request, splats, revision, header, client)
    case .resource(.photo(let index)): sendPhoto(index, to: client)
    case .resource(.points): sendPoints(splats, to: client)
    }
    return true
  }

  private func sendFrame(
    _ request: ViewRequest, _ fraction: Double, _ splats: Splats, _ revision: Int,
    _ header: PictureHeader, _ client: Client, target: Double
  ) {
    let begin = ContinuousClock.now
    var header = header
    let picture = paint(request, fraction: fraction, splats, revision, &header)
    let quality = request.isMoving ? Self.movingQuality : Self.stillQuality
    let drawn = ContinuousClock.now
    guard
      let bytes = try? JPEGFile.encode(
        picture.photo, quality: quality, hasFullColor: !request.isMoving, path: "picture")
    else { return client.close("the picture cannot be compressed") }
    header.compressing = (ContinuousClock.now - drawn) / .milliseconds(1)
    client.send(header, bytes, fraction: request.isMoving ? fraction : nil)
    let seconds = (ContinuousClock.now - begin) / .seconds(1)
    client.update(seconds: seconds, fraction: fraction, target: target)
    if !request.isMoving, !isTraining {
      losslessEncoder.encode(picture.photo, header, for: request, of: client)
    }
  }

  /// Draws a picture at a fraction of its size and describes it in `header`.
  private func paint(
    _ request: ViewRequest, fraction: Double, _ splats: Splats, _ revision: Int,
    _ header: inout PictureHeader
  ) -> PicturePainter.Picture {
    let begin = ContinuousClock.now
    let (width, height) = (request.camera.width, request.camera.height)
    let camera = request.camera.resized(
      width: max(1, Int((Double(width) * fraction).rounded())),
      height: max(1, Int((Double(height) * fraction).rounded())))
    let picture = painter.paint(splats, revision: revision, from: camera, style: request.style)
    header.serial = request.serial
    header.width = camera.width
    header.height = camera.height
    header.range = picture.range
    header.drawing = (ContinuousClock.now - begin) / .milliseconds(1)
    return picture
  }

  private func sendScreenshot(
    _ request: ViewRequest, _ splats: Splats, _ revision: Int, _ header: PictureHeader,
    _ client: Client
  ) {
    var header = header
    header.format = .png
    let picture = paint(request, fraction: 1, splats, revision, &header)
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
    let opaque = photo.composited(over: scene.background)
    guard
      let bytes = try? JPEGFile.encode(opaque, quality: Self.stillQuality, path: "photo")
    else { return client.close("the photo cannot be compressed") }
    client.send(header, bytes)
  }

  private func sendPoints(_ splats: Splats, to client: Client) {
    let points = OverlayPoints.sample(of: scene.points, or: splats)
    client.send(PictureHeader(kind: .points, format: .floats), OverlayPoints.bytes(points))
  }
}
