import ArgumentParser
import Foundation
import SplatCore
import SplatFiles
import SplatRendering
import SplatViewer

/// `splat view`.
struct View: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Look at a model in a browser.",
    discussion: """
      Prints the address of a page on this machine and serves it until Ctrl-C. The page shows the \
      model from any camera; its panel and its keys (? lists them) do the rest. With --host other \
      machines can look too, and the address holds a secret token that they need.
      """)

  @Argument(help: "The model: a PLY file, or the output folder of a training.")
  var model: String

  @OptionGroup(title: "Address") var address: AddressOptions
  @OptionGroup(title: "Picture") var picture: PictureOptions
  @OptionGroup var threads: ThreadOptions
  @OptionGroup var report: ReportOptions

  func run() throws {
    let location = try ModelLocation(model)
    var splats = try location.read()
    splats.boundClusters()
    let cameras = try location.camerasFile.map { try CameraPath.read(path: $0) } ?? []
    let settings = picture.settings(for: splats, configuration: location.configuration)
    var scene = ViewerScene(path: model, splats: splats, cameras: cameras)
    scene.background = settings.background
    scene.isAntialiased = settings.isAntialiased
    scene.nearPlane = settings.nearPlane
    let viewer = try Viewer(
      scene: scene, host: address.host, port: address.port ?? 0, threads: threads.threads)
    Interrupt.watch()
    report.say(
      """
      model    \(Wording.count(splats.count, "Gaussian")), \(Wording.count(cameras.count, "camera"))
      """)
    address.tell(viewer.address, to: report)
    report.say("Ctrl-C ends")
    while Interrupt.received == nil {
      viewer.wait(seconds: AddressOptions.interruptInterval)
      while Interrupt.received == nil, viewer.draw(splats, revision: 0) {}
    }
    viewer.stop()
    Console.endLine()
  }
}

/// Where a viewer's page can be opened.
struct AddressOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Listen on this address; beyond 127.0.0.1 the page needs the token in its address.",
      valueName: "address"))
  var host = AddressOptions.defaultHost

  @Option(help: ArgumentHelp("Listen on this port. (default: any that is free)", valueName: "port"))
  var port: Int?

  private static let defaultHost = "127.0.0.1"

  /// Whether nothing was chosen.
  var isDefault: Bool { host == Self.defaultHost && port == nil }

  /// The seconds after which Ctrl-C is noticed where nothing else happens.
  static let interruptInterval = 0.2

  func validate() throws {
    if let port, !(0...65535).contains(port) {
      throw ValidationError("--port is \(port); 0...65535 are expected.")
    }
    guard !host.isEmpty else { throw ValidationError("--host is empty; an address is expected.") }
  }

  /// Says where the page is.
  func tell(_ address: String, to report: ReportOptions) {
    report.say("view     \(address)")
    report.emit(["event": "viewing", "address": .text(address)])
    if report.quiet { Console.write(address + "\n") }
  }
}

extension ViewerScene {
  /// The scene of the `splats` at `path`, with the cameras that are known.
  init(path: String, splats: Splats, cameras: [NamedCamera]) {
    let title = URL(fileURLWithPath: path).lastPathComponent
    let orbit = Orbit(splats: splats, cameras: cameras.map(\.camera), size: nil)
    let home = cameras.first?.camera ?? orbit.cameras(count: 1)[0].camera
    self.init(title: title, home: home, center: orbit.center, up: orbit.up)
    self.cameras = cameras
  }
}
