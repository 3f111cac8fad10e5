import Foundation
import SplatCore
import SplatFiles
import SplatViewer

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
