package import SplatCore

/// The limits by which the decisions at a pixel are made.
package struct PixelLimits<Scalar: Real>: Sendable {
  /// The largest opacity that one Gaussian has at a pixel.
  package let maximumAlpha: Scalar
  /// The binary logarithm of the opacity below which a Gaussian is left out at a pixel.
  package let logThreshold: Scalar
  /// A pixel stops before its transmittance would come down to this.
  package let transmittanceThreshold: Scalar

  /// Takes the limits from `settings`.
  package init(_ settings: RenderSettings) {
    maximumAlpha = Scalar(Double(settings.maximumAlpha))
    logThreshold = Scalar(
      Double.log(Double(settings.alphaThreshold)) * Double.log2e)
    transmittanceThreshold = Scalar(Double(settings.transmittanceThreshold))
  }
}
