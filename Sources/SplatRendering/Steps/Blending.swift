package import SplatCore

/// Blends Gaussians over a pixel, front to back.
///
/// weight = α T, colour += weight c, T ← T (1 - α), until T would fall to a threshold (Kerbl et al.
/// 2023, equation 3). Backward runs front to back as well and takes each decision by the same
/// instructions on the same numbers: it finds T by the same products.
package enum Blending {
  /// The share of the light from behind that gets through, at one pixel.
  package struct Transmittance<Scalar: Real>: Sendable {
    /// The product of all 1 - α, which falls to the threshold or below where the pixel stops.
    package var product: Scalar
    /// The same before the Gaussian at which the pixel stopped.
    package var value: Scalar

    /// The transmittance as ``stored(limits:)`` gives it; 1 before the first Gaussian.
    @inline(__always)
    package init(stored: Scalar) { (product, value) = (stored, stored) }

    /// The transmittance with its sign set where the pixel has stopped, so that it needs no mask.
    /// It is never 0.
    @inline(__always)
    package func stored(limits: PixelLimits<Scalar>) -> Scalar {
      value.replaced(
        by: value.magnitude.negated, where: product.isAtMost(limits.transmittanceThreshold))
    }
  }

  /// Blends a Gaussian of opacity `alpha` behind those so far. Returns its weight, which is 0 where
  /// the pixel has stopped.
  @inline(__always)
  package static func forward<Scalar: Real>(
    alpha: Scalar, transmittance: inout Transmittance<Scalar>, limits: PixelLimits<Scalar>
  ) -> Scalar {
    let weight = alpha * transmittance.product  // (1)
    let product = transmittance.product.addingProduct(alpha.negated, transmittance.product)  // (2)
    transmittance.product = product
    // The comparison is written twice and compiled once: a mask that is used twice is scalarised.
    transmittance.value = transmittance.value.replaced(  // (3)
      by: product, where: limits.transmittanceThreshold.isLess(than: product))
    return weight.replaced(  // (3)
      by: Scalar(0), where: product.isAtMost(limits.transmittanceThreshold))
  }

  /// Returns `sum` plus the contribution of a Gaussian of this weight.
  @inline(__always)
  package static func blended<Scalar: Real>(
    _ sum: Vector3<Scalar>, weight: Scalar, color: Vector3<Scalar>
  ) -> Vector3<Scalar> {
    Vector3(  // (4)
      sum.x.addingProduct(weight, color.x), sum.y.addingProduct(weight, color.y),
      sum.z.addingProduct(weight, color.z))
  }

  /// Returns color · gradColor: how a Gaussian's weight changes the loss through the colour.
  @inline(__always)
  package static func gradWeight<Scalar: Real>(
    color: Vector3<Scalar>, gradColor: Vector3<Scalar>
  ) -> Scalar {
    (color.x * gradColor.x)  // (4)
      .addingProduct(color.y, gradColor.y)
      .addingProduct(color.z, gradColor.z)
  }

  /// Returns g = dL/d(ln α), the gradient with respect to the logarithm of the opacity that was
  /// blended.
  ///
  /// The gradient of the Gaussian's colour is `weight` times `gradColor` (4). Numbers in the margin
  /// name the line of forward being differentiated.
  ///
  /// - Parameters:
  ///   - weight: What forward returned.
  ///   - transmittance: The transmittance after forward.
  ///   - gradWeight: The gradient of the weight at a fixed transmittance, see
  ///     ``gradWeight(color:gradColor:)``; a loss of the depth adds depth gradDepth.
  ///   - suffix: What this Gaussian, those behind it and the background add to the loss where it is
  ///     linear in the pixel: Σ weight gradWeight, and for the background T (background · gradColor
  ///     - gradAlpha). This Gaussian's part is subtracted.
  @inline(__always)
  package static func backward<Scalar: Real>(
    weight: Scalar, transmittance: Transmittance<Scalar>, gradWeight: Scalar,
    suffix: inout Scalar
  ) -> Scalar {
    suffix = suffix.addingProduct(weight.negated, gradWeight)  // (4)
    // Everything behind is proportional to 1 - α, so dL/dα = T gradWeight - suffix / (1 - α) (1)
    // (2). Times α that is weight (gradWeight - suffix / T'), with T' = T (1 - α). Where a pixel
    // has stopped (3) the weight is 0 and T' is not.
    return weight * (gradWeight - suffix / transmittance.value)
  }
}
