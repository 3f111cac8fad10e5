import SplatCore
import SplatRendering
import SplatTestSupport
import SplatTraining
import Testing

@Suite struct DepthLossTests {
  @Test(arguments: UInt64(0)..<20) func backwardIsTheSlopeOfForward(seed: UInt64) {
    var random = RandomSource(seed: seed, purpose: .testing)
    func positive() -> Double { Double.exp(Double(random.normal())) }
    let inputs = [positive(), positive()]
    let (known, weight) = (positive(), positive())
    let error = GradientCheck.worstError(
      inputs: inputs, weights: [Double(random.normal())],
      forward: {
        [DepthLoss.forward(accumulated: $0[0], alpha: $0[1], known: known, weight: weight)]
      },
      backward: { inputs, grad in
        let back = DepthLoss.backward(
          accumulated: inputs[0], alpha: inputs[1], known: known, weight: weight)
        return [grad[0] * back.accumulated, grad[0] * back.alpha]
      })
    #expect(error < GradientCheck.tolerance, "seed \(seed): \(error)")
  }

  @Test func nothingIsDrawnWhereNothingIs() {
    let back = DepthLoss.backward(accumulated: 0.0, alpha: 0, known: 0.5, weight: 1)
    #expect(back.accumulated == 0 && back.alpha == 0)
    #expect(DepthLoss.forward(accumulated: 0.0, alpha: 0, known: 0.5, weight: 1) == 0)
  }
}

@Suite struct DepthAlignmentTests {
  /// Points at depths of 1 to 5, as maps with `value` have them; every fifth one is wrong.
  private func samples(_ seed: UInt64, _ value: (Double) -> Double) -> [DepthAlignments.Sample] {
    var random = RandomSource(seed: seed, purpose: .testing)
    return (0..<100).map { index in
      let depth = 1 + 4 * random.uniformDouble()
      let seen = index % 5 == 0 ? 1 + 4 * random.uniformDouble() : depth
      return DepthAlignments.Sample(value: value(seen), depth: depth)
    }
  }

  private func check(_ alignments: DepthAlignments, _ value: (Double) -> Double) {
    for case let alignment? in alignments.photos {
      for depth in [1.2, 2, 4.5] {
        let found = Double(alignment.inverseDepth(of: Float(value(depth)))) * depth
        #expect(abs(found - 1) < 0.02, "\(alignments.meaning) \(depth): \(found)")
      }
    }
  }

  @Test(arguments: [DepthMeaning.auto, .metric, .scaled]) func depthsInAUnit(
    _ meaning: DepthMeaning
  ) {
    let factor = meaning == .scaled ? 0.4 : 1
    let found = DepthAlignments(
      [samples(1) { factor * $0 }, nil, samples(2) { factor * $0 }], meaning: meaning)
    #expect(found.meaning == (meaning == .auto ? .metric : meaning))
    #expect(found.photos[1] == nil && found.photos[0] != nil)
    check(found) { factor * $0 }
  }

  @Test func theMeaningIsFoundThatAgreesWithThePoints() {
    let maps: [(DepthMeaning, (Double) -> Double)] = [
      (.metric, { $0 }), (.scaled, { 3 * $0 }), (.inverse, { 0.7 / $0 + 0.1 }),
      (.relative, { 0.2 * $0 + 0.3 }),
    ]
    for (meaning, value) in maps {
      let found = DepthAlignments((0..<5).map { samples($0, value) }, meaning: .auto)
      #expect(found.meaning == meaning)
      #expect(found.photos.allSatisfy { $0 != nil })
      check(found, value)
    }
  }

  @Test func mapsThatGoWrongAreLeftOut() {
    let good: (Double) -> Double = { 2 / $0 + 0.1 }
    let found = DepthAlignments(
      [
        samples(1, good), samples(2, good), samples(3, good),
        // As if far were near, of one value, with another scale, and with too few points.
        samples(4) { $0 }, samples(5) { _ in 1 }, samples(6) { 20 / $0 },
        Array(samples(7, good).prefix(9)),
      ], meaning: .inverse)
    #expect(found.photos.map { $0 != nil } == [true, true, true, false, false, false, false])
    check(found, good)
  }

  @Test func withoutPointsOnlyUnitsOfTheSceneMeanAnything() {
    #expect(DepthAlignments([[], nil], meaning: .auto).meaning == .metric)
    #expect(DepthAlignments([[], nil], meaning: .auto).photos == [DepthAlignment.none, nil])
    #expect(DepthAlignments([[], nil], meaning: .scaled).photos == [nil, nil])
    #expect(DepthAlignments([[], nil], meaning: .inverse).photos == [nil, nil])
  }
}

@Suite struct PointVisibilityTests {
  @Test func pointsBehindASurfaceAreHidden() {
    let camera = Camera(width: 100, height: 80, focalLength: SIMD2(80, 80))
    var points: [SIMD3<Float>] = []
    // A wall before the left half, another one far behind both halves.
    for y in -20...20 {
      for x in -25...25 {
        if x < 0 { points.append(SIMD3(Float(x) * 0.05, Float(y) * 0.05, 2)) }
        points.append(SIMD3(Float(x) * 0.2, Float(y) * 0.2, 8))
      }
    }
    points += [SIMD3(0, 0, -3), SIMD3(100, 0, 2), SIMD3(.nan, 0, 2)]
    let seen = PointVisibility.seen(points, from: camera)
    #expect(seen.allSatisfy { $0.depth == 2 || points[$0.index].x > 0 })
    #expect(seen.count { $0.depth == 2 } == 25 * 40)
    #expect(seen.count { $0.depth == 8 } > 18 * 40)
    for point in seen {
      let expected =
        SIMD2<Double>(SIMD2(points[point.index].x, points[point.index].y))
        / point.depth * 80 + SIMD2(50, 40)
      #expect(point.pixel == expected)
    }
  }
}
