import ArgumentParser
import Foundation
import SplatCore
import SplatFiles
import SplatRendering
import SplatTraining

/// `splat render`: pictures of a model from given cameras.
struct Render: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Renders a model to PNG frames along a camera path.")

  @Argument(help: "The model: a PLY file, or the folder that training wrote.")
  var model: String
  @Option(name: .shortAndLong, help: "The folder for the frames.")
  var output: String
  @Option(help: "Render from the cameras of this scene.")
  var scene: String?
  @Option(help: "Which of the scene's cameras: train, test or all.")
  var split = SplitOption.all
  @Option(help: "Render from the cameras of this file (cameras.json or transforms.json).")
  var path: String?
  @Option(help: "Render this many frames on a circle around the model.")
  var orbit: Int?
  @Option(help: "The size of the frames as WxH.")
  var size: ImageSize?
  @Option(help: "The background: black, white or #rrggbb.")
  var background: ColorOption?
  @Flag(help: "Render in antialiased mode, as the model's own tag does.")
  var antialias = false
  @Option(help: "Leave out what is nearer than this, in world units.")
  var near: Float = 0.01
  @Option(help: "The number of threads.")
  var threads: Int?
  @Flag(help: "Also write NAME.depth.png: 16 bits, the frame's largest depth as 65535.")
  var depth = false
  @Flag(help: "Write PNG with the alpha of the model instead of a background.")
  var alpha = false
  @Flag(help: "Also write NAME.npy and, with --depth, NAME.depth.npy: float32.")
  var raw = false
  @Option(help: "Also write a video, with ffmpeg.")
  var video: String?
  @Flag(help: "Print JSON lines.")
  var json = false
  @Flag(help: "Print errors only.")
  var quiet = false

  func validate() throws {
    guard [scene != nil, path != nil, orbit != nil].filter({ $0 }).count <= 1 else {
      throw ValidationError("--scene, --path and --orbit exclude each other")
    }
    guard orbit.map({ (1...100_000).contains($0) }) ?? true else {
      throw ValidationError("--orbit takes a number of frames, 1...100000")
    }
    guard near > 0, near.isFinite else { throw ValidationError("--near is more than 0") }
    guard threads.map({ $0 > 0 }) ?? true else { throw ValidationError("--threads is 1 or more") }
    guard background.map({ $0.color != nil }) ?? true else {
      throw ValidationError("--background is black, white or #rrggbb here")
    }
  }

  func run() throws {
    let console = Console(isJSON: json, isQuiet: quiet)
    let source = try ModelPath(model)
    let splats = try source.read(console)
    let (cameras, isWhite) = try self.cameras(source: source, splats: splats)
    guard !cameras.isEmpty else {
      throw CommandFailure(code: 65, message: "there are no cameras to render from")
    }
    var settings = RenderSettings()
    settings.threads = threads
    settings.nearPlane = near
    settings.includesDepth = depth
    settings.isAntialiased = antialias || splats.isAntialiased
    settings.background =
      alpha ? .zero : background?.color ?? (isWhite ? SIMD3(1, 1, 1) : .zero)
    let renderer = Renderer(settings: settings)
    try FileOutput.makeFolder(output)
    let pipe = try video.map { try VideoPipe(path: $0, size: cameras[0].camera) }
    let begin = ContinuousClock.now
    for (index, view) in cameras.enumerated() {
      let start = ContinuousClock.now
      let frame = renderer.render(splats, from: view.camera)
      let milliseconds = start.duration(to: .now) / .milliseconds(1)
      let name = output + "/" + (view.name as NSString).deletingPathExtension
      try write(frame, name: name)
      try pipe?.append(frame)
      console.event(["frame": view.name, "render_ms": milliseconds])
      console.progress(
        "\(index + 1) of \(cameras.count) frames, \(String(format: "%.1f", milliseconds)) ms")
    }
    try pipe?.finish()
    console.endProgress()
    let seconds = begin.duration(to: .now) / .seconds(1)
    console.event(["frames": cameras.count, "seconds": seconds, "folder": output])
    console.note("wrote \(cameras.count) frames to \(output)")
  }

  private func cameras(source: ModelPath, splats: Splats) throws -> (
    views: [NamedCamera], isWhite: Bool
  ) {
    let defaultSize = size.map { (width: $0.width, height: $0.height) }
    var views: [NamedCamera]
    var isWhite = false
    if let scene {
      let opened = try Scene.open(path: scene)
      isWhite = opened.kind == .nerf
      views = split.views(of: opened).map { NamedCamera(name: $0.name, camera: $0.camera) }
    } else if let path {
      views = try CameraPath.read(path: path, defaultSize: defaultSize)
    } else if let orbit {
      let known = try source.cameras.map { file throws(FileError) in
        try CameraPath.read(path: file).map(\.camera)
      }
      views = OrbitPath(splats: splats, cameras: known ?? [], size: defaultSize)
        .cameras(count: orbit)
    } else if let file = source.cameras {
      views = try CameraPath.read(path: file, defaultSize: defaultSize)
    } else {
      throw ValidationError("say where to render from: --scene, --path or --orbit")
    }
    if let size {
      views = views.map {
        NamedCamera(
          name: $0.name, camera: $0.camera.resized(width: size.width, height: size.height))
      }
    }
    // Two cameras of one name must not write one file.
    var seen: [String: Int] = [:]
    views = views.map { view in
      seen[view.name, default: 0] += 1
      let count = seen[view.name, default: 1]
      return count == 1 ? view : NamedCamera(name: "\(view.name)_\(count)", camera: view.camera)
    }
    return (views, isWhite)
  }

  private func write(_ frame: Frame, name: String) throws(FileError) {
    let folder = (name as NSString).deletingLastPathComponent
    if folder != output { try FileOutput.makeFolder(folder) }
    let photo =
      alpha
      ? Photo(width: frame.width, height: frame.height, channels: 4, bytes: frame.straightRGBA8)
      : Photo(width: frame.width, height: frame.height, channels: 3, bytes: frame.rgb8)
    try PNGFile.write(photo, to: name + ".png", isFast: true)
    if raw {
      let values = (0..<frame.red.count).flatMap {
        [frame.red[$0], frame.green[$0], frame.blue[$0], frame.alpha[$0]]
      }
      try NPYFile.write(values, shape: [frame.height, frame.width, 4], to: name + ".npy")
      if depth {
        try NPYFile.write(
          frame.depth, shape: [frame.height, frame.width], to: name + ".depth.npy")
      }
    }
    if depth {
      let largest = max(frame.depth.max() ?? 0, .leastNormalMagnitude)
      try PNGFile.write(
        grey16: frame.depth.map { UInt16(min(max($0 / largest, 0), 1) * 65_535) },
        width: frame.width, height: frame.height, to: name + ".depth.png")
    }
  }
}

extension Frame {
  /// Colours divided by alpha, and alpha, as bytes: height x width x 4. The background must be black.
  var straightRGBA8: [UInt8] {
    (0..<width * height).flatMap { pixel -> [UInt8] in
      let a = alpha[pixel]
      guard a > 0 else { return [0, 0, 0, 0] }
      return [red[pixel] / a, green[pixel] / a, blue[pixel] / a, a].map { Frame.byte($0) }
    }
  }
}
