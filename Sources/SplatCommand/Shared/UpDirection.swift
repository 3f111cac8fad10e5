import SplatCore

/// The upward direction of a scene or a model, in its world.
///
/// The cameras tell it best: people hold them level. Without cameras it is what the model's file
/// states, then the direction in which the Gaussians or points spread least, which is across the
/// ground that most captures have, and if none is flat -y, as in models made from COLMAP's
/// reconstructions.
enum UpDirection {
  /// The direction where nothing tells it.
  static let usual = SIMD3<Double>(0, -1, 0)

  /// The spread of the cameras' sideways directions, root mean square, below which they lie in a
  /// line, and only their mean tells up from forward (as in nerfstudio's `auto_orient_and_center`).
  private static let smallestSpread = 0.17
  /// Cameras are level if their sideways directions spread along up at most this much of what they
  /// do across it.
  private static let largestRoll = 0.5
  /// A mean of directions of length 1 that is shorter than this tells nothing.
  private static let clearMean = 0.1
  /// A drone that flies to and fro and looks down has a mean of upward directions that is shorter
  /// than the first, and one of forward directions that is longer than the second.
  private static let partlyTurned = 0.5
  private static let clearlyAlike = 0.9
  /// Points are flat if they spread across the ground by at most this much of what they do on it.
  private static let flatness = 0.5
  /// The share of points nearest to the middle, whose spread is measured.
  private static let measuredShare = 0.9
  /// The most points that are measured.
  private static let mostPoints = 50_000
  /// A skewness from which on things stand on the ground on one side only.
  private static let clearSkewness = 0.5
  /// The cosine of the angle to an axis of the world within which that axis is meant, 10 degrees.
  private static let axisCosine = 0.985

  /// The upward direction, of length 1.
  ///
  /// - Parameters:
  ///   - cameras: the cameras that took the photos.
  ///   - stated: what the model's file says.
  ///   - points: the means of the Gaussians, or the points of a scene.
  static func find(
    cameras: [Camera], stated: SIMD3<Double>? = nil,
    points: @autoclosure () -> [SIMD3<Double>]
  ) -> SIMD3<Double> {
    find(cameras: cameras) ?? stated?.normalized ?? find(points: points()) ?? usual
  }

  /// The direction that is up for cameras that are held level, if they agree on one.
  private static func find(cameras: [Camera]) -> SIMD3<Double>? {
    guard !cameras.isEmpty else { return nil }
    func mean(_ row: (Matrix3<Double>) -> Vector3<Double>) -> SIMD3<Double> {
      let sum = cameras.reduce(SIMD3<Double>.zero) { sum, camera in
        let direction = row(camera.viewMatrix.rotation)
        return sum + SIMD3(direction.x, direction.y, direction.z)
      }
      return sum / Double(cameras.count)
    }
    let upward = -mean(\.row1)
    // The sideways directions of level cameras lie in the horizontal plane.
    let sideways = PrincipalAxes(
      of: cameras.map {
        let right = $0.viewMatrix.rotation.row0
        return SIMD3(right.x, right.y, right.z)
      })
    let spread = sideways.meanSquares.map { $0.squareRoot() }
    if spread[1] > smallestSpread, spread[0] < spread[1] * largestRoll {
      let vertical = sideways.directions[0]
      // Cameras that look straight down have no upward direction in their photos.
      let hint = abs(vertical.dot(upward)) > clearMean ? upward : -mean(\.row2)
      guard abs(vertical.dot(hint)) > clearMean else { return nil }
      return vertical.dot(hint) > 0 ? vertical : -vertical
    }
    // Cameras that look the same way, turned differently, look down from above.
    let down = mean(\.row2)
    if upward.length < partlyTurned, down.length > clearlyAlike { return (-down).normalized }
    // In a line, forward may lean: what is sideways in all photos is not up.
    let isLine = spread[1] <= smallestSpread
    let level = isLine ? upward.across(sideways.directions[2]) : upward
    return level.length > clearMean ? level.normalized : nil
  }

  /// The direction across the plane in which most points lie, if they do.
  private static func find(points: [SIMD3<Double>]) -> SIMD3<Double>? {
    // The points without strays, around their middle.
    let step = max(1, points.count / mostPoints)
    let sample = stride(from: 0, to: points.count, by: step).map { points[$0] }
    guard sample.count >= 4 else { return nil }
    let middle = sample.median
    let near = sample.map { $0 - middle }.sorted { $0.dot($0) < $1.dot($1) }
      .prefix(max(4, Int(Double(sample.count) * measuredShare)))
    let mean = near.reduce(.zero, +) / Double(near.count)
    let offsets = near.map { $0 - mean }
    let spread = PrincipalAxes(of: offsets)
    let deviation = spread.meanSquares[0].squareRoot()
    guard deviation < spread.meanSquares[1].squareRoot() * flatness else { return nil }
    // Models that were levelled have an axis of the world there.
    var normal = spread.directions[0]
    for axis in 0..<3 where abs(normal[axis]) > axisCosine {
      normal = .zero
      normal[axis] = 1
    }
    // Things stand on the ground and reach up from it.
    let cubes = offsets.reduce(0) { sum, offset in
      let height = offset.dot(normal)
      return sum + height * height * height
    }
    let skewness = cubes / Double(offsets.count) / max(deviation * deviation * deviation, 1e-30)
    if abs(skewness) > clearSkewness { return skewness > 0 ? normal : -normal }
    let side = normal.dot(usual)
    return side < 0 ? -normal : normal
  }
}

extension [SIMD3<Double>] {
  /// The median along each axis, which stray points far away do not move.
  var median: SIMD3<Double> {
    guard !isEmpty else { return .zero }
    var result = SIMD3<Double>()
    for axis in 0..<3 { result[axis] = map { $0[axis] }.sorted()[count / 2] }
    return result
  }
}
