import SplatRendering

/// The Gaussians of a model that one of several ranks holds.
///
/// Ranks hold consecutive ranges of whole chunks of the projection, in the order of the scene: what
/// they find, one after another, is then in the order that a single process would find it in.
package struct Shard: Equatable, Sendable {
  /// Which rank it is, and of how many.
  package let rank: Int, ranks: Int
  /// The number of Gaussians of the model.
  package let total: Int

  package init(rank: Int = 0, of ranks: Int = 1, total: Int) {
    (self.rank, self.ranks, self.total) = (rank, ranks, total)
  }

  /// The shard of this process of a model of `total` Gaussians.
  init(_ ranks: (any Ranks)?, total: Int) {
    self.init(rank: ranks?.rank ?? 0, of: ranks?.count ?? 1, total: total)
  }

  /// The same rank's shard of a model of `total` Gaussians.
  func ofModel(total: Int) -> Shard { Shard(rank: rank, of: ranks, total: total) }

  private var chunks: Int { (total + Projection.chunkSize - 1) / Projection.chunkSize }

  /// The Gaussians of a rank, by their indices in the scene.
  package func range(of rank: Int) -> Range<Int> {
    func start(_ rank: Int) -> Int { min(total, chunks * rank / ranks * Projection.chunkSize) }
    return start(rank)..<start(rank + 1)
  }

  /// The Gaussians of this rank, by their indices in the scene.
  package var range: Range<Int> { range(of: rank) }

  /// The number of Gaussians of each rank.
  package var counts: [Int] { (0..<ranks).map { range(of: $0).count } }

  /// The rank that holds the Gaussian at `index` of the scene.
  package func owner(of index: Int) -> Int {
    // The last rank r for which chunks * r / ranks, rounded down, is at most the chunk.
    ((index / Projection.chunkSize + 1) * ranks - 1) / chunks
  }
}
