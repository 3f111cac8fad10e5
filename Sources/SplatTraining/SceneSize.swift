import SplatCore

/// How large a scene is, beside what its photos show.
enum SceneSize {
  /// A photo of a room shows at least this share of it.
  private static let shareOfRoom = 0.15
  /// The numbers of cameras and of points that the share is found from.
  private static let mostCameras = 200, mostPoints = 2000

  /// The number of rooms that a scene is as large as, at least 1: how many times as small as in a
  /// room the share of its points is that lie in a photo, on average. It is 1 without points.
  static func rooms(cameras: [Camera], points: [SIMD3<Float>]) -> Double {
    let cameras = cameras.thinned(to: mostCameras)
    let points = points.thinned(to: mostPoints)
    let pairs = cameras.count * points.count
    guard pairs > 0 else { return 1 }
    let shown = cameras.reduce(0) { sum, camera in
      sum + points.count { PointVisibility.place(of: $0, index: 0, in: camera) != nil }
    }
    return max(1, shareOfRoom * Double(pairs) / Double(max(1, shown)))
  }
}

extension Array {
  /// At most `most` of the elements, evenly spread over all.
  func thinned(to most: Int) -> [Element] {
    let step = Swift.max(1, (count + most - 1) / most)
    return stride(from: 0, to: count, by: step).map { self[$0] }
  }
}
