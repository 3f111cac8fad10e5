public import SplatCore
public import SplatRendering

/// Which pixels of a view show what several photos of a training show.
///
/// The mean quality of held-out photos is often decided by their margins, which hardly any other
/// photo sees; the quality of the other pixels tells more about the model.
public struct ViewCoverage: Sendable {
  /// A camera with the depth that it sees.
  private struct Eye: Sendable {
    let camera: Camera
    let depth: [Float]
  }

  private let eyes: [Eye]
  private let workers: Workers

  /// A pixel is covered if more than this many cameras see its surface.
  public static let fewestCameras = 3
  /// The width or height of the depth maps, whichever is larger, in pixels.
  private static let mapSize = 160
  /// How far the depths of one surface in two maps may differ, relative to the depth.
  private static let tolerance: Float = 0.05

  /// Draws the depth of `splats` from each of the cameras of a training.
  public init(_ cameras: [Camera], splats: Splats, settings: RenderSettings) {
    var depthSettings = settings
    depthSettings.includesDepth = true
    let renderer = Renderer(settings: depthSettings)
    workers = Workers(threads: settings.threads)
    eyes = cameras.map { camera in
      let scale = min(1, Double(Self.mapSize) / Double(max(camera.width, camera.height, 1)))
      let small = camera.resized(
        width: max(1, Int(Double(camera.width) * scale)),
        height: max(1, Int(Double(camera.height) * scale)))
      return Eye(camera: small, depth: renderer.render(splats, from: small).depth)
    }
  }

  /// 1 for each pixel of `frame`, which has a depth plane and was drawn from `camera`, that is
  /// covered; otherwise 0.
  public func mask(of frame: Frame, from camera: Camera) -> [UInt8] {
    precondition(!frame.depth.isEmpty || frame.width * frame.height == 0, "the frame has depths")
    let toWorld = camera.viewMatrix.inverse
    return workers.gathering(frame.depth.count) { pixel in
      let depth = Double(frame.depth[pixel])
      guard depth > 0 else { return 0 }
      let place = SIMD2(
        Double(pixel % frame.width) + 0.5, Double(pixel / frame.width) + 0.5)
      let ray = (place - camera.principalPoint) / camera.focalLength
      let point = toWorld(SIMD3(ray.x * depth, ray.y * depth, depth))
      var count = 0
      for eye in eyes where Self.sees(eye, point) {
        count += 1
        if count > Self.fewestCameras { return 1 }
      }
      return 0
    }
  }

  /// Whether a point of a surface is in the sight of a camera and not behind another surface.
  private static func sees(_ eye: Eye, _ point: SIMD3<Double>) -> Bool {
    let camera = eye.camera
    let place = camera.viewMatrix(point)
    guard place.z > 0 else { return false }
    let pixel = SIMD2(place.x, place.y) / place.z * camera.focalLength + camera.principalPoint
    guard pixel.x >= 0, pixel.y >= 0, pixel.x < Double(camera.width),
      pixel.y < Double(camera.height)
    else { return false }
    let seen = eye.depth[Int(pixel.y) * camera.width + Int(pixel.x)]
    return abs(seen - Float(place.z)) <= tolerance * Float(place.z)
  }
}

extension TrainingView {
  /// The view with those pixels alone that count in both its own mask and `mask`.
  public func counting(_ mask: [UInt8]) -> TrainingView {
    var result = self
    result.mask = self.mask.map { own in zip(own, mask).map { min($0, $1) } } ?? mask
    return result
  }

  /// The view without a strip of `border` pixels along its edges.
  public func insideBorder(_ border: Int) -> TrainingView {
    let (width, height) = (camera.width, camera.height)
    return counting(
      (0..<width * height).map { pixel in
        let (x, y) = (pixel % width, pixel / width)
        return x >= border && y >= border && x < width - border && y < height - border ? 1 : 0
      })
  }
}
