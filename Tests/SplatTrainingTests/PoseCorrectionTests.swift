import SplatCore
import SplatRendering
import SplatTestSupport
import SplatTraining
import Testing

@Suite struct PoseCorrectionTests {
  private func normals(_ count: Int, _ random: inout RandomSource) -> [Double] {
    (0..<count).map { _ in Double(random.normal()) }
  }

  private func vector(_ values: ArraySlice<Double>) -> Vector3<Double> {
    let v = Array(values)
    return Vector3(v[0], v[1], v[2])
  }

  private func view(_ v: [Double]) -> PoseCorrection<Double>.View {
    PoseCorrection.View(
      rotation: Matrix3(vector(v[0..<3]), vector(v[3..<6]), vector(v[6..<9])),
      translation: vector(v[9..<12]))
  }

  private func parts(_ vectors: [Vector3<Double>]) -> [Double] {
    vectors.flatMap { [$0.x, $0.y, $0.z] }
  }

  private func parts(_ view: PoseCorrection<Double>.View) -> [Double] {
    let r = view.rotation
    return parts([r.row0, r.row1, r.row2, view.translation])
  }

  private func motion(_ v: [Double]) -> PoseCorrection<Double> {
    PoseCorrection(rotation: vector(v[0..<3]), translation: vector(v[3..<6]))
  }

  @Test(arguments: UInt64(0)..<20) func backwardIsTheSlopeOfForward(seed: UInt64) {
    var random = RandomSource(seed: seed, purpose: .testing)
    let start = view(normals(12, &random))
    let error = GradientCheck.worstError(
      inputs: normals(6, &random), weights: normals(12, &random),
      forward: { parts(motion($0).forward(start, distance: 2.5)) },
      backward: { inputs, grad in
        let back = motion(inputs).backward(start, distance: 2.5, grad: view(grad))
        return parts([back.rotation, back.translation])
      })
    #expect(error < GradientCheck.tolerance, "seed \(seed): \(error)")
  }

  /// A linear function of the moved camera's matrix and of its centre.
  @Test(arguments: UInt64(0)..<20) func theCentresGradientIsPropagated(seed: UInt64) {
    var random = RandomSource(seed: seed, purpose: .testing)
    let start = RigidTransform(
      rotation: RandomScene.randomRotation(&random), translation: SIMD3(0.5, -2, 1))
    let weights = normals(15, &random)
    var camera = CameraGradient()
    camera.rotation = view(weights).rotation
    camera.translation = SIMD3(weights[9], weights[10], weights[11])
    camera.center = SIMD3(weights[12], weights[13], weights[14])
    let inputs = normals(6, &random).map { $0 * 0.3 }
    let expected = GradientCheck.differences(inputs) { values in
      let moved = motion(values).moved(start, distance: 0.7)
      let r = moved.rotation
      let center = moved.inverse.translation
      let outputs = parts([
        r.row0, r.row1, r.row2, Vector3(moved.translation), Vector3(center),
      ])
      return zip(outputs, weights).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let back = motion(inputs).backward(start, distance: 0.7, grad: camera)
    let found = parts([back.rotation, back.translation])
    for (found, expected) in zip(found, expected) {
      #expect(abs(found - expected) < 1e-7 * max(1, abs(expected)) * 10)
    }
  }

  /// At rest the gradient is that of a small motion of the camera's frame.
  @Test func withoutAMotionTheGradientIsThatOfTheFrame() {
    var random = RandomSource(seed: 3, purpose: .testing)
    let start = RigidTransform(
      rotation: RandomScene.randomRotation(&random), translation: SIMD3(0.5, -2, 1))
    var camera = CameraGradient()
    let weights = normals(15, &random)
    camera.rotation = view(weights).rotation
    camera.translation = SIMD3(weights[9], weights[10], weights[11])
    camera.center = SIMD3(weights[12], weights[13], weights[14])
    let expected = camera.pose(at: start)
    let found = motion([Double](repeating: 0, count: 6)).backward(start, distance: 1, grad: camera)
    for axis in 0..<3 {
      let (r, t) = (parts([found.rotation])[axis], parts([found.translation])[axis])
      #expect(abs(t - expected.translation[axis]) < 1e-12)
      #expect(abs(r - expected.rotation[axis]) < 1e-12)
    }
  }
}

@Suite struct CommonMotionTests {
  private let cameras = SyntheticScene.cameras(count: 7, width: 40, height: 30)
  private let distances = [2, 3, 2.5, 4, 3, 3.5, 2.0]

  /// The correction that moves a camera as a motion of the world does.
  private func correction(_ index: Int, _ motion: (SIMD3<Double>) -> SIMD3<Double>) -> [Float] {
    let camera = cameras[index]
    let center = camera.center
    let h = 1e-6
    let axes = (0..<3).map { axis -> SIMD3<Double> in
      var step = SIMD3<Double>.zero
      step[axis] = h
      return (motion(center + step) - motion(center)) / h - step / h
    }
    // The antisymmetric part of the motion's derivative turns the camera.
    let turn = SIMD3(axes[1].z - axes[2].y, axes[2].x - axes[0].z, axes[0].y - axes[1].x) / 2
    let shift = motion(center) - center
    let rotation = -camera.viewMatrix.rotated(turn)
    let translation = -camera.viewMatrix.rotated(shift) / distances[index]
    return (0..<3).map { Float(rotation[$0]) } + (0..<3).map { Float(translation[$0]) }
  }

  @Test func aMotionOfAllCamerasIsTakenOut() throws {
    var parameters = PhotoParameters(count: 7, kinds: [.pose])
    let turn = SIMD3(0.002, -0.001, 0.003)
    for index in 0..<7 {
      parameters.set(
        photo: index, .pose,
        to: correction(index) { $0 * 1.002 + turn.cross($0) + SIMD3(0.01, 0.02, -0.005) })
    }
    #expect(abs(try #require(parameters.values(ofPhoto: 2, .pose))[3]) > 1e-4)
    CommonMotion(cameras: cameras, distances: distances).remove(from: &parameters)
    for index in 0..<7 {
      for value in try #require(parameters.values(ofPhoto: index, .pose)) {
        #expect(abs(value) < 1e-6)
      }
    }
  }

  @Test func motionsOfSingleCamerasRemainAndTakingOutTwiceIsTakingOutOnce() throws {
    var parameters = PhotoParameters(count: 7, kinds: [.pose])
    parameters.set(photo: 3, .pose, to: [0.01, 0, 0, 0, 0.02, 0])
    let motion = CommonMotion(cameras: cameras, distances: distances)
    motion.remove(from: &parameters)
    let once = parameters
    let moved = try #require(parameters.values(ofPhoto: 3, .pose))
    #expect(moved[0] > 0.005 && moved[4] > 0.01)
    motion.remove(from: &parameters)
    for index in 0..<7 {
      let (a, b) = (once.values(ofPhoto: index, .pose), parameters.values(ofPhoto: index, .pose))
      for (a, b) in zip(try #require(a), try #require(b)) { #expect(abs(a - b) < 1e-7) }
    }
  }

  @Test func aSingleCameraDoesNotMove() throws {
    var parameters = PhotoParameters(count: 1, kinds: [.pose])
    parameters.set(photo: 0, .pose, to: [0.01, 0.02, 0.03, 0.1, 0.2, 0.3])
    CommonMotion(cameras: [cameras[0]], distances: [2]).remove(from: &parameters)
    for value in try #require(parameters.values(ofPhoto: 0, .pose)) { #expect(abs(value) < 1e-6) }
  }
}
