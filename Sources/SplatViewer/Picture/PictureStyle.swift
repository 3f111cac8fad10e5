import SplatCore
import SplatPlatform
import SplatRendering

/// How a model is drawn.
package struct PictureStyle: Sendable, Equatable {
  /// What the picture shows at a pixel.
  package enum View: String, Sendable, CaseIterable {
    /// The model's colours over the background.
    case color
    /// The expected depth, nearest brightest.
    case depth
    /// The opacity.
    case alpha
    /// The number of Gaussians at the pixel, hidden ones included.
    case count
    /// The colour of the nearest Gaussian, each drawn as an opaque ellipsoid.
    case ellipsoids
  }

  /// What the picture shows.
  package var view = View.color
  /// The colour behind the model, display values of 0...1.
  package var background = SIMD3<Float>(0, 0, 0)
  /// Whether opacities compensate for the low-pass filter.
  package var isAntialiased = false
  /// Gaussians nearer than this are left out, in world units.
  package var nearPlane = RenderSettings().nearPlane
  /// The highest degree of the spherical harmonics.
  package var shDegree = RenderSettings().maximumSHDegree
  /// The factor on every Gaussian's size.
  package var splatScale: Float = 1
  /// Gaussians with a smaller opacity are left out.
  package var minimumOpacity: Float = 0

  package init() {}

  /// The number of standard deviations at which an ellipsoid ends.
  static let ellipsoidReach: Float = 1
  /// The factor on the size of the Gaussian whose core is drawn as the ellipsoid: the larger, the
  /// more even its opacity.
  static let ellipsoidWidening: Float = 1.6

  /// The transmittance at which counting stops: what single precision leaves of 1.
  static let countTransmittance: Float = 1e-7

  /// The settings of the renderer for this style.
  func renderSettings(threads: Int?) -> RenderSettings {
    var settings = RenderSettings()
    settings.background = background
    settings.isAntialiased = isAntialiased
    settings.nearPlane = nearPlane
    settings.maximumSHDegree = shDegree
    settings.threads = threads
    switch view {
    case .color: break
    case .depth: settings.includesDepth = true
    case .alpha: settings.background = .zero
    case .count:
      // Every Gaussian at a pixel then has the same opacity, so that the transmittance tells their
      // number.
      settings.maximumAlpha = settings.alphaThreshold
      settings.transmittanceThreshold = Self.countTransmittance
      settings.maximumSHDegree = 0
    case .ellipsoids:
      let end = Self.ellipsoidReach / Self.ellipsoidWidening
      settings.alphaThreshold = settings.maximumAlpha * expf(-0.5 * end * end)
      settings.isAntialiased = false
    }
    return settings
  }

  /// The adjustment of the model before it is drawn.
  var adjustment: SplatAdjustment {
    var adjustment = SplatAdjustment(scale: splatScale, minimumOpacity: minimumOpacity)
    if view == .ellipsoids {
      adjustment.scale *= Self.ellipsoidWidening
      adjustment.isOpaque = true
    }
    return adjustment
  }
}
