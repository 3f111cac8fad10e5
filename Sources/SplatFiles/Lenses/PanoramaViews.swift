package import SplatCore
import SplatPlatform

/// One of the pinhole views that a panorama is cut into: the faces of a cube, which show every
/// direction once.
package enum PanoramaView: String, CaseIterable {
  case front, right, back, left, up, down

  /// The rotation from the panorama's frame to the view's.
  ///
  /// Those to the sides stand upright; those up and down continue the upper and lower border of the
  /// view to the front.
  package var rotation: Matrix3<Double> {
    let (x, y, z) = (SIMD3(1.0, 0, 0), SIMD3(0.0, 1, 0), SIMD3(0.0, 0, 1))
    let (right, down, ahead) =
      switch self {
      case .front: (x, y, z)
      case .right: (-z, y, x)
      case .back: (-x, y, -z)
      case .left: (z, y, -x)
      case .up: (x, z, -y)
      case .down: (x, -z, y)
      }
    return Matrix3(Vector3(right), Vector3(down), Vector3(ahead))
  }
}

extension PhotoLens {
  /// The lens of a panorama of all directions: `width` pixels around.
  package init(panoramaWidth width: Int, height: Int) {
    self.init(
      width: width, height: height,
      focalLength: SIMD2(Double(width) / (2 * .pi), Double(height) / .pi),
      principalPoint: SIMD2(Double(width), Double(height)) / 2,
      distortion: LensDistortion(projection: .equirectangular(PanoramaView.front.rotation)))
  }

  /// The lens of a panorama for its part in a view.
  ///
  /// - Parameter rotation: takes rays from the panorama's frame to the view's.
  package func cut(to rotation: Matrix3<Double>) -> PhotoLens {
    var lens = self
    lens.distortion = LensDistortion(projection: .equirectangular(rotation.transposed))
    return lens
  }

  /// The camera of a view of a panorama: 90 degrees wide and high, half as many pixels as the
  /// panorama is high, as COLMAP's `panorama_sfm.py` has them.
  func panoramaCamera(viewMatrix: RigidTransform) -> Camera {
    let side = max(1, height / 2)
    return Camera(
      width: side, height: side, focalLength: SIMD2(repeating: Double(side) / 2),
      viewMatrix: viewMatrix)
  }
}
