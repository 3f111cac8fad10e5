import SplatCore

extension Scene {
  /// So many points stand for all of them when it is counted how many a camera sees.
  private static let sampledPoints = 10_000
  /// A larger share of points that no camera sees is warned of.
  private static let unseenShare = 0.1

  /// Warns of cameras that lie far from all others.
  mutating func warnOfFarCameras() {
    let spread = CameraSpread(
      centers: views.map(\.camera.center), points: points.positions)
    guard !spread.outliers.isEmpty else { return }
    let names = spread.outliers.map { views[$0].name }
    let isOne = names.count == 1
    warnings.append(
      """
      \(path): \(names.count) of \(views.count) cameras \(isOne ? "lies" : "lie") far from all \
      others: \(MissingImages.list(names)); the size of the scene is that of the others. A pose is \
      probably wrong\(isOne ? "" : " in each"): leave such photos out
      """)
  }

  /// Warns of points that no camera sees, which happens if points and cameras have different
  /// frames.
  mutating func warnOfUnseenPoints() {
    guard points.count > 0, !views.isEmpty else { return }
    let step = (points.count + Self.sampledPoints - 1) / Self.sampledPoints
    let sample = stride(from: 0, to: points.count, by: step).map { points.positions[$0] }
    let cameras = views.map(\.camera)
    let unseen = sample.count { point in
      let place = SIMD3<Double>(point)
      return !cameras.contains { $0.sees(place) }
    }
    guard Double(unseen) > Self.unseenShare * Double(sample.count) else { return }
    let percent = Int((100 * Double(unseen) / Double(sample.count)).rounded())
    warnings.append(
      """
      \(path): no camera sees \(percent) % of the points\(step > 1 ? ", by a sample" : ""); points \
      and cameras may have different frames
      """)
  }
}

extension Camera {
  /// Whether `place` lies in front of the camera and in its image.
  fileprivate func sees(_ place: SIMD3<Double>) -> Bool {
    let seen = viewMatrix(place)
    guard seen.z > 0 else { return false }
    let pixel = SIMD2(seen.x, seen.y) / seen.z * focalLength + principalPoint
    return pixel.x >= 0 && pixel.y >= 0 && pixel.x < Double(width) && pixel.y < Double(height)
  }
}
