/// A visible Gaussian as the rasterizer sees it; one cache line.
package struct ProjectedSplat: BitwiseCopyable, Sendable {
  /// The projected mean, in pixels.
  package var meanX: Float, meanY: Float
  /// The inverse of the filtered covariance, in 1 / square pixels.
  package var conicXX: Float, conicXY: Float, conicYY: Float
  /// The opacity at the mean, with the antialiasing compensation where that is on.
  package var opacity: Float
  /// The colour seen from the camera, not below 0.
  package var red: Float, green: Float, blue: Float
  /// Camera z, world units.
  package var depth: Float
  /// Half the size of the box around the ellipse where the opacity reaches the threshold, in pixels.
  package var extentX: Float, extentY: Float
  /// Half the width of that ellipse in the row through the mean, in pixels.
  package var rowExtent: Float
  /// The factor that antialiasing puts on the opacity, whether it is on or not.
  package var compensation: Float
  /// The Gaussian's index in the scene.
  package var index: UInt32
  /// log2 of the opacity.
  package var logOpacity: Float
}

/// The gradient of one Gaussian's image quantities, as the rasterizer hands it back: 12 floats.
package enum ImageGradient {
  package static let meanX = 0, meanY = 1
  package static let conicXX = 2, conicXY = 3, conicYY = 4
  package static let opacity = 5
  package static let red = 6, green = 7, blue = 8
  /// Sums over pixels of the magnitudes of the mean's gradient (Ye et al., "AbsGS", 2024).
  package static let absoluteX = 9, absoluteY = 10
  package static let count = 12
}
