package import SplatCore

/// Blends one Gaussian over eight pixels, front to back.
///
/// α = min(limit, opacity exp(-dᵀ Σ'⁻¹ d / 2)), weight = α T, T ← T (1 - α) (Kerbl et al. 2023,
/// equation 3). Forward and backward take each decision by the same instructions on the same numbers:
/// backward runs front to back as well and finds T by the same products.
///
/// The transmittance of a pixel that has stopped is kept with its sign set, so that it needs no mask. It
/// is never 0, not outside the image either.
package enum Compositing {
  /// What a Gaussian's opacity at a pixel follows from: the coefficients of dx², dx dy, dy² and 1 in its
  /// log2. A ``ProjectedSplat`` has like numbers in the same order, which are to be multiplied by ``scale``.
  package struct Gaussian: BitwiseCopyable, Sendable {
    var meanX: Float, meanY: Float
    var square: Float, crossed: Float, rows: Float
    var constant: Float

    /// The factors of the members, and 1 for two numbers more.
    static let scale = Lanes(1, 1, -0.5 * log2e, -log2e, -0.5 * log2e, 1, 1, 1)
    private static let log2e: Float = 1.442_695
  }

  /// The limits that decisions are made by.
  package struct Limits: Sendable {
    let maximumAlpha: Lanes
    /// log2 of the opacity below which a Gaussian is left out at a pixel.
    let logThreshold: Lanes
    let transmittanceThreshold: Lanes

    package init(_ settings: RenderSettings) {
      maximumAlpha = Lanes(repeating: settings.maximumAlpha)
      logThreshold = Lanes(
        repeating: Float(Double.log(Double(settings.alphaThreshold)) / Double.log(2)))
      transmittanceThreshold = Lanes(repeating: settings.transmittanceThreshold)
    }

    /// The opacity that is blended.
    @inline(__always)
    package func limited(_ alpha: Lanes) -> Lanes { Lanes.minimum(maximumAlpha, alpha) }
  }

  /// What a Gaussian's opacity is at eight pixels.
  ///
  /// Returns α before it is limited, or 0 where it is below the threshold.
  @inline(__always)
  package static func opacity(
    deltaX: Lanes, deltaY: Lanes, gaussian: Gaussian, limits: Limits
  ) -> Lanes {
    let slope = (Lanes(repeating: gaussian.crossed) * deltaY)
      .addingProduct(Lanes(repeating: gaussian.square), deltaX)
    let power = Lanes(repeating: gaussian.constant)
      .addingProduct(Lanes(repeating: gaussian.rows) * deltaY, deltaY)
      .addingProduct(slope, deltaX)
    var alpha = Lanes.exp2(power)
    // Far below the threshold the power is not one of two, but nothing of it is kept.
    alpha.replace(with: Lanes(0), where: power .< limits.logThreshold)
    return alpha
  }

  /// What is left of the light at eight pixels.
  package struct Rest {
    /// The product of all 1 - α, which falls to the threshold and below where a pixel stops.
    var running: Lanes
    /// The same before the Gaussian at which a pixel stopped.
    var kept: Lanes

    /// The transmittance as it is stored: with its sign set where the pixel has stopped.
    @inline(__always)
    package init(stored: Lanes) { (running, kept) = (stored, stored) }

    /// Puts a Gaussian of opacity `alpha` in front of what is behind, and returns its weight α T, which
    /// is 0 where the pixel has stopped.
    @inline(__always)
    package mutating func blend(_ alpha: Lanes, limits: Limits) -> Lanes {
      var weight = alpha * running
      running = running.addingProduct(alpha.negated, running)
      // Two comparisons, of which one is made: a mask that is used twice is taken apart.
      weight.replace(with: Lanes(0), where: running .<= limits.transmittanceThreshold)
      kept.replace(with: running, where: running .> limits.transmittanceThreshold)
      return weight
    }

    /// The transmittance to store.
    @inline(__always)
    package func stored(limits: Limits) -> Lanes {
      kept.replaced(
        by: kept.negativeMagnitude, where: running .<= limits.transmittanceThreshold)
    }
  }

  /// Returns dL/dα times α: the gradient of the loss with respect to the logarithm of the opacity at
  /// the pixel, which is 0 where the limit or the threshold decides.
  ///
  /// `shade` is the Gaussian's colour times the gradient of the pixel's colour; `behind` is the same for
  /// all that is behind the Gaussian, the background included, as it reaches the eye, with the gradient
  /// of the pixel's alpha in it.
  @inline(__always)
  package static func backward(
    weight: Lanes, unlimitedAlpha: Lanes, rest: Rest, shade: Lanes, behind: Lanes, limits: Limits
  ) -> Lanes {
    // L = weight * shade + behind, and behind is proportional to 1 - α: the gradient is
    // weight * shade - behind * α / (1 - α), with α / (1 - α) = weight / T'. Where a pixel has stopped the
    // weight is 0 and T' is not.
    var grad = weight * (shade - behind / rest.kept)
    grad.replace(with: Lanes(0), where: unlimitedAlpha .> limits.maximumAlpha)
    return grad
  }
}
