import SplatCore

/// Clones, splits, prunes and resets (Kerbl et al. 2023, section 5 and the released code).
package struct AdaptiveDensityControl: Sendable {
  package let settings: AdaptiveDensitySettings
  package let maximumSplats: Int
  package let extent: Float
  package let freeSpace: FreeSpace
  package let seed: UInt64

  package init(
    settings: AdaptiveDensitySettings, maximumSplats: Int, extent: Float, freeSpace: FreeSpace,
    seed: UInt64
  ) {
    self.settings = settings
    self.maximumSplats = maximumSplats
    self.extent = extent
    self.freeSpace = freeSpace
    self.seed = seed
  }

  /// Whether Gaussians are added and pruned after `iteration`, at a share `progress` of the run.
  package func densifies(after iteration: Int, progress: Double) -> Bool {
    progress < settings.end && iteration > settings.start && iteration % settings.interval == 0
  }

  /// Does what is due after `iteration`, at a share `progress` of the run.
  ///
  /// - Parameter wrongPixels: What each Gaussian shows of wrong pixels, on average over some views; nothing if that
  ///   is not to be asked.
  package func apply(
    to state: inout ModelState, iteration: Int, progress: Double, wrongPixels: [Float]? = nil
  ) {
    guard progress < settings.end else {
      if iteration % settings.interval == 0 { clearFreeSpace(&state) }
      return
    }
    if densifies(after: iteration, progress: progress) {
      densify(&state, iteration: iteration, wrongPixels: wrongPixels)
    }
    if iteration % settings.resetInterval == 0 { resetOpacities(&state) }
  }

  private enum Change {
    case clone
    case split
  }

  private func densify(
    _ state: inout ModelState, iteration: Int, wrongPixels: [Float]?
  ) {
    let prunesLarge = iteration > settings.resetInterval
    var kept: [Int32] = []
    var candidates: [(index: Int, change: Change, urgency: Float)] = []
    for index in 0..<state.count {
      let scale = state.largestScale(index)
      if state.opacity(index) < settings.pruneOpacity
        || (prunesLarge && scale > settings.pruneScale * extent)
        || freeSpace.contains(state.mean(index))
      {
        continue
      }
      kept.append(Int32(index))
      if let wrongPixels, wrongPixels[index] <= settings.wrongPixels { continue }
      let views = max(1, state.statistics[DensityStatistic.views, index])
      let gradient = state.statistics[DensityStatistic.gradient, index] / views
      let absolute = state.statistics[DensityStatistic.absoluteGradient, index] / views
      if scale <= settings.cloneScale * extent {
        if gradient >= settings.cloneGradient {
          candidates.append((index, .clone, gradient / settings.cloneGradient))
        }
      } else if absolute >= settings.splitGradient {
        candidates.append((index, .split, absolute / settings.splitGradient))
      }
    }
    // Either change adds one Gaussian; where there is no room for all, the steepest come first.
    let room = max(0, maximumSplats - kept.count)
    if candidates.count > room {
      candidates.sort { $0.urgency != $1.urgency ? $0.urgency > $1.urgency : $0.index < $1.index }
      candidates.removeLast(candidates.count - room)
      candidates.sort { $0.index < $1.index }
    }
    guard !candidates.isEmpty || kept.count < state.count else { return clearStatistics(&state) }
    // A model must not vanish, or there is nothing left to learn from.
    guard !kept.isEmpty else { return clearStatistics(&state) }

    let splits = candidates.filter { $0.change == .split }.map { Int32($0.index) }
    let isSplit = Set(splits)
    var sources = kept.filter { !isSplit.contains($0) }
    let survivors = sources.count
    sources += candidates.filter { $0.change == .clone }.map { Int32($0.index) }
    let firstChild = sources.count
    sources += splits.flatMap { [$0, $0] }
    let isFresh = sources.indices.map { $0 >= survivors }
    state.rearrange(sources: sources, isFresh: isFresh)
    var random = RandomSource(seed: seed, purpose: .split, position: UInt64(iteration))
    for index in firstChild..<state.count { scatterChild(&state, index, &random) }
    state.sortByPlace()
  }

  private func clearStatistics(_ state: inout ModelState) {
    state.statistics = ParameterBlocks(count: state.count, planes: DensityStatistic.count)
  }

  /// Turns a copy of a parent into a child: at a place drawn from the parent, and smaller.
  private func scatterChild(
    _ state: inout ModelState, _ index: Int, _ random: inout RandomSource
  ) {
    let offset = state.sample(index, &random)
    for axis in 0..<3 {
      state.splats.parameters[Plane.means + axis, index] += offset[axis]
      state.splats.parameters[Plane.logScales + axis, index] -= Float.log(settings.splitFactor)
    }
  }

  /// Takes away what has moved into free space.
  private func clearFreeSpace(_ state: inout ModelState) {
    guard !freeSpace.isEmpty else { return }
    let kept = (0..<state.count).filter { !freeSpace.contains(state.mean($0)) }
    guard kept.count < state.count, !kept.isEmpty else { return }
    state.rearrange(
      sources: kept.map { Int32($0) }, isFresh: [Bool](repeating: false, count: kept.count))
  }

  private func resetOpacities(_ state: inout ModelState) {
    for index in 0..<state.count {
      state.setOpacity(index, min(state.opacity(index), settings.resetOpacity))
    }
  }
}

extension ModelState {
  /// An offset from the mean drawn from a Gaussian's own distribution, in world units.
  func sample(_ index: Int, _ random: inout RandomSource) -> SIMD3<Float> {
    let p = splats.parameters
    let raw = Quaternion(
      w: p[Plane.rotations, index], x: p[Plane.rotations + 1, index],
      y: p[Plane.rotations + 2, index], z: p[Plane.rotations + 3, index])
    let length = max(raw.squaredNorm, 1e-30).squareRoot()
    let local = Vector3(
      Float.exp(p[Plane.logScales, index]) * random.normal(),
      Float.exp(p[Plane.logScales + 1, index]) * random.normal(),
      Float.exp(p[Plane.logScales + 2, index]) * random.normal())
    let turned = (raw * (1 / length)).rotationMatrix * local
    return SIMD3(turned.x, turned.y, turned.z)
  }
}
