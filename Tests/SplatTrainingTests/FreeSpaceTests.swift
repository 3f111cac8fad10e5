import SplatCore
import SplatTestSupport
import SplatTraining
import Testing

@Suite struct FreeSpaceTests {
  /// A camera at the origin, and points at these distances from it.
  static func space(_ distances: [Float], share: Float = 0.5, unit: Float = 1) -> FreeSpace {
    let directions: [SIMD3<Float>] = [SIMD3(1, 0, 0), SIMD3(0, 0.6, -0.8), SIMD3(0, 0, 1)]
    return FreeSpace(
      cameras: [Camera(width: 10, height: 10, focalLength: SIMD2(10, 10))],
      points: distances.enumerated().map { directions[$0 % 3] * $1 * unit }, share: share,
      neighbor: 10)
  }

  @Test(arguments: [1e-6, 1, 1e6] as [Float])
  func itEndsHalfwayToTheTenthNearestPoint(unit: Float) {
    // Nine wrong points close to the camera.
    let space = Self.space([Float](repeating: 0.1, count: 9) + [4, 5, 6, 7], unit: unit)
    #expect(space.contains(SIMD3(0, 0, 0)))
    #expect(space.contains(SIMD3(0, -1.99, 0) * unit))
    #expect(!space.contains(SIMD3(0, -2.01, 0) * unit))
    #expect(!space.contains(SIMD3(1.2, 1.2, 1.2) * unit))
  }

  @Test func thereIsNoneWhereTooLittleIsKnown() {
    #expect(!Self.space([Float](repeating: 4, count: 9)).contains(.zero))
    #expect(!Self.space([Float](repeating: 4, count: 20), share: 0).contains(.zero))
    #expect(!FreeSpace.none.contains(.zero))
  }

  /// Both while Gaussians are added and afterwards.
  @Test(arguments: [
    (DensificationStrategy.adc, 0.9), (.adc, 0), (.split, 0.9), (.split, 0), (.mcmc, 0.9),
  ])
  func nothingIsKeptInIt(_ strategy: DensificationStrategy, _ end: Double) throws {
    var settings = TrainingScenes.settings(strategy, iterations: 15)
    settings.maximumSplats = 214
    settings.adc.end = end
    settings.split.end = end
    let views = TrainingScenes.views()
    var points = TrainingScenes.points()
    let centers = views.map { SIMD3<Float>($0.camera.center) }
    // Each camera has a point in front of its lens, which is nearest to that camera only.
    points.positions += centers.map { $0 * 0.97 }
    points.colors += centers.map { _ in SIMD3(200, 10, 10) }
    func nearest(_ settings: TrainingSettings) throws -> Float {
      let trainer = try Trainer(views: views, points: points, settings: settings)
      trainer.run { _ in true }
      let splats = trainer.splats
      return (0..<splats.count).flatMap { index in
        centers.map { (splats[index].mean - $0) * (splats[index].mean - $0) }
      }.map { $0.sum().squareRoot() }.min() ?? 0
    }
    let distance = (centers[0] * centers[0]).sum().squareRoot()
    #expect(try nearest(settings) > 0.25 * distance)
    settings.clearance = 0
    #expect(try nearest(settings) < 0.25 * distance)
  }
}
