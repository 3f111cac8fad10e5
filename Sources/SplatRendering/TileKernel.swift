import SplatCore

/// An operation on the Gaussians at the pixels of a tile, front to back.
protocol TileKernel {
  /// Applies the Gaussians of the batch whose bits are set in `hits` to a subtile, in order.
  ///
  /// - Returns: Those of them that a later walk has to visit.
  mutating func blend(subtile: Int, hits: UInt64) -> UInt64
}
