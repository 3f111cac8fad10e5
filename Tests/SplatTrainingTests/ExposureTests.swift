import SplatCore
import SplatTestSupport
import SplatTraining
import Testing

@Suite struct ExposureTests {
  @Test(arguments: UInt64(0)..<20) func backwardIsTheSlopeOfForward(seed: UInt64) {
    var random = RandomSource(seed: seed, purpose: .testing)
    let inputs = (0..<3).map { _ in Double(random.normal()) }
    let error = GradientCheck.worstError(
      inputs: inputs, weights: [Double(random.normal())],
      forward: { [Exposure.forward(light: $0[0], behind: $0[1], logGain: $0[2])] },
      backward: { inputs, grad in
        let image = Exposure.forward(light: inputs[0], behind: inputs[1], logGain: inputs[2])
        let back = Exposure.backward(
          image: image, behind: inputs[1], gain: Double.exp(inputs[2]), grad: grad[0])
        return [back.light, grad[0], back.logGain]
      })
    #expect(error < GradientCheck.tolerance, "seed \(seed): \(error)")
  }

  /// Every second photo has other gains: their ratios are found, and the model is between them.
  @Test func theGainsOfThePhotosAreFound() throws {
    let ratios: [Float] = [0.6, 0.75, 1.1]
    // Cameras that see the same things, of colours that do not depend on the view.
    var views = TrainingScenes.views(count: 24)
    for index in stride(from: 1, to: 24, by: 2) {
      for sample in views[index].photo.bytes.indices {
        let value = Float(views[index].photo.bytes[sample]) * ratios[sample % 3]
        views[index].photo.bytes[sample] = UInt8(min(255, value.rounded()))
      }
    }
    let trainer = try TrainingScenes.trainedWithExposures(views)
    for channel in 0..<3 {
      let logGains = try (0..<24).map {
        try #require(trainer.state.photos.values(ofPhoto: $0, .exposure))[channel]
      }
      #expect(abs(logGains.reduce(0, +)) < 1e-5)
      for pair in 0..<12 {
        let found = Float.exp(logGains[2 * pair + 1] - logGains[2 * pair])
        #expect(abs(found / ratios[channel] - 1) < 0.06, "\(channel): \(found)")
      }
    }
  }

  @Test func exposuresStartFromWhatTheCamerasSay() throws {
    #expect(Exposure.initialLogGains(stops: [nil, nil]) == [0, 0])
    let gains = Exposure.initialLogGains(stops: [3, 5, nil])
    #expect(gains[0] == -gains[1] && gains[2] == 0)
    // Two stops are a quarter of the light, and about half of the values.
    #expect(abs(Float.exp(gains[0] - gains[1]) - 0.53) < 0.01)
    var views = TrainingScenes.views(count: 4)
    for index in 0..<4 { views[index].stops = Double(index % 2) }
    let settings = TrainingScenes.settings(.adc)
    func trainer() throws -> Trainer {
      try Trainer(views: views, points: TrainingScenes.points(), settings: settings)
    }
    let trainer = try trainer()
    #expect(trainer.settings.appearance.kind == .exposure)
    let start = (0..<4).map { trainer.state.photos.values(ofPhoto: $0, .exposure)?[1] ?? .nan }
    #expect(start[0] == -start[1] && start[2] == start[0] && start[1] > 0.1)
  }

  @Test func exposuresAreLearntByThemselvesWhereCamerasSayThatTheyDiffer() {
    func kind(_ stops: [Double?], of chosen: AppearanceKind = .auto) -> AppearanceKind {
      var settings = AppearanceSettings()
      settings.kind = chosen
      var views = TrainingScenes.views(count: stops.count)
      for index in stops.indices { views[index].stops = stops[index] }
      _ = settings.settle(
        TrainingPhotos(views), points: [], areCamerasRough: true, workers: Workers(threads: 1))
      return settings.kind
    }
    #expect(kind([nil, nil]) == .none)
    #expect(kind([1, 1.2, 1.1]) == .none)
    #expect(kind([1, 1.5, nil]) == .none)
    #expect(kind([1, 1.5, 1.1]) == .exposure)
    #expect(kind([0, 3], of: .none) == .none)
  }

  @Test func anExposureOfOneChangesNothing() throws {
    // With a learning rate of 0 gains stay at 1.
    var settings = TrainingScenes.settings(.adc)
    settings.background = .random
    let plain = try Trainer(
      views: TrainingScenes.views(), points: TrainingScenes.points(), settings: settings)
    plain.run { _ in true }
    settings.appearance.kind = .exposure
    settings.appearance.rate = 0
    let exposed = try Trainer(
      views: TrainingScenes.views(), points: TrainingScenes.points(), settings: settings)
    exposed.run { _ in true }
    #expect(exposed.splats == plain.splats)
  }
}
