public import SplatCore

/// Finds the points of a scene that its masks do not cover.
///
/// A point is left out if masks cover its place in more than half of the photos that show the
/// place. Points of things that are always masked go; points that something masked only passes in
/// front of stay.
public struct MaskVotes: Sendable {
  private let points: PointCloud
  private var shown: [Int32]
  private var covered: [Int32]
  private var hasMasks = false

  /// Begins without photos.
  public init(points: PointCloud) {
    self.points = points
    shown = [Int32](repeating: 0, count: points.count)
    covered = shown
  }

  /// Adds a photo that `camera`, whose size is the photo's, took.
  public mutating func add(_ photo: ScenePhoto, camera: Camera) {
    hasMasks = hasMasks || photo.mask != nil
    for index in points.positions.indices {
      let place = camera.viewMatrix(SIMD3<Double>(points.positions[index]))
      guard place.z > 0 else { continue }
      let pixel = SIMD2(place.x, place.y) / place.z * camera.focalLength + camera.principalPoint
      guard pixel.x >= 0, pixel.y >= 0, pixel.x < Double(camera.width),
        pixel.y < Double(camera.height)
      else { continue }
      let at = Int(pixel.y) * camera.width + Int(pixel.x)
      guard photo.coverage?[at] != 0 else { continue }
      shown[index] += 1
      if photo.mask?[at] == 0 { covered[index] += 1 }
    }
  }

  /// The points that are left; all of them if no photo has a mask.
  public var kept: PointCloud {
    guard hasMasks else { return points }
    let kept = points.positions.indices.filter { covered[$0] * 2 <= shown[$0] }
    return PointCloud(
      positions: kept.map { points.positions[$0] }, colors: kept.map { points.colors[$0] })
  }
}
