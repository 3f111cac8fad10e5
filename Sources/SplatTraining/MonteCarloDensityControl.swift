package import SplatCore

/// Relocation, growth and noise (Kheradmand et al., "3D Gaussian Splatting as Markov Chain Monte
/// Carlo", 2024).
package struct MonteCarloDensityControl: Sendable {
  package let settings: MonteCarloSettings
  package let maximumSplats: Int
  package let freeSpace: FreeSpace
  package let seed: UInt64

  package init(
    settings: MonteCarloSettings, maximumSplats: Int, freeSpace: FreeSpace, seed: UInt64
  ) {
    self.settings = settings
    self.maximumSplats = maximumSplats
    self.freeSpace = freeSpace
    self.seed = seed
  }

  /// Does what is due after `iteration`, at a share `progress` of the run.
  package func apply(to state: inout ModelState, iteration: Int, progress: Double) {
    guard progress < settings.end, iteration > settings.start,
      iteration % settings.interval == 0
    else { return }
    var random = RandomSource(seed: seed, purpose: .relocate, position: UInt64(iteration))
    relocate(&state, &random)
    state.sortByPlace()
  }

  /// Puts the dead, and what is in free space, on top of Gaussians drawn by their opacity, and adds more of these while there is
  /// room. Source and copies then share the source's opacity and take a scale that keeps the picture.
  private func relocate(_ state: inout ModelState, _ random: inout RandomSource) {
    let opacities = (0..<state.count).map { state.opacity($0) }
    let isAlive = opacities.indices.map {
      opacities[$0] > settings.deadOpacity && !freeSpace.contains(state.mean($0))
    }
    let dead = isAlive.indices.filter { !isAlive[$0] }
    let grown = min(maximumSplats, Int(Double(state.count) * (1 + Double(settings.growth))))
    let added = max(0, grown - state.count)
    var cumulative: [Double] = []
    var total = 0.0
    for (opacity, isAlive) in zip(opacities, isAlive) {
      if isAlive { total += Double(opacity) }
      cumulative.append(total)
    }
    guard total > 0, dead.count + added > 0 else { return }

    var sources = (0..<Int32(state.count)).map { $0 }
    var isFresh = [Bool](repeating: false, count: state.count)
    var copies = [Int](repeating: 1, count: state.count)
    func draw() -> Int {
      let level = random.uniformDouble() * total
      var (low, high) = (0, cumulative.count - 1)
      while low < high {
        let middle = (low + high) / 2
        if cumulative[middle] > level { high = middle } else { low = middle + 1 }
      }
      copies[low] += 1
      isFresh[low] = true
      return low
    }
    for index in dead {
      sources[index] = Int32(draw())
      isFresh[index] = true
    }
    for _ in 0..<added {
      sources.append(Int32(draw()))
      isFresh.append(true)
    }
    let parents = sources
    state.rearrange(sources: sources, isFresh: isFresh)
    for index in 0..<state.count {
      let parent = Int(parents[index])
      guard copies[parent] > 1 else { continue }
      let shared = Self.shared(opacity: opacities[parent], copies: min(copies[parent], 51))
      state.splats.parameters[Plane.opacityLogit, index] = Float.log(
        shared.opacity / (1 - shared.opacity))
      for axis in 0..<3 {
        state.splats.parameters[Plane.logScales + axis, index] += Float.log(shared.scale)
      }
    }
  }

  /// The opacity of each of `copies` Gaussians in one place that look like one of `opacity`, and the
  /// factor on their scales (the paper's equation 9, its double sum contracted).
  package static func shared(opacity: Float, copies n: Int) -> (opacity: Float, scale: Float) {
    let o = Double(opacity)
    let each = 1 - Double.exp(Double.log(max(1 - o, 1e-12)) / Double(n))
    let held = min(max(each, 0.005), 1 - 1e-6)
    var sum = 0.0
    var term = 1.0
    for j in 1...n {
      term *= held * Double(n - j + 1) / Double(j)
      sum += (j % 2 == 1 ? term : -term) / Double(j).squareRoot()
    }
    let scale = sum > 0 ? o / sum : 1
    return (Float(held), Float(min(max(scale, 1e-3), 1)))
  }

  /// The share of the noise that a Gaussian of `opacity` feels: only nearly transparent ones move.
  @inline(__always)
  package static func gate(opacity: Lanes) -> Lanes {
    Lanes(1) / (Lanes(1) + Lanes.exp(Lanes(100) * (opacity - Lanes(0.005))))
  }
}
