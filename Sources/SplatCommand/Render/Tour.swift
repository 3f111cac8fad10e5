import SplatCore
import SplatFiles
import SplatPlatform

/// A closed flight past the cameras that took a model's photos.
///
/// It goes from each to one that is near in place and direction, so that all it shows has been
/// seen, along a spline at an even pace.
struct Tour {
  /// The cameras that the flight passes, in this order.
  private let stops: [Camera]
  /// The length that counts as much as a turn by one radian, world units.
  private let unit: Double
  private let lens: FrameLens

  /// The most cameras that a flight passes; many that stand close would make it tremble.
  private static let mostStops = 60
  /// Cameras that are nearer than this are the same, in units of ``distance(_:_:unit:)``.
  private static let leastDistance = 1e-6
  /// Passes over all pairs of legs, of which few bring anything.
  private static let mostPasses = 50
  /// The parts of a leg of which the length is taken.
  private static let partsPerLeg = 32

  /// - Parameters:
  ///   - cameras: the captured cameras, one or more.
  ///   - size: the size of the frames, if one was chosen.
  init(cameras: [Camera], size: ImageSize?) {
    lens = FrameLens(cameras: cameras, size: size)
    let centers = cameras.map(\.center)
    let middle = centers.reduce(.zero, +) / Double(cameras.count)
    let squares = centers.reduce(0) { $0 + ($1 - middle).dot($1 - middle) }
    unit = max((squares / Double(cameras.count)).squareRoot(), 1e-9)
    stops = Self.ordered(Self.spread(cameras, unit: unit), unit: unit)
  }

  /// `count` cameras, evenly spaced over the flight.
  func cameras(count: Int) -> [NamedCamera] {
    let legs = stops.count
    let parts = legs * Self.partsPerLeg
    // The length of the way up to each part.
    var path = (0...parts).map { camera(at: Double($0) / Double(Self.partsPerLeg)) }
    path[parts] = path[0]
    var lengths = [0.0]
    for (from, to) in zip(path, path.dropFirst()) {
      lengths.append(lengths[lengths.count - 1] + Self.distance(from, to, unit: unit))
    }
    // Frames at equal lengths.
    let total = lengths[parts]
    var part = 0
    return (0..<count).map { index in
      let length = total * Double(index) / Double(count)
      while part + 1 < parts, lengths[part + 1] <= length { part += 1 }
      let within = lengths[part + 1] - lengths[part]
      let share = within > 0 ? (length - lengths[part]) / within : 0
      return NamedCamera(
        name: FrameNames.numbered(index),
        camera: camera(at: (Double(part) + share) / Double(Self.partsPerLeg)))
    }
  }

  /// How far two cameras are apart: the angle between their directions, and their distance.
  private static func distance(_ a: Camera, _ b: Camera, unit: Double) -> Double {
    let turn = a.viewMatrix.rotation * b.viewMatrix.rotation.transposed
    let cosine = (turn.row0.x + turn.row1.y + turn.row2.z - 1) / 2
    return (a.center - b.center).length / unit + acos(min(1, max(-1, cosine)))
  }

  /// At most ``mostStops`` of the cameras, each as far as possible from those before it.
  private static func spread(_ cameras: [Camera], unit: Double) -> [Camera] {
    var chosen = [cameras[0]]
    var gaps = cameras.map { distance($0, cameras[0], unit: unit) }
    while chosen.count < mostStops, let next = gaps.indices.max(by: { gaps[$0] < gaps[$1] }),
      gaps[next] > leastDistance
    {
      chosen.append(cameras[next])
      for index in gaps.indices {
        gaps[index] = min(gaps[index], distance(cameras[index], cameras[next], unit: unit))
      }
    }
    return chosen
  }

  /// The cameras in an order in which the squares of the distances have a small sum: a long way
  /// leads past what no camera has seen.
  private static func ordered(_ cameras: [Camera], unit: Double) -> [Camera] {
    let count = cameras.count
    let costs = cameras.map { a in
      cameras.map { b in
        let distance = distance(a, b, unit: unit)
        return distance * distance
      }
    }
    // From each to the nearest that is left.
    var order = [0]
    var left = Set(1..<count)
    while let last = order.last,
      let next = left.min(by: { (costs[last][$0], $0) < (costs[last][$1], $1) })
    {
      order.append(next)
      left.remove(next)
    }
    guard count > 3 else { return order.map { cameras[$0] } }
    // Turn parts of the way around as long as that makes it shorter (2-opt).
    for _ in 0..<mostPasses {
      var isBetter = false
      for first in 0..<count - 2 {
        for last in first + 2..<count where first > 0 || last < count - 1 {
          let (a, b) = (order[first], order[first + 1])
          let (c, d) = (order[last], order[(last + 1) % count])
          guard costs[a][c] + costs[b][d] < costs[a][b] + costs[c][d] - 1e-12 else { continue }
          order[first + 1...last].reverse()
          isBetter = true
        }
      }
      if !isBetter { break }
    }
    return order.map { cameras[$0] }
  }

  /// The camera at `time`, whose whole numbers are the stops.
  private func camera(at time: Double) -> Camera {
    let count = stops.count
    let leg = min(Int(time), count - 1)
    // Two stops before and two after, with quaternions of the same sign for neighbours.
    var poses = (-1...2).map { Self.pose(stops[(leg + $0 + count) % count]) }
    for index in 1..<4 {
      let product = poses[index] * poses[index - 1]
      if (3..<7).reduce(0, { $0 + product[$1] }) < 0 {
        for part in 3..<7 { poses[index][part] *= -1 }
      }
    }
    let knots = (0..<3).map { index in
      max(
        Self.distance(
          stops[(leg + index - 1 + count) % count], stops[(leg + index + count) % count],
          unit: unit
        ).squareRoot(), 1e-6)
    }
    let pose = Self.catmullRom(poses, knots: knots, share: time - Double(leg))
    // The pose without the rounding of its rotation.
    let quaternion = Quaternion(w: pose[3], x: pose[4], y: pose[5], z: pose[6])
    let rotation = (quaternion * (1 / quaternion.squaredNorm.squareRoot())).rotationMatrix
    let turn = RigidTransform(rotation: rotation, translation: .zero)
    return Camera(
      width: lens.width, height: lens.height, focalLength: lens.focalLength,
      viewMatrix: RigidTransform(
        rotation: rotation, translation: -turn.rotated(SIMD3(pose[0], pose[1], pose[2]))))
  }

  /// The centre and the rotation of a camera as numbers: x, y, z, and a quaternion, w first.
  private static func pose(_ camera: Camera) -> SIMD8<Double> {
    let rotation = Quaternion(camera.viewMatrix.rotation)
    let center = camera.center
    return SIMD8(
      center.x, center.y, center.z, rotation.w, rotation.x, rotation.y, rotation.z, 0)
  }

  /// A point of the centripetal Catmull-Rom spline between the second and the third of four points
  /// (Barry and Goldman, 1988).
  private static func catmullRom(
    _ points: [SIMD8<Double>], knots: [Double], share: Double
  ) -> SIMD8<Double> {
    let times = [0, knots[0], knots[0] + knots[1], knots[0] + knots[1] + knots[2]]
    let time = times[1] + share * knots[1]
    func mix(_ a: SIMD8<Double>, _ b: SIMD8<Double>, _ from: Int, _ to: Int) -> SIMD8<Double> {
      let weight = (time - times[from]) / (times[to] - times[from])
      return a + (b - a) * weight
    }
    let first = mix(points[0], points[1], 0, 1)
    let second = mix(points[1], points[2], 1, 2)
    let third = mix(points[2], points[3], 2, 3)
    return mix(mix(first, second, 0, 2), mix(second, third, 1, 3), 1, 2)
  }
}
