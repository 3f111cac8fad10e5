import SplatCore

/// What is done with Gaussians at the pixels of a tile.
protocol TileKernel {
  /// Prepares for the Gaussian at `index` of the batch.
  func prepare(index: Int)
  /// Takes the Gaussians of the batch whose bits are set in `hits` over a subtile, in order.
  mutating func blend(subtile: Int, hits: UInt64)
  /// Completes the Gaussian at `index` of the batch, which is `entry` of the lists.
  func finish(index: Int, entry: Int)
  /// Passes over a Gaussian that reaches no subtile, or only such as have stopped.
  func skip(entry: Int)
}
