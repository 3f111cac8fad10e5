import ArgumentParser
import SplatCore
import SplatFiles
import SplatRendering
import SplatViewer

/// `splat view`.
struct View: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show a model in a browser.",
    usage: "splat view MODEL [options]",
    discussion: """
      Prints the address of a page on this machine and serves it until Ctrl-C. The page shows the \
      model from any camera; the keys of its panel are listed under "?". With --host other \
      machines can open it too; its address then holds a secret token that they need.
      """)

  @Argument(
    help: "The model: a file of any format, or the output folder of a training.",
    completion: .file())
  var model: String

  @Option(
    help: ArgumentHelp(
      "Take the cameras from this scene. (default: cameras.json beside the model)",
      valueName: "scene"), completion: .file())
  var scene: String?

  @OptionGroup(title: "First camera") var orbitOptions: OrbitOptions
  @OptionGroup(title: "Address") var address: AddressOptions
  @OptionGroup(title: "Picture") var picture: PictureOptions
  @OptionGroup var threads: ThreadOptions
  @OptionGroup var report: ReportOptions

  /// The seconds between two checks for Ctrl-C while no page requests anything.
  private static let interruptInterval = 0.2

  func run() throws {
    // Read the model and its cameras.
    let location = try ModelLocation(model)
    let file = try location.open()
    var splats = file.splats
    splats.boundClusters()
    let cameras =
      try scene.map { try location.cameras(ofScene: $0, origin: location.origin(of: file)) }
      ?? location.cameras().relative(to: file.origin)
    let settings = picture.settings(for: splats, configuration: location.configuration)
    var shown = ViewerScene(
      path: model, splats: splats, cameras: cameras, statedUp: file.upAxis,
      shape: orbitOptions.shape)
    shown.background = settings.background
    shown.isAntialiased = settings.isAntialiased
    shown.nearPlane = settings.nearPlane

    // Start to serve the page.
    let viewer = try Viewer(
      scene: shown, host: address.host, port: address.port ?? 0, threads: threads.threads)
    Interrupt.watch()
    report.say(
      """
      model    \(Wording.count(splats.count, "Gaussian")), \(Wording.count(cameras.count, "camera"))
      """)
    address.print(viewer.addresses, to: report)
    report.say("Press Ctrl-C to end.")

    // Draw until Ctrl-C.
    while Interrupt.received == nil {
      viewer.wait(seconds: Self.interruptInterval)
      while Interrupt.received == nil, viewer.draw(splats, revision: 0) {}
    }
    viewer.stop()
    Console.endLine()
  }
}
