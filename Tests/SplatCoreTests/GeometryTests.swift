import SplatCore
import SplatTestSupport
import Testing

@Suite struct GeometryTests {
  private static func normal3(_ random: inout RandomSource) -> SIMD3<Double> {
    SIMD3(Double(random.normal()), Double(random.normal()), Double(random.normal()))
  }

  private static func transform(_ random: inout RandomSource) -> RigidTransform {
    RigidTransform(
      rotation: RandomScene.randomRotation(&random), translation: normal3(&random))
  }

  private func distance(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> Double {
    ((a - b) * (a - b)).sum().squareRoot()
  }

  @Test(arguments: UInt64(0)..<20) func aTransformAndItsInverseCancel(seed: UInt64) {
    var random = RandomSource(seed: seed, purpose: .testing)
    let transform = Self.transform(&random)
    let point = Self.normal3(&random)
    #expect(distance(transform.inverse(transform(point)), point) < 1e-14)
    #expect(distance(transform(transform.inverse(point)), point) < 1e-14)
  }

  @Test(arguments: UInt64(0)..<20) func aProductAppliesTheRightTransformFirst(seed: UInt64) {
    var random = RandomSource(seed: seed, purpose: .testing)
    let (a, b) = (Self.transform(&random), Self.transform(&random))
    let point = Self.normal3(&random)
    #expect(distance((a * b)(point), a(b(point))) < 1e-14)
    #expect(distance((a * .identity)(point), a(point)) < 1e-15)
  }

  /// Covers all four choices of the largest part, including half turns.
  @Test(arguments: UInt64(0)..<200) func aQuaternionSurvivesItsMatrix(seed: UInt64) {
    var random = RandomSource(seed: seed, purpose: .testing)
    var parts = (0..<4).map { _ in Double(random.normal()) }
    if seed % 5 == 4 { parts[0] = 0 }
    parts[Int(seed % 4)] *= 10
    let norm = parts.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let q = Quaternion(parts.map { $0 / norm })
    let found = Quaternion(q.rotationMatrix)
    // A quaternion and its negative are the same rotation.
    let sign = zip(q.parts, found.parts).reduce(0) { $0 + $1.0 * $1.1 } < 0 ? -1.0 : 1.0
    for (a, b) in zip(q.parts, found.parts) {
      #expect(abs(a - sign * b) < 1e-14, "seed \(seed): \(found.parts) for \(q.parts)")
    }
  }

  @Test(arguments: UInt64(0)..<20) func matricesMultiplyAsTheirEntriesSay(seed: UInt64) {
    var random = RandomSource(seed: seed, purpose: .testing)
    func entries() -> [Double] { (0..<9).map { _ in Double(random.normal()) } }
    let (a, b) = (entries(), entries())
    let product = Matrix3(a) * Matrix3(b)
    let found = product.row0.parts + product.row1.parts + product.row2.parts
    for row in 0..<3 {
      for column in 0..<3 {
        let expected = (0..<3).reduce(0) { $0 + a[row * 3 + $1] * b[$1 * 3 + column] }
        #expect(abs(found[row * 3 + column] - expected) < 1e-14)
      }
    }
    let v = Vector3(Array(a[0..<3]))
    #expect(Matrix3(b).transposedTimes(v) == Matrix3(b).transposed * v)
  }

  @Test func aResizedCameraSeesTheSamePointsAtTheSamePartOfTheImage() {
    let camera = Camera(
      width: 640, height: 480, focalLength: SIMD2(500, 510), principalPoint: SIMD2(300, 250))
    let resized = camera.resized(width: 213, height: 120)
    #expect(resized.width == 213 && resized.height == 120)
    for point in [SIMD2(0.1, -0.2), SIMD2(-0.4, 0.3), SIMD2(0, 0)] {
      let old = (point * camera.focalLength + camera.principalPoint) / SIMD2(640, 480)
      let new = (point * resized.focalLength + resized.principalPoint) / SIMD2(213, 120)
      #expect(((old - new) * (old - new)).sum() < 1e-28)
    }
    #expect(resized.viewMatrix == camera.viewMatrix)
  }

  @Test(arguments: UInt64(0)..<20) func aLookingCameraSeesItsTargetInTheMiddle(seed: UInt64) {
    var random = RandomSource(seed: seed, purpose: .testing)
    let (eye, target) = (Self.normal3(&random), Self.normal3(&random) * 3)
    // Every fourth looks straight up, where `up` gives no direction.
    let up = seed % 4 == 0 ? target - eye : SIMD3(0, -1, 0)
    let camera = Camera.looking(
      from: eye, at: target, up: up, width: 10, height: 8, focalLength: SIMD2(9, 9))
    let seen = camera.viewMatrix(target)
    #expect(abs(seen.x) < 1e-13 && abs(seen.y) < 1e-13)
    #expect(abs(seen.z - distance(eye, target)) < 1e-13)
    #expect(distance(camera.center, eye) < 1e-13)
    // Up in the world is up in the image, where y points down.
    if seed % 4 != 0 { #expect(camera.viewMatrix.rotated(up).y < 0) }
    let turned = camera.viewMatrix.rotation * camera.viewMatrix.rotation.transposed
    let identity = Quaternion<Double>(w: 1, x: 0, y: 0, z: 0).rotationMatrix
    for (a, b) in zip(
      turned.row0.parts + turned.row1.parts, identity.row0.parts + identity.row1.parts)
    { #expect(abs(a - b) < 1e-14) }
  }

  @Test(arguments: UInt64(0)..<20) func productsOfVectors(seed: UInt64) throws {
    var random = RandomSource(seed: seed, purpose: .testing)
    let (a, b) = (Self.normal3(&random), Self.normal3(&random))
    let normal = a.cross(b)
    #expect(abs(normal.dot(a)) < 1e-14 && abs(normal.dot(b)) < 1e-14)
    #expect(abs(normal.dot(normal) + a.dot(b) * a.dot(b) - a.dot(a) * b.dot(b)) < 1e-12)
    #expect(abs(try #require(a.normalized).length - 1) < 1e-15)
    #expect(abs(a.anyNormal.dot(a)) < 1e-14 && abs(a.anyNormal.length - 1) < 1e-15)
    #expect(SIMD3<Double>(1, 0, 0).cross(SIMD3(0, 1, 0)) == SIMD3(0, 0, 1))
    #expect(SIMD3<Double>.zero.normalized == nil)
  }

  @Test(arguments: UInt64(0)..<20) func principalAxesAreThoseOfTheSpread(seed: UInt64) {
    var random = RandomSource(seed: seed, purpose: .testing)
    let turn = RigidTransform(
      rotation: RandomScene.randomRotation(&random), translation: .zero)
    let scales = SIMD3(0.5, 2, 7)
    // Both ends of each axis, so that the products between axes are zero.
    let vectors = (0..<6).map { index -> SIMD3<Double> in
      var vector = SIMD3<Double>()
      vector[index / 2] = scales[index / 2] * (index % 2 == 0 ? 1 : -1)
      return turn.rotated(vector)
    }
    let axes = PrincipalAxes(of: vectors)
    for axis in 0..<3 {
      var direction = SIMD3<Double>()
      direction[axis] = 1
      #expect(abs(abs(axes.directions[axis].dot(turn.rotated(direction))) - 1) < 1e-12)
      #expect(abs(axes.meanSquares[axis] - scales[axis] * scales[axis] / 3) < 1e-12)
    }
  }
}
