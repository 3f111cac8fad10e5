package import SplatCore

/// Where the ellipse of a Gaussian cuts the rows of the image.
///
/// At the height h over the mean, the ellipse a dx² + 2b dx h + c h² = level reaches from
/// slope h - w to slope h + w, with slope = -b/a and w = sqrt(level/a (1 - h²/extentY²)). This form has
/// no difference of large numbers, which thin ellipses would not survive in single precision.
package struct EllipseRows {
  /// How far the middle of a row's stretch moves with h.
  private let slope: Float
  /// Half the width at h = 0.
  private let rowExtent: Float
  /// 1 / extentY².
  private let inverseSquare: Float

  @inline(__always)
  package init(conicXX: Float, conicXY: Float, rowExtent: Float, extentY: Float) {
    slope = -conicXY / conicXX
    self.rowExtent = rowExtent
    inverseSquare = 1 / (extentY * extentY)
  }

  @inline(__always)
  package init(_ splat: ProjectedSplat) {
    self.init(
      conicXX: splat.conicXX, conicXY: splat.conicXY, rowExtent: splat.rowExtent,
      extentY: splat.extentY)
  }

  /// Half the width at the height `h`; 0 outside the ellipse.
  @inline(__always)
  package func halfWidth(_ h: Float) -> Float {
    rowExtent * max(0, 1 - h * h * inverseSquare).squareRoot()
  }

  /// Where rows at the heights `h` over the mean enter and leave the ellipse, seen from the mean;
  /// outside it the ends are far apart the other way round.
  @inline(__always)
  package func stretch(_ h: Lanes) -> (low: Lanes, high: Lanes) {
    let share = Lanes(1).addingProduct(h * h, Lanes(repeating: -inverseSquare))
    let half = Lanes.maximum(Lanes(0), share).squareRoot() * Lanes(repeating: rowExtent)
    let middle = h * Lanes(repeating: slope)
    // A row that touches the ellipse must not be lost to rounding.
    let isOutside = share .< Lanes(-0.001)
    let far = Lanes(1e30)
    return (
      (middle - half).replaced(by: far, where: isOutside),
      (middle + half).replaced(by: Lanes(0) - far, where: isOutside)
    )
  }

  /// How far to the left and right of the mean the ellipse of `splat`, which these are the rows of,
  /// reaches between two heights.
  @inline(__always)
  package func reach(of splat: ProjectedSplat, from top: Float, to bottom: Float)
    -> ClosedRange<Float>
  {
    let (extentX, extentY) = (splat.extentX, splat.extentY)
    // The height at which the ellipse reaches furthest to the right; to the left it is the opposite.
    let rightmost = -splat.conicXY / splat.conicYY * extentX
    let low = min(max(top, -extentY), extentY)
    let high = min(max(bottom, -extentY), extentY)
    let atLow = halfWidth(low)
    let atHigh = halfWidth(high)
    var right = max(slope * low + atLow, slope * high + atHigh)
    var left = min(slope * low - atLow, slope * high - atHigh)
    if low <= rightmost, rightmost <= high { right = extentX }
    if low <= -rightmost, -rightmost <= high { left = -extentX }
    return min(left, right)...right
  }
}
