package import SplatCore

/// Blends one Gaussian over sixteen pixels, front to back.
///
/// α = min(limit, opacity exp(-dᵀ Σ'⁻¹ d / 2)), weight = α T, T ← T (1 - α) (Kerbl et al. 2023,
/// equation 3). Forward and backward take each decision by the same instructions on the same numbers:
/// backward runs front to back as well and finds T by the same products.
///
/// The transmittance of a pixel that has stopped is kept with its sign set, so that it needs no mask. It
/// is never 0, not outside the image either.
package enum Compositing {
  /// What stays the same over the pixels of a Gaussian: the coefficients of dx², dx dy, dy² and 1 in log2
  /// of its opacity at a pixel.
  package struct Gaussian {
    let square: PixelLanes, crossed: PixelLanes, rows: PixelLanes
    let constant: PixelLanes

    @inline(__always)
    package init(_ splat: ProjectedSplat) {
      let log2e: Float = 1.442_695
      square = PixelLanes(repeating: -0.5 * log2e * splat.conicXX)
      crossed = PixelLanes(repeating: -log2e * splat.conicXY)
      rows = PixelLanes(repeating: -0.5 * log2e * splat.conicYY)
      constant = PixelLanes(repeating: splat.logOpacity)
    }
  }

  /// The limits that decisions are made by.
  package struct Limits: Sendable {
    let maximumAlpha: PixelLanes
    /// log2 of the opacity below which a Gaussian is left out at a pixel.
    let logThreshold: PixelLanes
    let transmittanceThreshold: PixelLanes

    package init(_ settings: RenderSettings) {
      maximumAlpha = PixelLanes(repeating: settings.maximumAlpha)
      logThreshold = PixelLanes(
        repeating: Float(Double.log(Double(settings.alphaThreshold)) / Double.log(2)))
      transmittanceThreshold = PixelLanes(repeating: settings.transmittanceThreshold)
    }
  }

  /// What a Gaussian does to sixteen pixels.
  package struct Blend {
    /// The opacity before it was limited.
    package var unlimitedAlpha: PixelLanes
    /// α T, or 0 where the Gaussian does not count.
    package var weight: PixelLanes
    /// T after the Gaussian, with its sign set where the pixel has stopped.
    package var transmittance: PixelLanes
  }

  /// Returns what the Gaussian does at pixels `deltaX` to the right of its mean and `deltaY` below.
  @inline(__always)
  package static func forward(
    deltaX: PixelLanes, deltaY: PixelLanes, gaussian: Gaussian, transmittance: PixelLanes,
    limits: Limits
  ) -> Blend {
    let slope = (gaussian.crossed * deltaY).addingProduct(gaussian.square, deltaX)
    let power = gaussian.constant.addingProduct(gaussian.rows * deltaY, deltaY)
      .addingProduct(slope, deltaX)
    let unlimited = PixelLanes.exp2(power)
    var alpha = unlimited
    alpha.replace(with: limits.maximumAlpha, where: alpha .> limits.maximumAlpha)
    // Far below the threshold the power is not one of two, but nothing of it is kept.
    alpha.replace(with: PixelLanes.zero, where: power .< limits.logThreshold)
    var weight = alpha * transmittance
    var next = transmittance.addingProduct(PixelLanes.zero - alpha, transmittance)
    let stops = next .<= limits.transmittanceThreshold
    weight.replace(with: PixelLanes.zero, where: stops)
    next.replace(with: transmittance.negativeMagnitude, where: stops)
    return Blend(unlimitedAlpha: unlimited, weight: weight, transmittance: next)
  }

  /// Returns dL/dα times α: the gradient of the loss with respect to the logarithm of the opacity at
  /// the pixel, which is 0 where the limit or the threshold decides.
  ///
  /// `shade` is the Gaussian's colour times the gradient of the pixel's colour; `behind` is the same for
  /// all that is behind the Gaussian, the background included, as it reaches the eye, with the gradient
  /// of the pixel's alpha in it.
  @inline(__always)
  package static func backward(
    blend: Blend, shade: PixelLanes, behind: PixelLanes, limits: Limits
  ) -> PixelLanes {
    // L = weight * shade + behind, and behind is proportional to 1 - α: the gradient is
    // weight * shade - behind * α / (1 - α), with α / (1 - α) = weight / T'. Where a pixel has stopped the
    // weight is 0 and T' is not.
    var grad = blend.weight * (shade - behind / blend.transmittance)
    grad.replace(with: PixelLanes.zero, where: blend.unlimitedAlpha .> limits.maximumAlpha)
    return grad
  }
}
