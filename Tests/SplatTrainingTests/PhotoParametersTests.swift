import SplatCore
import SplatTestSupport
import SplatTraining
import Testing

@Suite struct PhotoParametersTests {
  /// Three gains that begin at 1, and a pose of six numbers that begins at 0.
  private static let groups = [
    PhotoParameters.Group(initial: [1, 1, 1], rate: 1e-2),
    PhotoParameters.Group(initial: [Float](repeating: 0, count: 6), rate: 1e-3),
  ]

  @Test func everyPhotoBeginsWithTheInitialValues() {
    let parameters = PhotoParameters(count: 11, groups: Self.groups)
    for photo in 0..<11 {
      #expect(parameters.values(ofPhoto: photo, group: 0) == [1, 1, 1])
      #expect(parameters.values(ofPhoto: photo, group: 1) == [Float](repeating: 0, count: 6))
    }
  }

  /// Adam's steps have the size of the learning rate while the gradient stays the same.
  @Test func aStepMovesOnePhotoAgainstItsGradient() {
    var parameters = PhotoParameters(count: 3, groups: Self.groups)
    let before = parameters
    for step in 1...4 {
      parameters.step(
        photo: 1, gradients: [[2, -3, 0], [0, 0, 0, 0, 0, 5]], settings: AdamSettings())
      let gains = parameters.values(ofPhoto: 1, group: 0)
      let moved = Float(step) * 1e-2
      #expect(abs(gains[0] - (1 - moved)) < 1e-5)
      #expect(abs(gains[1] - (1 + moved)) < 1e-5)
      #expect(gains[2] == 1)
      #expect(abs(parameters.values(ofPhoto: 1, group: 1)[5] + Float(step) * 1e-3) < 1e-6)
    }
    for photo in [0, 2] {
      for group in 0..<2 {
        #expect(
          parameters.values(ofPhoto: photo, group: group)
            == before.values(ofPhoto: photo, group: group))
      }
    }
  }

  /// The first step of a photo gets Adam's bias correction, however late it comes.
  @Test func stepsAreCountedForEachPhoto() {
    var parameters = PhotoParameters(count: 2, groups: Self.groups)
    let gradients: [[Float]] = [[1, 1, 1], [0, 0, 0, 0, 0, 0]]
    for _ in 0..<50 { parameters.step(photo: 0, gradients: gradients, settings: AdamSettings()) }
    parameters.step(photo: 1, gradients: gradients, settings: AdamSettings())
    #expect(abs(parameters.values(ofPhoto: 1, group: 0)[0] - 0.99) < 1e-5)
  }
}
