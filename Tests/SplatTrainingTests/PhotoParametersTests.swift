import SplatCore
import SplatTestSupport
import SplatTraining
import Testing

@Suite struct PhotoParametersTests {
  private func step(
    _ parameters: inout PhotoParameters, photo: Int, gains: [Float], pose: [Float]
  ) {
    for step in [
      PhotoParameters.Step(.exposure, gradient: gains, rate: 1e-2),
      PhotoParameters.Step(.pose, gradient: pose, rate: 1e-3),
    ] {
      parameters.step(photo: photo, step, settings: AdamSettings())
    }
  }

  private func parameters(count: Int) -> PhotoParameters {
    PhotoParameters(count: count, kinds: [.exposure, .pose])
  }

  @Test func everyPhotoBeginsWithZeros() {
    let parameters = parameters(count: 11)
    for photo in 0..<11 {
      #expect(parameters.values(ofPhoto: photo, .exposure) == [0, 0, 0])
      #expect(parameters.values(ofPhoto: photo, .pose) == [Float](repeating: 0, count: 6))
    }
    #expect(PhotoParameters(count: 3, kinds: [.pose]).values(ofPhoto: 1, .exposure) == nil)
  }

  /// Adam's steps have the size of the learning rate while the gradient stays the same.
  @Test func aStepMovesOnePhotoAgainstItsGradient() throws {
    var parameters = parameters(count: 3)
    let before = parameters
    for step in 1...4 {
      self.step(&parameters, photo: 1, gains: [2, -3, 0], pose: [0, 0, 0, 0, 0, 5])
      let gains = try #require(parameters.values(ofPhoto: 1, .exposure))
      let moved = Float(step) * 1e-2
      #expect(abs(gains[0] + moved) < 1e-5)
      #expect(abs(gains[1] - moved) < 1e-5)
      #expect(gains[2] == 0)
      let pose = try #require(parameters.values(ofPhoto: 1, .pose))
      #expect(abs(pose[5] + Float(step) * 1e-3) < 1e-6)
    }
    for photo in [0, 2] {
      for kind in [PhotoParameters.Kind.exposure, .pose] {
        #expect(
          parameters.values(ofPhoto: photo, kind) == before.values(ofPhoto: photo, kind))
      }
    }
  }

  /// The first step of a photo gets Adam's bias correction, however late it comes.
  @Test func stepsAreCountedForEachPhoto() throws {
    var parameters = parameters(count: 2)
    let none = [Float](repeating: 0, count: 6)
    for _ in 0..<50 { step(&parameters, photo: 0, gains: [1, 1, 1], pose: none) }
    step(&parameters, photo: 1, gains: [1, 1, 1], pose: none)
    #expect(abs(try #require(parameters.values(ofPhoto: 1, .exposure))[0] + 0.01) < 1e-5)
  }

  @Test func centeringTakesOutTheMeanOfOneKind() {
    var parameters = parameters(count: 3)
    for (photo, gain) in [Float(1), 2, 6].enumerated() {
      parameters.set(photo: photo, .exposure, to: [gain, -gain, 0])
      parameters.set(photo: photo, .pose, to: [1, 2, 3, 4, 5, 6])
    }
    parameters.center(.exposure)
    #expect(parameters.values(ofPhoto: 0, .exposure) == [-2, 2, 0])
    #expect(parameters.values(ofPhoto: 2, .exposure) == [3, -3, 0])
    #expect(parameters.values(ofPhoto: 2, .pose) == [1, 2, 3, 4, 5, 6])
  }
}
