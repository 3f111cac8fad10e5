package import SplatCore

/// A Gaussian as the pixels of a tile see it; one cache line.
package struct TileGaussian: BitwiseCopyable, Sendable {
  /// With the mean seen from the tile's corner.
  package let shape: Compositing.Gaussian
  let red: Float, green: Float, blue: Float
  let depth: Float
  /// The rest is as in ``ProjectedSplat``.
  let conicXX: Float
  let extentY: Float, rowExtent: Float
  let conicXY: Float, conicYY: Float
  let opacity: Float

  /// - Parameter corner: what takes the mean to the tile's corner, in the first two lanes; 0 in the others.
  @inline(__always)
  package init(_ splat: ProjectedSplat, corner: Lanes) {
    // Eight members at a time, those of the conic in the places of such as a tile has no use for.
    let (front, back) = splat.halves
    let first = corner.addingProduct(front, Compositing.Gaussian.scale)
    let last = Lanes(
      back[0], back[1], front[2], back[3], back[4], front[3], front[4], back[7])
    self = unsafe unsafeBitCast((first, last), to: TileGaussian.self)
  }
}
