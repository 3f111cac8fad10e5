import SplatCore

/// A Gaussian's sums over the pixels of a tile, one partial sum in each lane.
struct TileMoments: BitwiseCopyable, Sendable {
  /// Of the weights times the gradient of the pixel's colour.
  private(set) var color = Vector3<Lanes>.zero
  private(set) var opacity = PixelOpacity.Moments<Lanes>()
  /// Of the magnitudes of the mean's gradient.
  private(set) var absoluteX = Lanes(0), absoluteY = Lanes(0)

  /// Adds eight pixels with the gradient `grad` = dL/d(ln α).
  @inline(__always)
  mutating func add(
    weight: Lanes, gradColor: Vector3<Lanes>, grad: Lanes, deltaX: Lanes, deltaY: Lanes
  ) {
    color = Blending.blended(color, weight: weight, color: gradColor)
    opacity.add(grad, deltaX: deltaX, deltaY: deltaY)
  }

  /// Adds the magnitudes of the mean's gradient at eight pixels.
  @inline(__always)
  mutating func addMagnitudes(_ magnitudes: (x: Lanes, y: Lanes)) {
    absoluteX += magnitudes.x
    absoluteY += magnitudes.y
  }

  /// The sums of the lanes.
  var totals: TileTotals {
    @inline(__always) get {
      TileTotals(
        first: Lanes.totals(
          opacity.x, opacity.y, opacity.xx, opacity.xy, opacity.yy, opacity.sum, color.x, color.y),
        // The fourth is not used; with a constant, the compiler would scalarise the vectors.
        last: Lanes.totals(color.z, absoluteX, absoluteY, absoluteY))
    }
  }
}

/// A Gaussian's sums over the pixels of a tile.
///
/// They go through memory, because the compiler scalarises sums of lanes that are then used one by
/// one.
struct TileTotals: BitwiseCopyable, Sendable {
  fileprivate let first: Lanes, last: SIMD4<Float>

  /// The gradient of the Gaussian that follows from these sums.
  @inline(__always)
  func gradient(of gaussian: TileGaussian) -> ProjectedGradient {
    var totals = PixelOpacity.Moments<Float>()
    (totals.x, totals.y, totals.sum) = (first[0], first[1], first[5])
    (totals.xx, totals.xy, totals.yy) = (first[2], first[3], first[4])
    let shape = PixelOpacity.backward(
      totals, conic: gaussian.conic, opacity: gaussian.opacity)
    return ProjectedGradient(
      meanAndConic: SIMD4(shape.meanX, shape.meanY, shape.conic.xx, shape.conic.xy),
      conicAndColor: SIMD4(shape.conic.yy, shape.opacity, first[6], first[7]),
      colorAndAbsolute: SIMD4(last.x, last.y, last.z, 0))
  }
}

extension PixelOpacity.Moments: BitwiseCopyable where Scalar: BitwiseCopyable {}
