import SplatCore
import SplatTestSupport
import SplatTraining
import Testing

@Suite struct DensityControlTests {
  @Test func everyStrategyIsKnownByTheNameOfItsSettings() {
    #expect(DensificationStrategy.allCases == [.adc, .mcmc])
    for strategy in DensificationStrategy.allCases {
      #expect(DensificationStrategy(rawValue: strategy.rawValue) == strategy)
      #expect(TrainingSettings().entry("\(strategy.rawValue).interval") != nil)
    }
    #expect(DensificationStrategy(rawValue: "rates") == nil)
    var settings = TrainingSettings()
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
