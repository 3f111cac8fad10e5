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
  /// Which Gaussians of the model these are: all, unless several processes train it together.
  package internal(set) var shard: Shard

  /// The state at the start of a run.
  ///
  /// - Parameters:
  ///   - shard: Which Gaussians of the model `splats` are; all if it is nil.
  ///   - statisticPlanes: The number of statistics that the density control keeps for each
  ///     Gaussian.
  package init(
    _ splats: Splats, shard: Shard? = nil, statisticPlanes: Int = 0,
    photos: PhotoParameters = PhotoParameters()
  ) {
    self.shard = shard ?? Shard(total: splats.count)
    precondition(self.shard.range.count == splats.count, "the Gaussians are those of the shard")
    self.splats = splats
    moments = Moments(count: splats.count, planes: splats.parameters.planes)
    statistics = ParameterBlocks(count: splats.count, planes: statisticPlanes)
    self.photos = photos
  }

  /// The state at the start of a run: those of a model's Gaussians that belong to `shard` when all
  /// are in the order of their places.
  init(sortedByPlace splats: Splats, shard: Shard, statisticPlanes: Int, photos: PhotoParameters) {
    let order = MortonOrder.of(splats.parameters)
    var mine = splats
    mine.parameters = splats.parameters.gathered(Array(order[shard.range]))
    self.init(mine, shard: shard, statisticPlanes: statisticPlanes, photos: photos)
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

  /// The number of Gaussians that this process holds.
  package var count: Int { splats.count }

  /// Sets the statistics to zero.
  package mutating func clearStatistics() {
    statistics = ParameterBlocks(count: count, planes: statistics.planes)
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
