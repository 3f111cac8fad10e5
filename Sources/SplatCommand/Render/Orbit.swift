import Foundation
import SplatCore
import SplatFiles

/// A circle of cameras around a model.
///
/// With the model's own cameras known, the circle has their mean height and distance and their
/// upward direction. Without them up is -y, as in most models made from COLMAP's reconstructions,
/// and the distance is that from which the opaque part of the model fills the picture.
struct Orbit {
  /// The point that the cameras look at.
  let center: SIMD3<Double>
  /// The axis of the circle, of length 1.
  let up: SIMD3<Double>
  /// From the axis to the first camera, of length 1.
  private let start: SIMD3<Double>
  private let radius: Double
  private let height: Double
  private let width: Int
  private let rows: Int
  private let focalLength: SIMD2<Double>

  /// The field of view from top to bottom where no camera tells one.
  private static let fieldOfView = 50.0 * .pi / 180

  init(splats: Splats, cameras: [Camera], size: ImageSize?) {
    let means = Self.opaqueMeans(splats)
    let middle = Self.median(means)
    // With cameras: their mean height and distance, seen from their common focus.
    if let first = cameras.first {
      let target = Self.focus(of: cameras) ?? middle
      center = target
      let sum = cameras.reduce(SIMD3<Double>()) {
        $0 - $1.viewMatrix.inverse.rotated(SIMD3(0, 1, 0))
      }
      let axis = Self.normalized(sum) ?? SIMD3(0, -1, 0)
      up = axis
      let offsets = cameras.map { $0.center - target }
      let count = Double(cameras.count)
      height = offsets.reduce(0) { $0 + Self.dot($1, axis) } / count
      radius =
        offsets.reduce(0) { total, offset in
          let across = offset - axis * Self.dot(offset, axis)
          return total + Self.dot(across, across).squareRoot()
        } / count
      start = Self.across(first.center - target, axis)
      width = size?.width ?? first.width
      rows = size?.height ?? first.height
      let scaled = first.fitted(width: width, height: rows)
      focalLength = scaled.focalLength
    } else {
      // Without: the distance at which the opaque part fills the picture.
      center = middle
      up = SIMD3(0, -1, 0)
      width = size?.width ?? 1280
      rows = size?.height ?? 720
      let focal = Double(rows) / 2 / tan(Self.fieldOfView / 2)
      focalLength = SIMD2(focal, focal)
      let distances = means.map { Self.length($0 - middle) }.sorted()
      let reach = distances.isEmpty ? 1 : distances[distances.count * 9 / 10]
      let narrow = atan(Double(min(width, rows)) / 2 / focal)
      radius = max(reach, 1e-3) / sin(narrow) * 1.1
      height = radius * 0.15
      start = SIMD3(0, 0, -1)
    }
  }

  /// `count` cameras, evenly spaced over the whole circle.
  func cameras(count: Int) -> [NamedCamera] {
    let side = SIMD3(
      up.y * start.z - up.z * start.y, up.z * start.x - up.x * start.z,
      up.x * start.y - up.y * start.x)
    return (0..<count).map { index in
      let angle = 2 * .pi * Double(index) / Double(count)
      let eye = center + (start * cos(angle) + side * sin(angle)) * radius + up * height
      let camera = Camera.looking(
        from: eye, at: center, up: up, width: width, height: rows, focalLength: focalLength)
      return NamedCamera(name: FrameNames.numbered(index), camera: camera)
    }
  }

  /// The means of the Gaussians that hide more than they show, or of all if there are none.
  private static func opaqueMeans(_ splats: Splats) -> [SIMD3<Double>] {
    func mean(_ index: Int) -> SIMD3<Double> {
      let parameters = splats.parameters
      return SIMD3(
        Double(parameters[Plane.means, index]), Double(parameters[Plane.means + 1, index]),
        Double(parameters[Plane.means + 2, index]))
    }
    let opaque = (0..<splats.count).filter { splats.parameters[Plane.opacityLogit, $0] > 0 }
    return (opaque.isEmpty ? Array(0..<splats.count) : opaque).map(mean)
  }

  /// The median along each axis, which stray Gaussians far away do not move.
  private static func median(_ points: [SIMD3<Double>]) -> SIMD3<Double> {
    guard !points.isEmpty else { return .zero }
    var result = SIMD3<Double>()
    for axis in 0..<3 { result[axis] = points.map { $0[axis] }.sorted()[points.count / 2] }
    return result
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
        right[axis] += dot(across, camera.center)
      }
    }
    let minors = [cross(rows[1], rows[2]), cross(rows[2], rows[0]), cross(rows[0], rows[1])]
    let determinant = dot(rows[0], minors[0])
    let count = Double(cameras.count)
    guard determinant > 1e-4 * count * count * count else { return nil }
    let point =
      (minors[0] * right.x + minors[1] * right.y + minors[2] * right.z) / determinant
    let isInFront = cameras.allSatisfy { $0.viewMatrix(point).z > 0 }
    return isInFront ? point : nil
  }

  /// The part of `vector` across `axis`, at length 1; any such direction if it has none.
  private static func across(_ vector: SIMD3<Double>, _ axis: SIMD3<Double>) -> SIMD3<Double> {
    let part = vector - axis * dot(vector, axis)
    let other = abs(axis.x) < 0.9 ? SIMD3(1.0, 0, 0) : SIMD3(0.0, 1, 0)
    return normalized(part) ?? normalized(cross(axis, other)) ?? SIMD3(0, 0, -1)
  }

  private static func normalized(_ vector: SIMD3<Double>) -> SIMD3<Double>? {
    let length = length(vector)
    return length > 1e-9 ? vector / length : nil
  }

  private static func length(_ vector: SIMD3<Double>) -> Double {
    dot(vector, vector).squareRoot()
  }

  private static func dot(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> Double { (a * b).sum() }

  private static func cross(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
    SIMD3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
  }
}
