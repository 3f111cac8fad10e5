package import SplatCore

/// The largest scales of Gaussians, which are in proportion to their distances.
///
/// The projection to a picture is linear around a Gaussian's centre. For a Gaussian that is large
/// in proportion to its distance this is far from true when its centre is to the side of the
/// camera: it may cover a whole picture, in front of what is nearer. Training prevents that in the
/// photos, and nothing does elsewhere. A Gaussian ends where its opacity falls to 1/255, at most
/// 3.3 standard deviations from its centre. With standard deviations of at most a quarter of the
/// distance, one at a right angle to the camera's axis hardly reaches the picture.
package struct ScaleLimit: Sendable {
  private let cameras: NearestNeighbors

  /// Limits scales by the distances to the nearest of `cameras`.
  package init(cameras: [Camera]) {
    self.cameras = NearestNeighbors(cameras.map { SIMD3($0.center) })
  }

  /// Clamps the scales of all Gaussians to `share` of the distance to the nearest camera.
  package func clamp(_ state: inout ModelState, share: Float) {
    let count = state.count
    state.splats.parameters.withView { parameters in
      Workers().forEachRange(count, size: Workers.rowsPerPiece) { range, _ in
        for index in range {
          let distance = cameras.distance(
            from: parameters.vector(Plane.means, index), toNeighbor: 1)
          let largest = Float.log(max(share * distance, .leastNormalMagnitude))
          for plane in Plane.logScales..<Plane.logScales + 3 {
            parameters[plane, index] = min(parameters[plane, index], largest)
          }
        }
      }
    }
  }
}
