import SplatCore
import SplatTestSupport
import SplatTraining
import Testing

@Suite struct ViewDensityTests {
  /// A ball of points that all cameras see.
  private let points = TrainingScenes.points(count: 300, scale: 0.1).positions

  /// Cameras on a circle, these many degrees apart.
  private func density(degrees: Int) -> Double? {
    let cameras = SyntheticScene.cameras(count: 360 / degrees, width: 200, height: 200)
    return ViewDensity.photos(cameras, points: points, workers: Workers(threads: 2))
  }

  @Test func onlyPhotosFromNearlyTheSameDirectionCount() throws {
    // The circle lies below the points, so that cameras are somewhat nearer than that.
    #expect(density(degrees: 40) == 1)
    // Some of the points are hidden from some of the cameras.
    #expect((2.0...3.1).contains(try #require(density(degrees: 15))))
    #expect((6.0...10.0).contains(try #require(density(degrees: 5))))
  }

  @Test func withoutPointsNothingIsKnown() {
    let cameras = SyntheticScene.cameras(count: 8, width: 20, height: 20)
    let workers = Workers(threads: 1)
    #expect(ViewDensity.photos(cameras, points: [], workers: workers) == nil)
    let elsewhere = [SIMD3<Float>](repeating: SIMD3(0, 50, 0), count: 10)
    #expect(ViewDensity.photos(cameras, points: elsewhere, workers: workers) == nil)
    #expect(TrainingSettings().dropout(for: cameras, points: [], workers: workers) == 0)
  }

  @Test func fewPhotosLeaveOutMany() {
    func dropout(_ degrees: Int, _ settings: TrainingSettings = TrainingSettings()) -> Float {
      settings.dropout(
        for: SyntheticScene.cameras(count: 360 / degrees, width: 200, height: 200),
        points: points, workers: Workers(threads: 1))
    }
    #expect(dropout(40) == 0.4 && dropout(5) == 0)
    #expect((0.1...0.39).contains(dropout(15)))
    var settings = TrainingSettings()
    settings.dropout = 0.1
    #expect(dropout(40, settings) == 0.1)
  }
}
