import SplatCore

/// An operation on the Gaussians at the pixels of a tile.
protocol TileKernel {
  /// Prepares for the Gaussian at `index` of the batch.
  func prepare(index: Int)
  /// Applies the Gaussians of the batch whose bits are set in `hits` to a subtile, in order.
  mutating func blend(subtile: Int, hits: UInt64)
  /// Completes the Gaussian at `index` of the batch, which is at `entry` of the lists.
  func finish(index: Int, entry: Int)
  /// Skips a Gaussian that reaches no subtile, or only subtiles that have stopped.
  func skip(entry: Int)
}
