import Foundation
import SplatCore
import SplatRendering

/// How a picture is drawn, besides the model and the camera.
package struct PictureStyle: Sendable, Equatable {
  /// What the picture shows at a pixel.
  package enum View: String, Sendable, CaseIterable {
    /// The model's colours over the background.
    case color
    /// The expected depth, nearest brightest.
    case depth
    /// The opacity.
    case alpha
    /// The number of Gaussians that reach the pixel, hidden ones included.
    case count
    /// The colour of the nearest Gaussian, each drawn as an opaque ellipsoid.
    case ellipsoids
  }

  /// What the picture shows.
  package var view = View.color
  /// The colour behind the model, display values of 0...1.
  package var background = SIMD3<Float>(0, 0, 0)
  /// Whether opacities make up for the low-pass filter.
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
  /// How much wider the Gaussian is whose core is drawn as the ellipsoid: the wider, the flatter.
  static let ellipsoidWidening: Float = 1.6

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
      // Every Gaussian that reaches the threshold then takes the same share of the light, so that the
      // light that is left tells their number.
      settings.maximumAlpha = settings.alphaThreshold
      settings.transmittanceThreshold = 1e-7
      settings.maximumSHDegree = 0
    case .ellipsoids:
      let end = Self.ellipsoidReach / Self.ellipsoidWidening
      settings.alphaThreshold = settings.maximumAlpha * expf(-0.5 * end * end)
      settings.isAntialiased = false
    }
    return settings
  }

  /// What has to be done to the model before it is drawn.
  var adjustment: SplatAdjustment {
    var adjustment = SplatAdjustment(scale: splatScale, minimumOpacity: minimumOpacity)
    if view == .ellipsoids {
      adjustment.scale *= Self.ellipsoidWidening
      adjustment.isOpaque = true
    }
    return adjustment
  }
}
