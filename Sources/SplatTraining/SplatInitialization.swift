package import SplatCore

/// The Gaussians that training starts from.
package enum SplatInitialization {
  /// One round Gaussian for each point, as wide as the mean distance to its three nearest
  /// neighbours.
  package static func splats(
    from points: PointCloud, shDegree: Int, opacity: Float, extent: Float, workers: Workers
  ) -> Splats {
    // Farther out, squares overflow single precision.
    let farthest: Float = 1e15
    let usable = points.positions.indices.filter {
      let p = points.positions[$0]
      return [p.x, p.y, p.z].allSatisfy { abs($0) <= farthest }
    }
    let positions = usable.map { points.positions[$0] }
    let tree = NearestNeighbors(positions)
    // Coincident points would give Gaussians of size zero, and a single point one of infinite size.
    let smallest = max(extent * 1e-5, .leastNormalMagnitude)
    let distances = workers.gathering(positions.count) { tree.meanDistance(of: $0) }
      .map { $0 > 0 ? max($0, smallest) : extent * 0.01 }
    var splats = Splats(count: positions.count, shDegree: shDegree)
    let rest = [SIMD3<Float>](repeating: .zero, count: splats.coefficientCount - 1)
    let logit = Logistic.inverse(opacity)
    for index in positions.indices {
      let color = SIMD3<Float>(points.colors[usable[index]]) / 255
      splats[index] = Splat(
        mean: positions[index],
        logScale: SIMD3(repeating: Float.log(min(distances[index], extent))),
        rotation: Quaternion(w: 1, x: 0, y: 0, z: 0), opacityLogit: logit,
        shCoefficients: [(color - 0.5) / zerothHarmonic] + rest)
    }
    return splats
  }

  /// `count` grey points at random positions that the cameras see, at depths up to twice the mean
  /// distance to what they look at. Cameras that lie far from all others do not count.
  package static func randomPoints(count: Int, cameras all: [Camera], seed: UInt64) -> PointCloud {
    let outliers = Set(CameraSpread(centers: all.map(\.center)).outliers)
    let cameras = all.indices.filter { !outliers.contains($0) }.map { all[$0] }
    var random = RandomSource(seed: seed, purpose: .initialization)
    let depth = typicalDepth(cameras)
    var points = PointCloud()
    for _ in 0..<count {
      let camera = cameras[random.index(below: cameras.count)]
      let pixel = SIMD2(
        random.uniformDouble() * Double(camera.width),
        random.uniformDouble() * Double(camera.height))
      let z = depth * (0.1 + 1.9 * random.uniformDouble())
      let direction = (pixel - camera.principalPoint) / camera.focalLength
      let position = camera.viewMatrix.inverse(SIMD3(direction.x * z, direction.y * z, z))
      points.positions.append(SIMD3<Float>(position))
      points.colors.append(
        SIMD3(
          UInt8(64 + random.index(below: 128)), UInt8(64 + random.index(below: 128)),
          UInt8(64 + random.index(below: 128))))
    }
    return points
  }

  /// The mean distance of the cameras from the point that is nearest to all their axes.
  private static func typicalDepth(_ cameras: [Camera]) -> Double {
    // The point p that minimises the squared distances to the axes solves Σ(I - ddᵀ) p = Σ(I - ddᵀ)
    // c.
    var matrix = Matrix3<Double>.zero
    var right = Vector3<Double>.zero
    for camera in cameras {
      let d = camera.viewMatrix.rotation.row2
      let across = Matrix3(
        Vector3(1 - d.x * d.x, -d.x * d.y, -d.x * d.z),
        Vector3(-d.y * d.x, 1 - d.y * d.y, -d.y * d.z),
        Vector3(-d.z * d.x, -d.z * d.y, 1 - d.z * d.z))
      matrix.row0 += across.row0
      matrix.row1 += across.row1
      matrix.row2 += across.row2
      right += across * Vector3(camera.center)
    }
    let count = Double(max(1, cameras.count))
    func cross(_ a: Vector3<Double>, _ b: Vector3<Double>) -> Vector3<Double> {
      Vector3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
    }
    let adjugate = [
      cross(matrix.row1, matrix.row2), cross(matrix.row2, matrix.row0),
      cross(matrix.row0, matrix.row1),
    ]
    let determinant = matrix.row0.dot(adjugate[0])
    // Parallel axes meet nowhere.
    guard determinant > 1e-9 * count * count * count else { return 1 }
    let sum = adjugate[0] * right.x + adjugate[1] * right.y + adjugate[2] * right.z
    let target = SIMD3(sum.x, sum.y, sum.z) / determinant
    let distances = cameras.map { camera -> Double in
      let offset = target - camera.center
      return (offset * offset).sum().squareRoot()
    }
    let mean = distances.reduce(0, +) / count
    return mean.isFinite && mean > 0 ? mean : 1
  }
}
