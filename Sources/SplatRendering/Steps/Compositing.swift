package import SplatCore

/// Blends one Gaussian over eight neighbouring pixels of a row, front to back.
///
/// α = min(limit, opacity exp(-dᵀ Σ'⁻¹ d / 2)), weight = α T, T ← T (1 - α) (Kerbl et al. 2023,
/// equation 3). Forward and backward take each decision by the same instructions on the same numbers:
/// backward runs front to back as well and finds T by the same products.
///
/// The transmittance of a pixel that has stopped is kept with its sign set, so that it needs no mask.
package enum Compositing {
  /// What stays the same over the rows of a Gaussian.
  package struct Gaussian {
    /// The coefficient of dx² in log2 of the falloff.
    package let square: Lanes
    package let opacity: Lanes
    /// log2 e, times the conic: the falloff is computed as a power of two.
    let crossed: Float, rows: Float

    @inline(__always)
    package init(_ splat: ProjectedSplat) {
      let log2e: Float = 1.442_695
      square = Lanes(repeating: -0.5 * log2e * splat.conicXX)
      opacity = Lanes(repeating: splat.opacity)
      crossed = -log2e * splat.conicXY
      rows = -0.5 * log2e * splat.conicYY
    }

    /// What stays the same over a row, `deltaY` below the mean.
    @inline(__always)
    package func row(deltaY: Float) -> Row {
      Row(
        linear: Lanes(repeating: crossed * deltaY),
        constant: Lanes(repeating: rows * deltaY * deltaY))
    }
  }

  /// The coefficients of dx and 1 in log2 of the falloff along a row.
  package struct Row {
    let linear: Lanes
    let constant: Lanes
  }

  /// The limits that decisions are made by.
  package struct Limits: Sendable {
    let maximumAlpha: Lanes
    let alphaThreshold: Lanes
    let transmittanceThreshold: Lanes

    package init(_ settings: RenderSettings) {
      maximumAlpha = Lanes(repeating: settings.maximumAlpha)
      alphaThreshold = Lanes(repeating: settings.alphaThreshold)
      transmittanceThreshold = Lanes(repeating: settings.transmittanceThreshold)
    }
  }

  /// What a Gaussian does to eight pixels.
  package struct Blend {
    /// The opacity, 0 where it is below the threshold.
    package var alpha: Lanes
    /// The opacity before it was limited.
    package var unlimitedAlpha: Lanes
    /// α T, or 0 where the Gaussian does not count.
    package var weight: Lanes
    /// T after the Gaussian, with its sign set where the pixel has stopped.
    package var transmittance: Lanes
  }

  /// Returns what the Gaussian does at pixels `deltaX` to the right of its mean.
  @inline(__always)
  package static func forward(
    deltaX: Lanes, gaussian: Gaussian, row: Row, transmittance: Lanes, limits: Limits
  ) -> Blend {
    let slope = row.linear.addingProduct(gaussian.square, deltaX)
    var power = row.constant.addingProduct(slope, deltaX)
    let lowest = Lanes(-126)  // the smallest power of two that is a normal number
    power.replace(with: lowest, where: power .< lowest)
    let unlimited = gaussian.opacity * Lanes.exp2(power)
    var alpha = unlimited
    alpha.replace(with: limits.maximumAlpha, where: alpha .> limits.maximumAlpha)
    alpha.replace(with: Lanes(0), where: unlimited .< limits.alphaThreshold)
    var weight = alpha * transmittance
    var next = transmittance - weight
    let stops = next .<= limits.transmittanceThreshold
    weight.replace(with: Lanes(0), where: stops)
    next.replace(with: transmittance.negativeMagnitude, where: stops)
    return Blend(
      alpha: alpha, unlimitedAlpha: unlimited, weight: weight, transmittance: next)
  }

  /// Returns dL/dα times α: the gradient of the loss with respect to the logarithm of the opacity at
  /// the pixel, which is 0 where the limit or the threshold decides.
  ///
  /// `shade` is the Gaussian's colour times the gradient of the pixel's colour; `behind` is the same for
  /// all that is behind the Gaussian, the background included, as it reaches the eye, with the gradient
  /// of the pixel's alpha in it.
  @inline(__always)
  package static func backward(
    blend: Blend, shade: Lanes, behind: Lanes, limits: Limits
  ) -> Lanes {
    // L = weight * shade + behind, and behind is proportional to 1 - α.
    let through = Lanes(1) - blend.alpha
    var grad = (blend.weight * shade).addingProduct(
      Lanes(0) - behind, blend.alpha / through)
    grad.replace(with: Lanes(0), where: blend.weight .<= Lanes(0))
    grad.replace(with: Lanes(0), where: blend.unlimitedAlpha .> limits.maximumAlpha)
    return grad
  }
}
