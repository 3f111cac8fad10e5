import SplatCore

/// A change of the Gaussians of a model: some are left out, others are repeated and changed.
///
/// Indices are those of the model, whichever process holds a Gaussian.
struct Rearrangement {
  /// The former index of each Gaussian.
  var sources: [Int32]
  /// Whose moments start from zero.
  var isFresh: [Bool]
  /// The Gaussians that ``change`` may change, by their indices in ``sources``.
  var changed = 0..<0
  /// Changes the Gaussian at `index` of the state, a copy of its source, which is the one at
  /// `target` of ``sources``.
  var change: (_ state: inout ModelState, _ index: Int, _ target: Int) -> Void = { _, _, _ in }
}

extension ModelState {
  /// Replaces the Gaussians; all statistics start from zero.
  ///
  /// - Parameter sorts: Whether ``sortByPlace(among:)`` follows.
  mutating func rearrange(
    _ plan: Rearrangement, sorts: Bool = true, among ranks: (any Ranks)?
  ) {
    guard let ranks else {
      take(sources: plan.sources, isFresh: plan.isFresh)
      shard = shard.ofModel(total: count)
      for index in plan.changed { plan.change(&self, index, index) }
      if sorts { sortByPlace(among: nil) }
      return
    }
    // Make those whose sources are here.
    let owners = plan.sources.map { Int32(shard.owner(of: Int($0))) }
    let targets = plan.sources.indices.filter { Int(owners[$0]) == ranks.rank }
    let first = Int32(shard.range.lowerBound)
    take(
      sources: targets.map { plan.sources[$0] - first },
      isFresh: targets.map { plan.isFresh[$0] })
    for (index, target) in targets.enumerated() where plan.changed.contains(target) {
      plan.change(&self, index, target)
    }
    // Move them to the ranks that hold them from now on.
    move(from: owners, sorts: sorts, among: ranks)
  }

  /// Puts neighbours in space next to each other, so that most blocks are visible, or culled, as a
  /// whole.
  mutating func sortByPlace(among ranks: (any Ranks)?) {
    guard let ranks else {
      let order = MortonOrder.of(splats.parameters)
      splats.parameters = splats.parameters.gathered(order)
      moments.gather(order)
      statistics = statistics.gathered(order)
      return
    }
    let owners = (0..<ranks.count).flatMap {
      [Int32](repeating: Int32($0), count: shard.range(of: $0).count)
    }
    move(from: owners, sorts: true, among: ranks)
  }

  /// Replaces the Gaussians of this process by those at `sources`, which are its own indices.
  private mutating func take(sources: [Int32], isFresh: [Bool]) {
    splats.parameters = splats.parameters.gathered(sources)
    moments.gather(zip(sources, isFresh).map { $1 ? -1 : $0 })
    clearStatistics()
  }
}
