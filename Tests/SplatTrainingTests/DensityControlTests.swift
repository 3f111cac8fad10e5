import SplatCore
import SplatTestSupport
import SplatTraining
import Testing

@Suite struct DensityControlTests {
  @Test func everyStrategyIsKnownByTheNameOfItsSettings() {
    #expect(DensificationStrategy.allCases == [.split, .adc, .mcmc])
    for strategy in DensificationStrategy.allCases {
      #expect(DensificationStrategy(rawValue: strategy.rawValue) == strategy)
      #expect(TrainingSettings().entry("\(strategy.rawValue).interval") != nil)
    }
    #expect(DensificationStrategy(rawValue: "rates") == nil)
    var settings = TrainingSettings()
    #expect(settings.densityControl is SplitDensityControl)
    settings.strategy = .adc
    #expect(settings.densityControl is AdaptiveDensityControl)
    settings.strategy = .mcmc
    settings.mcmc.noise = 7
    #expect((settings.densityControl as? MonteCarloDensityControl)?.settings.noise == 7)
  }

  /// Compares the gradients of the mean opacity and the mean scale with differences of these means.
  @Test func parameterTermsHaveTheGradientsOfTheMeans() throws {
    var splats = SyntheticScene.splats(count: 8, seed: 6)
    var settings = MonteCarloSettings()
    settings.opacityWeight = 0.7
    settings.scaleWeight = 0.3
    let terms = MonteCarloDensityControl(settings: settings).parameterTerms
    func loss(_ splats: Splats) -> Double {
      var opacity = 0.0
      var scale = 0.0
      for index in 0..<8 {
        opacity += Logistic.forward(Double(splats[index].opacityLogit)) / 8
        for axis in 0..<3 { scale += Double.exp(Double(splats[index].logScale[axis])) / 24 }
      }
      return 0.7 * opacity + 0.3 * scale
    }
    var gradients = ParameterBlocks(count: 8, planes: splats.parameters.planes)
    splats.parameters.withReadOnlyView { model in
      gradients.withView { gradients in
        for term in terms {
          term.addGradient(to: gradients.block(0), of: model.block(0), count: 8)
        }
      }
    }
    for plane in 0..<splats.parameters.planes {
      for index in 0..<8 {
        let original = splats.parameters[plane, index]
        let step: Float = 1e-2
        splats.parameters[plane, index] = original + step
        let above = loss(splats)
        let high = splats.parameters[plane, index]
        splats.parameters[plane, index] = original - step
        let below = loss(splats)
        let low = splats.parameters[plane, index]
        splats.parameters[plane, index] = original
        let slope = (above - below) / (Double(high) - Double(low))
        // The error of central differences is the square of the step, 1e-4, times a third
        // derivative.
        #expect(abs(slope - Double(gradients[plane, index])) < 2e-5 + 1e-4 * abs(slope))
      }
    }
  }
}

@Suite struct SplitDensityControlTests {
  @Test func aSplitHalvesTheLongestAxis() {
    // A quarter turn about z brings the local y axis to -x.
    let half = Float(0.5).squareRoot()
    let whole = Splat(
      mean: SIMD3(1, 2, 3), logScale: SIMD3(-3, -1, -2),
      rotation: Quaternion(w: 2 * half, x: 0, y: 0, z: 2 * half), opacityLogit: 0.4,
      shCoefficients: [SIMD3(0.1, 0.2, 0.3)])
    let control = SplitDensityControl(settings: SplitSettings())
    let parts = control.parts(of: whole)
    #expect(parts.count == 2)
    let distance = 3 * 0.45 * Float.exp(-1)
    for (part, side) in zip(parts, [Float(-1), 1]) {
      let expected = SIMD3(1 + side * distance, 2, 3)
      #expect(((part.mean - expected) * (part.mean - expected)).sum() < 1e-12)
      let across = Float.log(1 - 0.45 * 0.45) / 2
      let scales = SIMD3(-3 + across, -1 + Float.log(0.55), -2 + across)
      #expect(((part.logScale - scales) * (part.logScale - scales)).sum() < 1e-12)
      let opacity = 0.6 * Logistic.forward(whole.opacityLogit)
      #expect(abs(Logistic.forward(part.opacityLogit) - opacity) < 1e-6)
      #expect(part.shCoefficients == whole.shCoefficients)
    }
  }
}

@Suite struct NaturalSelectionTests {
  private let selection = NaturalSelection(kept: 300, pruneOpacity: 0.005)

  /// What nothing recovers is gone in time, the most transparent first.
  @Test func theRightNumberIsLeftInTime() {
    var random = RandomSource(seed: 8, purpose: .testing)
    let all = (0..<1000).map { _ in random.uniform() }
    let expected = all.sorted(by: >).prefix(315)
    var opacities = all
    var falls: [Float] = []
    for roundsLeft in (1...40).reversed() {
      guard let fall = selection.fall(opacities, roundsLeft: Double(roundsLeft)) else { break }
      falls.append(fall)
      opacities = opacities.map { Logistic.forward(Logistic.inverse($0) - fall) }
        .filter { $0 >= 0.005 }
    }
    #expect((300...315).contains(opacities.count))
    // As all fall alike, those that are left are those that were the most opaque.
    let total = falls.reduce(0, +)
    #expect(
      opacities.allSatisfy {
        Logistic.forward(Logistic.inverse($0) + total) >= (expected.last ?? 1) - 1e-3
      })
    // The fall is even.
    #expect((falls.max() ?? 0) < 1.1 * (falls.min() ?? 0))
  }

  @Test func theRestIsRemovedAtOnceWhenTheTimeIsOverOrFewAreTooMany() {
    let many = [Float](repeating: 0.5, count: 1000)
    #expect(selection.fall(many, roundsLeft: 10) != nil)
    #expect(selection.fall(many, roundsLeft: 0) == nil)
    #expect(selection.fall(many, roundsLeft: -3) == nil)
    #expect(selection.fall(Array(many.prefix(315)), roundsLeft: 10) == nil)
    // However little time there is, no opacity is lost at once.
    #expect(selection.fall(many, roundsLeft: 0.001) == 1)
  }

  @Test func opacitiesOfAnyValueAreNoErrors() {
    for opacity in [Float(0), 1, .leastNonzeroMagnitude] {
      let fall = selection.fall([Float](repeating: opacity, count: 1000), roundsLeft: 5)
      #expect((fall ?? .nan) >= 0)
    }
  }
}

@Suite struct RoundTests {
  /// The iterations in which rounds take place in a run of `length` iterations.
  private func rounds(_ length: Int, rooms: Double = 1) -> [Int] {
    (0...length).filter {
      RunPosition(
        iteration: $0, progress: Double($0) / Double(length), length: length, rooms: rooms
      ).isRound(start: 500, interval: 100)
    }
  }

  @Test func shortRunsBeginEarlierAndHaveShorterIntervals() {
    #expect(rounds(30_000).prefix(2) == [600, 700])
    #expect(rounds(10_000).prefix(2) == [600, 700])
    #expect(rounds(5000).prefix(2) == [300, 400])
    #expect(rounds(4999).prefix(2) == [250, 300])
    #expect(rounds(1000).prefix(2) == [75, 100])
    #expect(rounds(10).isEmpty)
  }

  @Test func largeScenesHaveLongerIntervals() {
    #expect(rounds(30_000, rooms: 1.9) == rounds(30_000))
    #expect(rounds(30_000, rooms: 5).prefix(2) == [800, 1200])
    // There are enough rounds all the same.
    #expect(rounds(30_000, rooms: 100).prefix(2) == [800, 1200])
    #expect(rounds(10_000, rooms: 100).prefix(2) == [600, 800])
    #expect(rounds(1000, rooms: 100) == rounds(1000))
  }
}
