import SplatCore
import SplatFiles
import SplatPlatform
import SplatViewer

extension ViewerScene {
  /// The scene of the `splats` at `path`, with the cameras that are known.
  ///
  /// - Parameters:
  ///   - path: the model, for the title.
  ///   - splats: its Gaussians.
  ///   - cameras: those that took its photos; the page starts with the first.
  ///   - statedUp: the upward direction that the model's file states.
  ///   - shape: what was chosen of the way around the model; with any of it the page starts with
  ///     the orbit's first camera.
  init(
    path: String, splats: Splats, cameras: [NamedCamera], statedUp: SIMD3<Double>? = nil,
    shape: OrbitShape = OrbitShape()
  ) {
    let title = URL(fileURLWithPath: path).lastPathComponent
    let orbit = Orbit(
      splats: splats, cameras: cameras.map(\.camera), statedUp: statedUp, size: nil, shape: shape)
    let first = shape == OrbitShape() ? cameras.first?.camera : nil
    let home = first ?? orbit.cameras(count: 1)[0].camera
    self.init(title: title, home: home, center: orbit.center, up: orbit.up)
    self.cameras = cameras
  }
}
