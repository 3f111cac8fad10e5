package import SplatCore

/// A Gaussian in the form that the kernels of a tile use; one cache line.
package struct TileGaussian: BitwiseCopyable, Sendable {
  /// With the mean relative to the tile's corner.
  package let exponent: PixelOpacity.Exponent<Float>
  let red: Float, green: Float, blue: Float
  let depth: Float
  /// The rest is as in ``ProjectedSplat``.
  let conicXX: Float
  let extentY: Float, rowExtent: Float
  let conicXY: Float, conicYY: Float
  let opacity: Float

  /// The Gaussian as the pixels of a tile see it.
  @inline(__always)
  package init(_ splat: ProjectedSplat, in tile: Subtiles) {
    // Eight members at a time; the conic replaces members that a tile does not need.
    let (front, back) = splat.halves
    let first = tile.corner.addingProduct(front, tile.exponentScale)
    let last = Lanes(
      back[0], back[1], front[2], back[3], back[4], front[3], front[4], back[7])
    self = unsafe unsafeBitCast((first, last), to: TileGaussian.self)
  }

  /// The colour in every lane.
  @inline(__always)
  var color: Vector3<Lanes> {
    Vector3(Lanes(repeating: red), Lanes(repeating: green), Lanes(repeating: blue))
  }

  /// The conic, in 1 / square pixels.
  var conic: SymmetricMatrix2<Float> {
    @inline(__always) get { SymmetricMatrix2(xx: conicXX, xy: conicXY, yy: conicYY) }
  }
}

extension PixelOpacity.Exponent: BitwiseCopyable where Scalar: BitwiseCopyable {}

extension PixelOpacity.Exponent<Lanes> {
  /// The same exponent in every lane.
  @inline(__always)
  package init(repeating exponent: PixelOpacity.Exponent<Float>) {
    meanX = Lanes(repeating: exponent.meanX)
    meanY = Lanes(repeating: exponent.meanY)
    xx = Lanes(repeating: exponent.xx)
    xy = Lanes(repeating: exponent.xy)
    yy = Lanes(repeating: exponent.yy)
    constant = Lanes(repeating: exponent.constant)
  }
}

extension SymmetricMatrix2<Lanes> {
  /// The same matrix in every lane.
  @inline(__always)
  package init(repeating matrix: SymmetricMatrix2<Float>) {
    self.init(
      xx: Lanes(repeating: matrix.xx), xy: Lanes(repeating: matrix.xy),
      yy: Lanes(repeating: matrix.yy))
  }
}
