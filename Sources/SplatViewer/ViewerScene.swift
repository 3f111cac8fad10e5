public import SplatCore
public import SplatFiles

/// What a viewer shows besides the Gaussians.
public struct ViewerScene: Sendable {
  /// The title of the page.
  public var title: String
  /// The cameras that one can jump to.
  public var cameras: [NamedCamera]
  /// The names of the cameras whose photos are held out from training.
  public var testNames: Set<String>
  /// The camera that the page starts with.
  public var home: Camera
  /// The point that the camera turns around, in the world.
  public var center: SIMD3<Double>
  /// The upward direction in the world, of length 1.
  public var up: SIMD3<Double>
  /// The points of the overlay, in the world.
  public var points: [SIMD3<Float>]
  /// The background, display values of 0...1.
  public var background: SIMD3<Float>
  /// Whether pictures are drawn in antialiased mode.
  public var isAntialiased: Bool
  /// The near plane, in world units.
  public var nearPlane: Float
  /// The photo of a camera, by its index in ``cameras``; nil where there are no photos.
  public var photo: (@Sendable (Int) -> Photo?)?

  /// Creates a scene without cameras, points and photos.
  public init(title: String, home: Camera, center: SIMD3<Double>, up: SIMD3<Double>) {
    self.title = title
    self.home = home
    self.center = center
    self.up = up
    cameras = []
    testNames = []
    points = []
    background = .zero
    isAntialiased = false
    nearPlane = 0.01
  }
}
