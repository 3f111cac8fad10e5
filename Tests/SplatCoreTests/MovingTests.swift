import SplatCore
import SplatRendering
import SplatTestSupport
import Testing

@Suite struct MovingTests {
  private static let cameras = SyntheticScene.cameras(count: 5, width: 96, height: 96)

  private func transform(seed: UInt64, scale: Double) -> SimilarityTransform {
    var random = RandomSource(seed: seed, purpose: .testing)
    return SimilarityTransform(
      rotation: RandomScene.randomRotation(&random), scale: scale,
      translation: SIMD3(random.uniformDouble() * 4, -3, random.uniformDouble()))
  }

  @Test(arguments: 0...4, [0.25, 1, 3.5])
  func theMovedModelLooksTheSameFromTheMovedCamera(shDegree: Int, scale: Double) {
    let splats = SyntheticScene.splats(count: 800, seed: 8, shDegree: shDegree)
    let transform = transform(seed: UInt64(shDegree), scale: scale)
    let moved = splats.transformed(by: transform)
    let psnr = PictureComparison.psnr(
      splats, from: Self.cameras, moved, from: Self.cameras.map(transform.moved))
    #expect(psnr >= 80, "\(psnr) dB")
  }

  @Test(arguments: 1...4)
  func harmonicsLeftBehindWouldShow(shDegree: Int) {
    let splats = SyntheticScene.splats(count: 800, seed: 8, shDegree: shDegree)
    let transform = transform(seed: 3, scale: 1)
    var moved = splats.transformed(by: transform)
    for index in 0..<moved.count {
      for plane in Plane.sh..<moved.parameters.planes {
        moved.parameters[plane, index] = splats.parameters[plane, index]
      }
    }
    let psnr = PictureComparison.psnr(
      splats, from: Self.cameras, moved, from: Self.cameras.map(transform.moved))
    #expect(psnr < 45, "\(psnr) dB")
  }

  @Test(arguments: [UInt64(1), 2, 3])
  func theMatricesOfHarmonicsAreRotations(seed: UInt64) {
    let harmonics = HarmonicRotation(transform(seed: seed, scale: 1).rotation, degree: 4)
    for matrix in harmonics.bands {
      let size = Int(Double(matrix.count).squareRoot())
      for a in 0..<size {
        for b in 0..<size {
          let product = (0..<size).reduce(Float(0)) {
            $0 + matrix[a * size + $1] * matrix[b * size + $1]
          }
          #expect(abs(product - (a == b ? 1 : 0)) < 1e-5)
        }
      }
    }
  }

  @Test(arguments: [UInt64(4), 5, 6])
  func theMatricesTurnTheBasisFunctions(seed: UInt64) {
    let rotation = transform(seed: seed, scale: 1).rotation
    let harmonics = HarmonicRotation(rotation, degree: 4)
    var random = RandomSource(seed: seed, purpose: .testing, position: 1)
    for _ in 0..<10 {
      let axes = RandomScene.randomRotation(&random)
      let (before, after) = (basis(axes.row0), basis(rotation * axes.row0))
      for (band, matrix) in zip(1..., harmonics.bands) {
        let size = 2 * band + 1
        for row in 0..<size {
          let turned = (0..<size).reduce(0.0) {
            $0 + Double(matrix[row * size + $1]) * before[band * band + $1]
          }
          #expect(abs(turned - after[band * band + row]) < 1e-6)
        }
      }
    }
  }

  /// The values of all 25 basis functions in a direction.
  private func basis(_ direction: Vector3<Double>) -> [Double] {
    (0..<25).map { wanted in
      SphericalHarmonics.forward(direction: direction, degree: 4) { index in
        index == wanted ? Vector3(1.0, 1, 1) : .zero
      }.x - 0.5
    }
  }

  @Test(arguments: 0...4)
  func reversedAxesAreATurnWhereTwoAreReversed(shDegree: Int) {
    let splats = SyntheticScene.splats(count: 50, seed: 8, shDegree: shDegree)
    for (flip, rows) in [
      (AxisFlip.yz, [SIMD3(1.0, 0, 0), SIMD3(0, -1, 0), SIMD3(0, 0, -1)]),
      (AxisFlip(x: true, y: true), [SIMD3(-1, 0, 0), SIMD3(0, -1, 0), SIMD3(0, 0, 1)]),
    ] {
      let turn = SimilarityTransform(
        rotation: Matrix3(Vector3(rows[0]), Vector3(rows[1]), Vector3(rows[2])))
      let turned = splats.transformed(by: turn)
      var flipped = splats
      flipped.parameters.flip(flip, shDegree: shDegree)
      for index in 0..<splats.count {
        let (a, b) = (turned[index], flipped[index])
        #expect(distance(a.mean, b.mean) < 1e-5)
        // Reversing a Gaussian's own axes does not change it.
        let (left, right) = (covariance(a), covariance(b))
        #expect(zip(left, right).allSatisfy { abs($0 - $1) < 1e-5 })
        for (left, right) in zip(a.shCoefficients, b.shCoefficients) {
          #expect(distance(left, right) < 1e-5)
        }
      }
      flipped.parameters.flip(flip, shDegree: shDegree)
      #expect(flipped == splats)
    }
  }

  @Test func aReversedModelLooksLikeAMirror() {
    // Reversing one axis is not a rotation, and the mirrored camera would be left-handed. So the
    // picture is compared where the mirror plane passes through the camera and the view lies in it.
    var splats = SyntheticScene.splats(count: 400, seed: 2, shDegree: 3)
    let camera = Camera.looking(
      from: SIMD3(0, 0, -3), at: .zero, up: SIMD3(0, -1, 0), width: 64, height: 64,
      focalLength: SIMD2(80, 80))
    let before = Renderer().render(splats, from: camera)
    splats.parameters.flip(AxisFlip(x: true), shDegree: 3)
    let after = Renderer().render(splats, from: camera)
    for y in 0..<64 {
      for x in 0..<64 {
        #expect(abs(before.red[y * 64 + x] - after.red[y * 64 + 63 - x]) < 1e-3)
      }
    }
  }

  @Test func transformsCombineAndAreFoundInMatrices() {
    let (a, b) = (transform(seed: 4, scale: 2), transform(seed: 5, scale: 0.5))
    let point = SIMD3(0.3, -0.7, 1.1)
    #expect(distance((a * b)(point), a(b(point))) < 1e-12)
    let r = a.rotation
    let columns = [r.column0, r.column1, r.column2].map { SIMD3($0.x, $0.y, $0.z) * 2 }
    let found = SimilarityTransform(columns: columns, translation: a.translation)
    #expect(found.map { distance($0(point), a(point)) < 1e-9 } == true)
    #expect(SimilarityTransform(columns: columns.map { -$0 }, translation: .zero) == nil)
    #expect(
      SimilarityTransform(columns: [columns[0] * 2, columns[1], columns[2]], translation: .zero)
        == nil)
    #expect(
      SimilarityTransform(columns: [columns[0], columns[0], columns[2]], translation: .zero) == nil)
  }

  /// The nine entries of a Gaussian's covariance.
  private func covariance(_ splat: Splat) -> [Float] {
    let q = splat.rotation * (1 / splat.rotation.squaredNorm.squareRoot())
    let turn = q.rotationMatrix
    let rows = [turn.row0, turn.row1, turn.row2].map { SIMD3($0.x, $0.y, $0.z) }
    let squares = SIMD3(
      Float.exp(2 * splat.logScale.x), Float.exp(2 * splat.logScale.y),
      Float.exp(2 * splat.logScale.z))
    return rows.flatMap { left in rows.map { (left * squares * $0).sum() } }
  }

  private func distance<Scalar: BinaryFloatingPoint>(_ a: SIMD3<Scalar>, _ b: SIMD3<Scalar>)
    -> Scalar
  {
    ((a - b) * (a - b)).sum().squareRoot()
  }
}
