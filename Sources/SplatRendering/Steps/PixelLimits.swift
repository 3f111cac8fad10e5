package import SplatCore

/// The limits that decide what is blended at a pixel.
package struct PixelLimits<Scalar: Real>: Sendable {
  /// The largest opacity that one Gaussian can have at a pixel.
  package let maximumAlpha: Scalar
  /// The binary logarithm of the opacity below which a Gaussian is left out at a pixel.
  package let logThreshold: Scalar
  /// A pixel stops before its transmittance would fall to this or below.
  package let transmittanceThreshold: Scalar

  /// Takes the limits from `settings`.
  package init(_ settings: RenderSettings) {
    maximumAlpha = Scalar(Double(settings.maximumAlpha))
    logThreshold = Scalar(
      Double.log(Double(settings.alphaThreshold)) * Double.log2e)
    transmittanceThreshold = Scalar(Double(settings.transmittanceThreshold))
  }
}
