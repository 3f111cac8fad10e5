/// What a picture depends on besides the scene and the camera.
///
/// The thresholds are those of Kerbl et al., "3D Gaussian Splatting for Real-Time Radiance Field
/// Rendering", 2023, as released.
public struct RenderSettings: Sendable, Equatable {
  /// The colour behind the scene, display values of 0...1.
  public var background = SIMD3<Float>(0, 0, 0)
  /// Gaussians whose camera z is at most this are left out, in world units.
  public var nearPlane: Float = 0.01
  /// Gaussians whose camera z is at least this are left out, in world units.
  public var farPlane: Float = 1e10
  /// The variance of the low-pass filter that widens Gaussians in the image, in square pixels.
  public var filterVariance: Float = 0.3
  /// Whether opacities compensate for the low-pass filter, so that the scene looks the same at any
  /// resolution (Yu et al., "Mip-Splatting", 2024, its two-dimensional filter).
  public var isAntialiased = false
  /// Whether the expected depth is rendered too.
  public var includesDepth = false
  /// The highest SH degree used; a model of lower degree is drawn with its own.
  public var maximumSHDegree = 4
  /// The number of threads, or as many as there are cores. It never changes the picture.
  public var threads: Int?

  /// The largest opacity that one Gaussian can have at a pixel.
  public var maximumAlpha: Float = 0.99
  /// Below this opacity a Gaussian is left out at a pixel. A Gaussian extends to where its opacity
  /// falls to this.
  public var alphaThreshold: Float = 1 / 255
  /// A pixel stops before its transmittance would fall to this or below.
  public var transmittanceThreshold: Float = 1e-4

  /// Which Gaussians are left out while training.
  package var dropout = Dropout.none

  /// Creates the settings of the 3DGS release, with a near plane at 0.01.
  public init() {}
}
