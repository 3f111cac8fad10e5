import SplatCore
import SplatFiles
import SplatPlatform

/// A circle of cameras around a model, or the part of it that the model's own cameras have seen.
///
/// With the model's own cameras known, the circle has their mean height and distance. Without them
/// the distance is that from which the opaque part of the model fills the picture.
struct Orbit {
  /// The point that the cameras look at.
  let center: SIMD3<Double>
  /// The axis of the circle, of length 1.
  let up: SIMD3<Double>
  /// From the axis to the first camera, and at right angles to both, of length 1.
  private let start: SIMD3<Double>
  private let side: SIMD3<Double>
  private let place: Place
  /// Where the model's own cameras are, in the order of their azimuths.
  private let captured: [Place]
  private let shape: OrbitShape
  private let lens: FrameLens

  /// A camera's place in cylindrical coordinates around the axis.
  private struct Place {
    /// The angle around the axis from the first camera, radians.
    var azimuth: Double
    /// The distance from the axis, world units.
    var radius: Double
    /// The height above the centre, world units.
    var height: Double
  }

  /// The angle between neighbouring cameras up to which what lies between them has been seen.
  private static let widestSeenGap = Double.pi / 2
  /// The angle around a camera on an arc within which captured cameras tell its distance, as the
  /// standard deviation of their weights.
  private static let neighbourAngle = 10 * Double.pi / 180
  /// The height above the centre without cameras, relative to the distance.
  private static let usualSlope = 0.15

  /// - Parameters:
  ///   - splats: the model.
  ///   - cameras: those that took its photos.
  ///   - statedUp: the upward direction that the model's file states.
  ///   - size: the size of the frames, if one was chosen.
  ///   - shape: what was chosen of the shape.
  init(
    splats: Splats, cameras: [Camera], statedUp: SIMD3<Double>? = nil, size: ImageSize?,
    shape: OrbitShape
  ) {
    self.shape = shape
    lens = FrameLens(cameras: cameras, size: size)
    let means = splats.opaqueMeans
    let middle = means.median
    let target = shape.center ?? Self.focus(of: cameras) ?? middle
    let axis =
      shape.up
      ?? UpDirection.find(cameras: cameras, stated: statedUp, points: means)
    center = target
    up = axis
    // The first camera is at azimuth 0.
    let first = cameras.first.map { ($0.center - target).across(axis) } ?? SIMD3(0, 0, -1)
    let start = first.across(axis).normalized ?? axis.anyNormal
    let side = axis.cross(start)
    (self.start, self.side) = (start, side)
    captured = cameras.map { camera in
      let offset = camera.center - target
      let across = offset.across(axis)
      return Place(
        azimuth: atan2(across.dot(side), across.dot(start)), radius: across.length,
        height: offset.dot(axis))
    }.sorted { $0.azimuth < $1.azimuth }
    // With cameras: their mean distance and height. Without: all of the model in the picture.
    if captured.isEmpty {
      let distances = means.map { ($0 - target).length }.sorted()
      let reach = distances.isEmpty ? 1 : distances[distances.count * 9 / 10]
      let radius = max(reach, 1e-3) / sin(lens.narrowestHalfAngle) * 1.1
      place = Place(azimuth: 0, radius: radius, height: radius * Self.usualSlope)
    } else {
      let count = Double(captured.count)
      place = Place(
        azimuth: 0, radius: captured.reduce(0) { $0 + $1.radius } / count,
        height: captured.reduce(0) { $0 + $1.height } / count)
    }
  }

  /// `count` cameras, evenly spaced over the whole circle.
  func cameras(count: Int) -> [NamedCamera] {
    (0..<count).map { index in
      var place = place
      place.azimuth = 2 * .pi * Double(index) / Double(count)
      return camera(at: place, index)
    }
  }

  /// `count` cameras from one end to the other of what the model's own cameras have seen, at the
  /// distance and height of those nearby; a whole circle if they stand all around.
  func arc(count: Int) -> [NamedCamera] {
    let gap = widestGap
    guard gap.width > Self.widestSeenGap else { return cameras(count: count) }
    return (0..<count).map { index in
      let share = count > 1 ? Double(index) / Double(count - 1) : 0.5
      return camera(at: nearby(gap.end + share * (2 * .pi - gap.width)), index)
    }
  }

  /// The angle of the widest part of the circle that no camera has seen, in degrees, if there is
  /// such a part.
  var unseenDegrees: Double? {
    guard !captured.isEmpty, widestGap.width > Self.widestSeenGap else { return nil }
    return widestGap.width * 180 / .pi
  }

  /// The widest angle between neighbouring cameras, and the azimuth where it ends.
  private var widestGap: (width: Double, end: Double) {
    guard let first = captured.first, let last = captured.last else { return (0, 0) }
    var widest = (width: first.azimuth + 2 * .pi - last.azimuth, end: first.azimuth)
    for (left, right) in zip(captured, captured.dropFirst())
    where right.azimuth - left.azimuth > widest.width {
      widest = (right.azimuth - left.azimuth, right.azimuth)
    }
    return widest
  }

  /// The place at `azimuth` with the mean distance and height of the cameras near it.
  private func nearby(_ azimuth: Double) -> Place {
    var (weights, radius, height) = (0.0, 0.0, 0.0)
    let angles = captured.map { abs(remainder($0.azimuth - azimuth, 2 * .pi)) }
    // Relative to the nearest, whose weight is 1, so that some weight is always left.
    let nearest = angles.min() ?? 0
    for (place, angle) in zip(captured, angles) {
      let squares =
        (angle * angle - nearest * nearest) / (Self.neighbourAngle * Self.neighbourAngle)
      let weight = exp(-squares / 2)
      weights += weight
      radius += weight * place.radius
      height += weight * place.height
    }
    return Place(azimuth: azimuth, radius: radius / weights, height: height / weights)
  }

  private func camera(at place: Place, _ index: Int) -> NamedCamera {
    // What was chosen of distance and elevation holds for the sphere around the centre.
    let distance =
      shape.radius
      ?? (place.radius * place.radius + place.height * place.height)
      .squareRoot()
    let elevation = shape.elevation ?? atan2(place.height, place.radius)
    let outward = start * cos(place.azimuth) + side * sin(place.azimuth)
    let eye = center + (outward * cos(elevation) + up * sin(elevation)) * distance
    let camera = Camera.looking(
      from: eye, at: center, up: up, width: lens.width, height: lens.height,
      focalLength: lens.focalLength)
    return NamedCamera(name: FrameNames.numbered(index), camera: camera)
  }

  /// The point nearest to the axes of all cameras, if they meet somewhere in front of them.
  private static func focus(of cameras: [Camera]) -> SIMD3<Double>? {
    // The point p solves Σ(I - ddᵀ) p = Σ(I - ddᵀ) c for centres c and directions d.
    var rows = [SIMD3<Double>](repeating: .zero, count: 3)
    var right = SIMD3<Double>()
    for camera in cameras {
      let row = camera.viewMatrix.rotation.row2
      let direction = SIMD3(row.x, row.y, row.z)
      for axis in 0..<3 {
        var across = -direction * direction[axis]
        across[axis] += 1
        rows[axis] += across
        right[axis] += across.dot(camera.center)
      }
    }
    let minors = [rows[1].cross(rows[2]), rows[2].cross(rows[0]), rows[0].cross(rows[1])]
    let determinant = rows[0].dot(minors[0])
    let count = Double(cameras.count)
    guard determinant > 1e-4 * count * count * count else { return nil }
    let point =
      (minors[0] * right.x + minors[1] * right.y + minors[2] * right.z) / determinant
    let isInFront = cameras.allSatisfy { $0.viewMatrix(point).z > 0 }
    return isInFront ? point : nil
  }
}

extension Splats {
  /// The means of the Gaussians that hide more than they show, or of all if there are none.
  fileprivate var opaqueMeans: [SIMD3<Double>] {
    func mean(_ index: Int) -> SIMD3<Double> {
      SIMD3(
        Double(parameters[Plane.means, index]), Double(parameters[Plane.means + 1, index]),
        Double(parameters[Plane.means + 2, index]))
    }
    let opaque = (0..<count).filter { parameters[Plane.opacityLogit, $0] > 0 }
    return (opaque.isEmpty ? Array(0..<count) : opaque).map(mean)
  }
}
