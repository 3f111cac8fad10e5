package import SplatCore

/// The opacity of a Gaussian at a pixel, from its conic and its opacity at the mean.
///
/// α = min(αmax, o exp(-½ dᵀ Σ'⁻¹ d)), where d is the pixel's centre minus the mean, and 0 where
/// o exp(...) is below the threshold (Kerbl et al. 2023, equation 4 and the released code).
///
/// Backward takes g = dL/d(ln α) of each pixel. The gradients of mean, conic and opacity follow
/// from the moments of g about the mean, which are summed over pixels first.
package enum PixelOpacity {
  /// The binary logarithm of the opacity as a polynomial of d:
  /// constant + xx dx² + xy dx dy + yy dy².
  package struct Exponent<Scalar: Real>: Sendable {
    /// The projected mean, in pixels.
    package var meanX: Scalar, meanY: Scalar
    /// The coefficients of the quadratic form.
    package var xx: Scalar, xy: Scalar, yy: Scalar
    /// The binary logarithm of the opacity at the mean.
    package var constant: Scalar

    /// The exponent of a Gaussian with this conic, whose opacity has the binary logarithm
    /// `logOpacity`.
    package init(
      meanX: Scalar, meanY: Scalar, conic: SymmetricMatrix2<Scalar>, logOpacity: Scalar
    ) {
      self.meanX = meanX
      self.meanY = meanY
      xx = Scalar(-0.5 * Double.log2e) * conic.xx  // (1)
      xy = Scalar(-Double.log2e) * conic.xy  // (1)
      yy = Scalar(-0.5 * Double.log2e) * conic.yy  // (1)
      constant = logOpacity  // (1)
    }
  }

  /// Returns α before it is limited, or 0 where it is below the threshold.
  ///
  /// - Parameters:
  ///   - deltaX: The pixel's centre minus the mean, in pixels.
  ///   - deltaY: The same along the other axis.
  @inline(__always)
  package static func forward<Scalar: Real>(
    _ exponent: Exponent<Scalar>, deltaX: Scalar, deltaY: Scalar, limits: PixelLimits<Scalar>
  ) -> Scalar {
    let slope = (exponent.xy * deltaY).addingProduct(exponent.xx, deltaX)  // (2)
    let power = exponent.constant  // (2)
      .addingProduct(exponent.yy * deltaY, deltaY)
      .addingProduct(slope, deltaX)
    let alpha = Scalar.exp2(power)  // (3)
    // Far below the threshold `exp2` is out of its range, but its result is discarded.
    return alpha.replaced(by: Scalar(0), where: power.isLess(than: limits.logThreshold))  // (4)
  }

  /// Returns the opacity that is blended, from what ``forward(_:deltaX:deltaY:limits:)`` returned.
  @inline(__always)
  package static func limited<Scalar: Real>(_ alpha: Scalar, limits: PixelLimits<Scalar>) -> Scalar
  {
    alpha.limited(to: limits.maximumAlpha)  // (5)
  }

  /// Returns g = dL/d(ln α) before the limit, from the one after it: where the limit acts, α is a
  /// constant.
  @inline(__always)
  package static func limitedBackward<Scalar: Real>(
    _ grad: Scalar, alpha: Scalar, limits: PixelLimits<Scalar>
  ) -> Scalar {
    grad.replaced(by: Scalar(0), where: limits.maximumAlpha.isLess(than: alpha))  // (5)
  }

  /// Sums over pixels of g, times powers of d.
  package struct Moments<Scalar: Real>: Sendable {
    package var sum: Scalar
    package var x: Scalar, y: Scalar
    package var xx: Scalar, xy: Scalar, yy: Scalar

    /// Moments of no pixels.
    @inline(__always)
    package init() {
      let zero = Scalar(0)
      (sum, x, y, xx, xy, yy) = (zero, zero, zero, zero, zero, zero)
    }

    /// Adds a pixel with the gradient `grad` = dL/d(ln α), which is 0 where the threshold acts (4).
    ///
    /// ln α is a polynomial of d (2) (3): these are its derivatives with respect to the
    /// coefficients, and the dx and dy moments are for the mean.
    @inline(__always)
    package mutating func add(_ grad: Scalar, deltaX: Scalar, deltaY: Scalar) {
      let (gradX, gradY) = (grad * deltaX, grad * deltaY)
      sum += grad
      x += gradX
      y += gradY
      xx = xx.addingProduct(gradX, deltaX)
      xy = xy.addingProduct(gradX, deltaY)
      yy = yy.addingProduct(gradY, deltaY)
    }
  }

  /// The gradients that ``backward(_:conic:opacity:)`` returns.
  package struct Gradients<Scalar: Real>: Sendable {
    package var meanX: Scalar, meanY: Scalar
    package var conic: SymmetricMatrix2<Scalar>
    package var opacity: Scalar
  }

  /// Returns the gradients of the mean, the conic and the opacity from the moments of all pixels.
  ///
  /// Numbers in the margin name the line of forward being differentiated.
  @inline(__always)
  package static func backward<Scalar: Real>(
    _ moments: Moments<Scalar>, conic: SymmetricMatrix2<Scalar>, opacity: Scalar
  ) -> Gradients<Scalar> {
    let half = Scalar(-0.5)
    return Gradients(
      meanX: conic.xx * moments.x + conic.xy * moments.y,  // (2) d falls as the mean moves right
      meanY: conic.xy * moments.x + conic.yy * moments.y,  // (2)
      conic: SymmetricMatrix2(  // (1) (2)
        xx: half * moments.xx, xy: -moments.xy, yy: half * moments.yy),
      opacity: moments.sum / opacity)  // (1) (3)
  }

  /// The magnitudes of the mean's gradient at one pixel; densification uses their sums over pixels
  /// (Ye et al., "AbsGS", 2024).
  @inline(__always)
  package static func meanGradientMagnitudes<Scalar: Real>(
    _ grad: Scalar, deltaX: Scalar, deltaY: Scalar, conic: SymmetricMatrix2<Scalar>
  ) -> (x: Scalar, y: Scalar) {
    let (gradX, gradY) = (grad * deltaX, grad * deltaY)
    return (
      (conic.xx * gradX).addingProduct(conic.xy, gradY).magnitude,
      (conic.xy * gradX).addingProduct(conic.yy, gradY).magnitude
    )
  }
}
