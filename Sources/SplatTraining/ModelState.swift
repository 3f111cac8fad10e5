package import SplatCore

/// All state that an iteration changes.
package struct ModelState: Sendable, Equatable {
  /// The Gaussians.
  package var splats: Splats
  /// Adam's moments of their parameters.
  package var moments: Moments
  /// The statistics of the density control for each Gaussian since its last round.
  package var statistics: ParameterBlocks
  /// The parameters of the photos.
  package var photos: PhotoParameters

  /// The state at the start of a run.
  ///
  /// - Parameter statisticPlanes: The number of statistics that the density control keeps for each
  ///   Gaussian.
  package init(
    _ splats: Splats, statisticPlanes: Int = 0, photos: PhotoParameters = PhotoParameters()
  ) {
    self.splats = splats
    moments = Moments(count: splats.count, planes: splats.parameters.planes)
    statistics = ParameterBlocks(count: splats.count, planes: statisticPlanes)
    self.photos = photos
  }

  /// The tables with a column for each Gaussian. Together with ``photoTables``, they are what a
  /// checkpoint keeps.
  static var splatTables: [WritableKeyPath<ModelState, ParameterBlocks>] {
    [
      \.splats.parameters, \.moments.firstBase, \.moments.secondBase, \.moments.firstRest,
      \.moments.secondRest, \.statistics,
    ]
  }

  /// The tables with a column for each photo.
  static var photoTables: [WritableKeyPath<ModelState, ParameterBlocks>] {
    [\.photos.values, \.photos.first, \.photos.second, \.photos.steps]
  }

  package var count: Int { splats.count }

  /// Reorders the Gaussians; some may be left out and others repeated.
  ///
  /// `sources` has the former index of each, and `isFresh` says whose moments start from zero. All
  /// statistics start from zero.
  package mutating func rearrange(sources: [Int32], isFresh: [Bool]) {
    splats.parameters = splats.parameters.gathered(sources)
    moments.gather(zip(sources, isFresh).map { $1 ? -1 : $0 })
    clearStatistics()
  }

  /// Sets the statistics to zero.
  package mutating func clearStatistics() {
    statistics = ParameterBlocks(count: count, planes: statistics.planes)
  }

  /// Puts neighbours in space next to each other, so that most blocks are visible, or culled, as a
  /// whole.
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
    Logistic.forward(splats.parameters[Plane.opacityLogit, index])
  }

  /// The largest standard deviation of a Gaussian, in world units.
  package func largestScale(_ index: Int) -> Float {
    let p = splats.parameters
    return Float.exp(
      max(
        p[Plane.logScales, index], p[Plane.logScales + 1, index], p[Plane.logScales + 2, index]))
  }

  /// Writes an opacity and resets its moments.
  package mutating func setOpacity(_ index: Int, _ opacity: Float) {
    splats.parameters[Plane.opacityLogit, index] = Logistic.inverse(opacity)
    moments.resetOpacity(index)
  }
}

extension ModelState {
  /// The tables of the Gaussians during a step, in which each block is changed by one thread.
  package struct View: Sendable {
    package let model: ParameterView
    package let moments: Moments.View
    package let statistics: ParameterView
  }

  /// Lends the tables to `body`.
  @inline(__always)
  package mutating func withView(_ body: (View) -> Void) {
    splats.parameters.withView { model in
      moments.withView { moments in
        statistics.withView { statistics in
          body(View(model: model, moments: moments, statistics: statistics))
        }
      }
    }
  }
}
