import SplatCore
import SplatFiles

/// A circle of cameras around a model's centre of mass.
struct OrbitPath {
  private let target: SIMD3<Double>
  private let up: SIMD3<Double>
  private let height: Double
  private let radius: Double
  private let start: SIMD3<Double>
  private let side: SIMD3<Double>
  private let size: (width: Int, height: Int)
  private let focalLength: SIMD2<Double>

  /// Plans a circle as the model's `cameras` were, or with y pointing down if there are none.
  init(splats: Splats, cameras: [Camera], size: (width: Int, height: Int)?) {
    var (sum, weight) = (SIMD3<Double>.zero, 0.0)
    for index in 0..<splats.count {
      let splat = splats[index]
      let opacity = Double(1 / (1 + Float.exp(-splat.opacityLogit)))
      sum += SIMD3<Double>(splat.mean) * opacity
      weight += opacity
    }
    let center = weight > 0 ? sum / weight : .zero
    var distances: [Double] = []
    for index in 0..<splats.count {
      distances.append(Self.length(SIMD3<Double>(splats[index].mean) - center))
    }
    distances.sort()
    let spread = distances.isEmpty ? 1 : max(distances[distances.count / 2], 1e-9)

    let ups = cameras.reduce(SIMD3<Double>.zero) {
      let row = $1.viewMatrix.rotation.row1
      return $0 - SIMD3(row.x, row.y, row.z)
    }
    up = Self.length(ups) > 1e-6 ? Self.unit(ups) : SIMD3(0, -1, 0)
    let offsets = cameras.map { $0.center - center }
    let count = Double(max(1, cameras.count))
    let up = up
    height =
      cameras.isEmpty ? 0.5 * spread : offsets.reduce(0) { $0 + ($1 * up).sum() } / count
    radius =
      cameras.isEmpty
      ? 3 * spread
      : offsets.reduce(0) { $0 + Self.length($1 - up * ($1 * up).sum()) } / count
    target = center
    let seed = abs(up.y) < 0.9 ? SIMD3<Double>(0, 1, 0) : SIMD3<Double>(0, 0, -1)
    start = Self.unit(seed - up * (seed * up).sum())
    side = SIMD3(
      up.y * start.z - up.z * start.y, up.z * start.x - up.x * start.z,
      up.x * start.y - up.y * start.x)
    let model = cameras.first
    let chosen = size ?? model.map { ($0.width, $0.height) } ?? (800, 600)
    self.size = (chosen.0, chosen.1)
    let ratio = model.map { $0.focalLength.x / Double($0.width) } ?? 1
    focalLength = SIMD2(repeating: ratio * Double(chosen.0))
  }

  /// The circle's cameras, named 00000 and up.
  func cameras(count: Int) -> [NamedCamera] {
    (0..<count).map { index in
      let angle = 2 * Double.pi * Double(index) / Double(count)
      let (cosine, sine) = (Double.cos(angle), Double.cos(angle - .pi / 2))
      let eye = target + up * height + (start * cosine + side * sine) * max(radius, 1e-9)
      let digits = String(index)
      return NamedCamera(
        name: String(repeating: "0", count: max(0, 5 - digits.count)) + digits,
        camera: .looking(
          from: eye, at: target, up: up, width: size.width, height: size.height,
          focalLength: focalLength))
    }
  }

  private static func length(_ v: SIMD3<Double>) -> Double { (v * v).sum().squareRoot() }
  private static func unit(_ v: SIMD3<Double>) -> SIMD3<Double> { v / length(v) }
}
