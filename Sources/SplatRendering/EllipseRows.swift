package import SplatCore

/// Where the ellipse of a Gaussian intersects the rows of the image; with ``Lanes``, the ellipses
/// of eight Gaussians.
///
/// At the height h, the offset of the row from the mean, the ellipse a dx² + 2b dx h + c h² = level
/// reaches from slope h - w to slope h + w, with slope = -b/a and w = sqrt(level/a (1 -
/// h²/extentY²)). This form avoids differences of large numbers, which would ruin thin ellipses in
/// single precision.
package struct EllipseRows<Number: Real>: Sendable {
  /// How far the middle of a row's interval moves with h.
  private let slope: Number
  /// Half the width at h = 0.
  private let rowExtent: Number
  private let extentY: Number
  /// 1 / extentY².
  private let inverseSquare: Number

  @inline(__always)
  package init(conicXX: Number, conicXY: Number, rowExtent: Number, extentY: Number) {
    slope = -conicXY / conicXX
    self.rowExtent = rowExtent
    self.extentY = extentY
    inverseSquare = Number(1) / (extentY * extentY)
  }

  /// Half the width at the height `h`; 0 outside the ellipse.
  @inline(__always)
  package func halfWidth(_ h: Number) -> Number {
    rowExtent * Number.maximum(Number(0), Number(1) - h * h * inverseSquare).squareRoot()
  }

  /// How far to the left and right of the mean the ellipse reaches between two heights.
  ///
  /// - Parameter rightmost: The height at which it reaches furthest to the right.
  @_transparent
  package func reach(from top: Number, to bottom: Number, rightmost: Number)
    -> (left: Number, right: Number)
  {
    let low = top.clamped(from: -extentY, to: extentY)
    let high = bottom.clamped(from: -extentY, to: extentY)
    // Both sides are convex, and the leftmost point is opposite the rightmost.
    let left = (-rightmost).clamped(from: low, to: high)
    let right = rightmost.clamped(from: low, to: high)
    return (slope * left - halfWidth(left), slope * right + halfWidth(right))
  }
}

extension EllipseRows<Float> {
  /// Where rows at the heights `h` enter and leave the ellipse, relative to the mean; for rows
  /// outside it, the start lies far beyond the end.
  @_transparent
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
}
