import SplatCore

extension PointCloud {
  /// The means of a model's Gaussians, with the colours that do not depend on the view.
  init(_ splats: Splats) {
    self.init()
    splats.parameters.withReadOnlyView { view in
      positions = (0..<splats.count).map { view.vector(Plane.means, $0) }
      colors = (0..<splats.count).map { index in
        let color = 0.5 + zerothHarmonic * view.vector(Plane.sh, index)
        return SIMD3(
          Frame.byte(color.x), Frame.byte(color.y), Frame.byte(color.z))
      }
    }
  }
}
