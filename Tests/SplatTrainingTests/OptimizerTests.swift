import Foundation
import SplatCore
import SplatTestSupport
import SplatTraining
import Testing

@Suite struct GoldenAdamTests {
  static let cases = GoldenCase.all { $0.adam != nil }

  @Test(arguments: cases)
  func stepsAgreeWithTheReference(_ golden: GoldenCase) throws {
    let settings = try #require(golden.manifest.adam)
    var x = try golden.values("x0")
    let gradients = try golden.values("grads")
    let reference = try golden.values("x")
    let count = x.count
    try #require(count == Lanes.scalarCount)
    func lanes(_ values: some Sequence<Float>) -> Lanes { Lanes(Array(values)) }
    var (first, second) = (Lanes(0), Lanes(0))
    var all: [Float] = []
    for step in 0..<settings.steps {
      let adam = Adam<Lanes>(step: step + 1, settings: AdamSettings())
      let moved = adam.step(
        lanes(x), gradient: lanes(gradients[step * count..<(step + 1) * count]), first: &first,
        second: &second, rate: Lanes(repeating: settings.lr * adam.rateFactor))
      x = (0..<count).map { moved[$0] }
      all += x
    }
    let difference = Difference(all, reference)
    print("golden adam x: \(difference)")
    #expect(difference.isWithin(try #require(golden.tolerance("x"))))
  }

  @Test(arguments: cases)
  func theMeansRateFallsAsTheReference(_ golden: GoldenCase) throws {
    let schedule = try #require(golden.manifest.position_lr)
    for value in schedule.values {
      let rate = LearningRates().means(at: Double(value.step) / Double(schedule.max_steps))
      #expect(abs(Double(rate) / value.lr - 1) < 1e-6)
    }
  }
}

@Suite struct LearningRatesTests {
  @Test func allButHarmonicsSettleInTheEnd() {
    let rates = LearningRates()
    for progress in [0, 0.4, 0.8] {
      var expected = rates
      expected.means = rates.means(at: progress)
      #expect(rates.settled(at: progress) == expected)
    }
    let (half, end) = (rates.settled(at: 0.9), rates.settled(at: 1))
    for rate in [\LearningRates.logScales, \.rotations, \.opacityLogits, \.shConstant] {
      #expect(abs(half[keyPath: rate] / rates[keyPath: rate] - Float(0.1).squareRoot()) < 1e-6)
      #expect(abs(end[keyPath: rate] / rates[keyPath: rate] - 0.1) < 1e-6)
    }
    #expect(half.shRest == rates.shRest && end.shRest == rates.shRest)
    #expect(end.means == rates.finalMeans)
    #expect(rates.settled(at: 2) == end)
  }
}

@Suite struct DensityTests {
  @Test(arguments: [2, 3, 7, 51], [Float(0.02), 0.3, 0.8, 0.99])
  func sharedOpacitiesComposeToTheOriginal(_ copies: Int, _ opacity: Float) {
    let shared = MonteCarloDensityControl.shared(opacity: opacity, copies: copies)
    let composed = 1 - pow(1 - Double(shared.opacity), Double(copies))
    // Opacities are clamped to at least 0.005, so that copies are not dead at once.
    if shared.opacity > 0.00501 { #expect(abs(composed - Double(opacity)) < 1e-4) }
    #expect(shared.scale > 0 && shared.scale <= 1)
  }

  @Test func sharedScaleKeepsTheIntegralAlongALine() {
    // Equation 9 of the paper equates the integrals of the blended opacity over a line through the
    // centre, with and without the copies.
    let (opacity, copies): (Double, Int) = (0.9, 4)
    let shared = MonteCarloDensityControl.shared(opacity: Float(opacity), copies: copies)
    func integral(_ blend: (Double) -> Double) -> Double {
      stride(from: -20.0, through: 20, by: 1e-3).reduce(0) { $0 + blend($1) * 1e-3 }
    }
    let original = integral { opacity * exp(-$0 * $0 / 2) }
    let scale = Double(shared.scale)
    let copied = integral { x in
      1 - pow(1 - Double(shared.opacity) * exp(-x * x / (2 * scale * scale)), Double(copies))
    }
    #expect(abs(copied / original - 1) < 1e-3)
  }

  @Test func nearestNeighboursAgreeWithAllPairs() {
    var random = RandomSource(seed: 4, purpose: .testing)
    for count in [1, 2, 3, 4, 50, 500] {
      let points = (0..<count).map { _ in
        SIMD3(random.normal(), random.normal() * 0.1, (random.uniform() * 4).rounded())
      }
      let tree = NearestNeighbors(points)
      for index in points.indices {
        let distances = points.indices.filter { $0 != index }.map { other -> Float in
          let d = points[other] - points[index]
          return (d * d).sum().squareRoot()
        }.sorted().prefix(3)
        let expected = distances.isEmpty ? 0 : distances.reduce(0, +) / Float(distances.count)
        #expect(abs(tree.meanDistance(of: index) - expected) < 1e-5)
      }
    }
  }

  @Test func viewsComeOnceInEveryEpochAndInAnotherOrder() {
    let centers = [SIMD3<Float>](repeating: .zero, count: 10)
    var order = ViewOrder(centers: centers, batch: 1, seed: 3)
    let epochs = (0..<3).map { epoch in (0..<10).map { order.view(at: epoch * 10 + $0) } }
    for epoch in epochs { #expect(epoch.sorted() == Array(0..<10)) }
    #expect(epochs[0] != epochs[1])
    var late = ViewOrder(centers: centers, batch: 1, seed: 3)
    #expect(late.view(at: 25) == epochs[2][5])
  }
}
