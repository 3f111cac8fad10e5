package import SplatCore

/// Everything about the Gaussians that an iteration changes.
package struct ModelState: Sendable, Equatable {
  /// The Gaussians.
  package var splats: Splats
  /// Adam's moments of their parameters.
  package var moments: Moments
  /// What densification is decided by.
  package var statistics: ParameterBlocks

  package init(_ splats: Splats) {
    self.splats = splats
    moments = Moments(count: splats.count, planes: splats.parameters.planes)
    statistics = ParameterBlocks(count: splats.count, planes: DensityStatistic.count)
  }

  package var count: Int { splats.count }

  /// Puts the Gaussians in a new order, in which some may be left out and others occur again.
  ///
  /// `sources` gives the former place of each, and `isFresh` says whose moments start from zero. The
  /// statistics start from zero for all.
  package mutating func rearrange(sources: [Int32], isFresh: [Bool]) {
    splats.parameters = splats.parameters.gathered(sources)
    moments.gather(zip(sources, isFresh).map { $1 ? -1 : $0 })
    statistics = ParameterBlocks(count: sources.count, planes: DensityStatistic.count)
  }

  /// Puts neighbours in space next to each other, so that blocks are seen, or not, as a whole.
  package mutating func sortByPlace() {
    let order = MortonOrder.of(splats.parameters)
    splats.parameters = splats.parameters.gathered(order)
    moments.gather(order)
    statistics = statistics.gathered(order)
  }

  /// The centre of a Gaussian, in world units.
  package func mean(_ index: Int) -> SIMD3<Float> {
    let p = splats.parameters
    return SIMD3(p[Plane.means, index], p[Plane.means + 1, index], p[Plane.means + 2, index])
  }

  /// The opacity of a Gaussian after the logistic function.
  package func opacity(_ index: Int) -> Float {
    1 / (1 + Float.exp(-splats.parameters[Plane.opacityLogit, index]))
  }

  /// The largest standard deviation of a Gaussian, in world units.
  package func largestScale(_ index: Int) -> Float {
    let p = splats.parameters
    return Float.exp(
      max(
        p[Plane.logScales, index], p[Plane.logScales + 1, index], p[Plane.logScales + 2, index]))
  }

  /// Writes an opacity and forgets its moments.
  package mutating func setOpacity(_ index: Int, _ opacity: Float) {
    splats.parameters[Plane.opacityLogit, index] = Float.log(opacity / (1 - opacity))
    moments.resetOpacity(index)
  }
}

/// The planes of ``ModelState/statistics``, summed over the views since the last round.
package enum DensityStatistic {
  /// The length of the projected mean's gradient, in normalised device units.
  package static let gradient = 0
  /// The same of the absolute gradient.
  package static let absoluteGradient = 1
  /// The number of views in which the Gaussian was visible.
  package static let views = 2
  package static let count = 3
}
