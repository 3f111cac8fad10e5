/// A Gaussian as the pixels of a tile see it; one cache line.
struct TileGaussian: BitwiseCopyable, Sendable {
  /// With the mean seen from the tile's corner.
  let shape: Compositing.Gaussian
  let red: Float, green: Float, blue: Float
  let depth: Float
  /// The rest is as in ``ProjectedSplat``.
  let opacity: Float
  let conicXX: Float, conicXY: Float, conicYY: Float
  let rowExtent: Float, extentY: Float

  @inline(__always)
  init(_ splat: ProjectedSplat, of tile: TileBlocks) {
    shape = Compositing.Gaussian(
      splat, originX: Float(tile.originX), originY: Float(tile.originY))
    (red, green, blue, depth) = (splat.red, splat.green, splat.blue, splat.depth)
    opacity = splat.opacity
    (conicXX, conicXY, conicYY) = (splat.conicXX, splat.conicXY, splat.conicYY)
    (rowExtent, extentY) = (splat.rowExtent, splat.extentY)
  }
}
