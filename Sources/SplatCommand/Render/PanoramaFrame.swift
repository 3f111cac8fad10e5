import SplatCore
import SplatFiles
import SplatPlatform

/// Draws a frame of all directions: the faces of a cube, resampled.
///
/// Columns are longitudes and rows are latitudes; the camera looks at the middle.
struct PanoramaFrame {
  /// The panorama's size, and from where it is seen.
  private let camera: Camera
  /// The pixels of a face that show its 90 degrees, in a row.
  private let side: Int

  /// The pixels around these, which those at the border are interpolated with.
  private static let margin = 2

  /// A frame of the size of `camera` from its place, turned as it is.
  init(_ camera: Camera) {
    self.camera = camera
    // The pixels in the middle of a face are a little finer than the panorama's.
    side = max(1, camera.width / 2)
  }

  /// The frame.
  ///
  /// Its depth, if faces have it, is the distance from the camera.
  ///
  /// - Parameter draw: draws a face.
  func frame(_ draw: (Camera) -> Frame) -> Frame {
    let (width, height) = (camera.width, camera.height)
    // The sines and cosines of longitudes and latitudes, at the centres of pixels.
    let longitudes = (0..<width).map { (Double($0) + 0.5) / Double(width) * 2 * .pi - .pi }
    let latitudes = (0..<height).map { ((Double($0) + 0.5) / Double(height) - 0.5) * .pi }
    let (east, ahead) = (longitudes.map { sin($0) }, longitudes.map { cos($0) })
    var result: Frame?
    for view in PanoramaView.allCases {
      // Draw a face, and take from it what lies within its 90 degrees.
      let face = draw(faceCamera(view))
      let sampler = FaceSampler(face: face, focalLength: Double(side) / 2)
      var frame =
        result ?? Frame(width: width, height: height, includesDepth: !face.depth.isEmpty)
      for row in 0..<height {
        let (down, level) = (sin(latitudes[row]), cos(latitudes[row]))
        for column in 0..<width {
          let ray = view.rotation * Vector3(east[column] * level, down, ahead[column] * level)
          guard ray.z >= abs(ray.x), ray.z >= abs(ray.y) else { continue }
          sampler.sample(ray, into: &frame, at: row * width + column)
        }
      }
      result = frame
    }
    return result ?? Frame(width: width, height: height)
  }

  private func faceCamera(_ view: PanoramaView) -> Camera {
    let whole = side + 2 * Self.margin
    return Camera(
      width: whole, height: whole, focalLength: SIMD2(repeating: Double(side) / 2),
      viewMatrix: RigidTransform(rotation: view.rotation, translation: .zero) * camera.viewMatrix)
  }
}

/// Takes pixels from a face.
private struct FaceSampler {
  let face: Frame
  let focalLength: Double

  /// Writes what the face shows in the direction `ray`, of length 1, to a pixel of `frame`:
  /// colours and opacity between the centres of pixels, and the depth of the nearest pixel.
  @inline(__always)
  func sample(_ ray: Vector3<Double>, into frame: inout Frame, at target: Int) {
    let place =
      SIMD2(ray.x, ray.y) / ray.z * focalLength
      + SIMD2(Double(face.width), Double(face.height)) / 2 - 0.5
    let (column, row) = (Int(place.x), Int(place.y))
    let (right, below) = (Float(place.x - Double(column)), Float(place.y - Double(row)))
    let first = row * face.width + column
    func mean(_ plane: [Float]) -> Float {
      let upper = plane[first] * (1 - right) + plane[first + 1] * right
      let lower = plane[first + face.width] * (1 - right) + plane[first + face.width + 1] * right
      return upper * (1 - below) + lower * below
    }
    frame.red[target] = mean(face.red)
    frame.green[target] = mean(face.green)
    frame.blue[target] = mean(face.blue)
    frame.alpha[target] = mean(face.alpha)
    guard !frame.depth.isEmpty else { return }
    let nearest = first + (right >= 0.5 ? 1 : 0) + (below >= 0.5 ? face.width : 0)
    // From the depth along the face's axis to the distance.
    frame.depth[target] = face.depth[nearest] / Float(ray.z)
  }
}
