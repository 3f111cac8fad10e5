import SplatCore
import SplatTestSupport
import SplatTraining
import Testing

@Suite struct MeasuredExposuresTests {
  /// Photos of a wall of points, each in a square of its own colour, with the gain of each photo.
  private func wall(
    gains: [SIMD3<Float>], spoilt: Int = 0, corners: Float = 1
  ) -> (photos: TrainingPhotos, points: [SIMD3<Float>]) {
    let (width, height) = (160, 120)
    var random = RandomSource(seed: 4, purpose: .testing)
    var points: [SIMD3<Float>] = []
    var colors: [SIMD3<Float>] = []
    for row in 0..<10 {
      for column in 0..<12 {
        points.append(SIMD3(Float(column) * 0.12 - 0.66, Float(row) * 0.12 - 0.54, 2))
        colors.append(
          SIMD3(random.uniform(), random.uniform(), random.uniform()) * 80 + 60)
      }
    }
    let views = gains.enumerated().map { index, gain in
      var camera = Camera(width: width, height: height, focalLength: SIMD2(160, 160))
      camera.viewMatrix.translation.x = Double(index % 4) * 0.05
      var bytes = [UInt8](repeating: 0, count: width * height * 3)
      for (point, position) in points.enumerated() {
        guard let seen = PointVisibility.place(of: position, index: point, in: camera) else {
          continue
        }
        let color = point < spoilt ? SIMD3(repeating: Float(12 + index * 9 % 200)) : colors[point]
        let (x0, y0) = (Int(seen.pixel.x), Int(seen.pixel.y))
        for y in max(0, y0 - 3)...min(height - 1, y0 + 3) {
          for x in max(0, x0 - 3)...min(width - 1, x0 + 3) {
            for channel in 0..<3 {
              let (dx, dy) = (Float(x) + 0.5 - 80, Float(y) + 0.5 - 60)
              let left = Float.exp(Float.log(corners) * (dx * dx + dy * dy) / 10_000)
              let value = (color[channel] * gain[channel] * left).rounded()
              bytes[(y * width + x) * 3 + channel] = UInt8(min(255, max(0, value)))
            }
          }
        }
      }
      return TrainingView(
        name: "\(index)", camera: camera,
        photo: Photo(width: width, height: height, channels: 3, bytes: bytes))
    }
    return (TrainingPhotos(views), points)
  }

  private func measured(_ scene: (photos: TrainingPhotos, points: [SIMD3<Float>]))
    -> MeasuredExposures
  {
    MeasuredExposures(of: scene.photos, points: scene.points, workers: Workers(threads: 2))
  }

  private func kind(
    _ scene: (photos: TrainingPhotos, points: [SIMD3<Float>]), areCamerasRough: Bool = false
  ) -> AppearanceKind {
    var settings = AppearanceSettings()
    _ = settings.settle(
      scene.photos, points: scene.points, areCamerasRough: areCamerasRough,
      workers: Workers(threads: 1))
    return settings.kind
  }

  /// The gains of all photos are found, though a third of the points is of another colour in each.
  @Test(arguments: [0, 40]) func gainsAreFound(spoilt: Int) throws {
    let gains = (0..<12).map { index in
      SIMD3<Float>(
        index % 2 == 0 ? 1 : 0.6, 1 - 0.03 * Float(index), 0.8 + 0.02 * Float(index))
    }
    let found = measured(wall(gains: gains, spoilt: spoilt)).logGains
    for channel in 0..<3 {
      for photo in 1..<12 {
        let ratio = Float.exp(
          try #require(found[photo])[channel] - (try #require(found[0]))[channel])
        let expected = gains[photo][channel] / gains[0][channel]
        #expect(abs(ratio / expected - 1) < 0.02, "\(channel), \(photo): \(ratio), \(expected)")
      }
    }
  }

  @Test func exposuresAreLearntByThemselvesWherePhotosShowThatTheyDiffer() {
    let alike = (0..<10).map { SIMD3<Float>(repeating: 1 - 0.005 * Float($0)) }
    let alternating = (0..<10).map { SIMD3<Float>(repeating: $0 % 2 == 0 ? 1 : 0.6) }
    let tinted = (0..<10).map { SIMD3<Float>(1, 1, 1 - 0.03 * Float($0)) }
    #expect(kind(wall(gains: alike)) == .none)
    #expect(kind(wall(gains: alternating)) == .exposure)
    #expect(kind(wall(gains: tinted)) == .exposure)
    // What cameras that are off show by chance is less.
    let little = (0..<10).map { SIMD3<Float>(repeating: $0 % 2 == 0 ? 1 : 0.9) }
    #expect(kind(wall(gains: little)) == .exposure)
    #expect(kind(wall(gains: little), areCamerasRough: true) == .none)
    #expect(kind(wall(gains: alternating), areCamerasRough: true) == .exposure)
  }

  @Test func withoutPointsNothingIsKnown() {
    var scene = wall(gains: [SIMD3(repeating: 1), SIMD3(repeating: 0.5), SIMD3(repeating: 1)])
    scene.points = []
    #expect(measured(scene).logGains.allSatisfy { $0 == nil })
    #expect(measured(scene).spread == nil)
    #expect(kind(scene) == .none)
    // Of so few points neither.
    scene.points = [SIMD3(0, 0, 2)]
    #expect(measured(scene).spread == nil)
  }

  @Test(arguments: [1, 0.9, 0.5] as [Float]) func vignettingIsFound(corners: Float) throws {
    let gains = (0..<12).map { SIMD3<Float>(repeating: 1 - 0.03 * Float($0)) }
    let found = try #require(measured(wall(gains: gains, corners: corners)).vignetting)
    #expect(abs(found - Float.log(corners)) < 0.05, "\(found)")
  }

  @Test func vignettingIsLearntWhereItIsStrong() {
    func scene(_ corners: Float) -> (photos: TrainingPhotos, points: [SIMD3<Float>]) {
      wall(gains: [SIMD3<Float>](repeating: SIMD3(repeating: 1), count: 12), corners: corners)
    }
    func isLearnt(_ corners: Float, from stops: Double? = nil) -> Bool {
      let scene = scene(corners)
      var settings = AppearanceSettings()
      settings.kind = .exposure
      if let stops { settings.vignettingStops = stops }
      _ = settings.settle(
        scene.photos, points: scene.points, areCamerasRough: false, workers: Workers(threads: 1))
      return settings.vignettingShare > 0
    }
    #expect(!isLearnt(1) && !isLearnt(0.9))
    #expect(isLearnt(0.5))
    #expect(isLearnt(1, from: 0) && isLearnt(0.9, from: 0.1) && !isLearnt(0.5, from: 3))
    #expect(kind(scene(0.4)) == .exposure && kind(scene(0.9)) == .none)
  }
}
