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

extension TileKernel {
  /// Hands the opacities of the Gaussians in `hits` at a subtile's pixels to `body`, before they
  /// are limited.
  @inline(__always)
  func findOpacities(
    _ memory: TileMemory.Part, subtile: Int, hits: UInt64, limits: PixelLimits<Lanes>,
    _ body: (_ order: Int, _ alpha: Lanes) -> Void
  ) {
    let (x, y) = (memory.planes[TilePlanes.x, subtile], memory.planes[TilePlanes.y, subtile])
    for (order, index) in SetBits(hits) {
      let exponent = PixelOpacity.Exponent<Lanes>(repeating: memory.batch[index].exponent)
      body(
        order,
        PixelOpacity.forward(
          exponent, deltaX: x - exponent.meanX, deltaY: y - exponent.meanY, limits: limits))
    }
  }
}
