public import SplatCore
public import SplatFiles

/// What a viewer shows besides the Gaussians.
public struct ViewerScene: Sendable {
  /// What the page is titled.
  public var title: String
  /// The cameras that one can jump to.
  public var cameras: [NamedCamera]
  /// The names of those whose photos are not trained on.
  public var testNames: Set<String>
  /// The camera that is looked through first.
  public var home: Camera
  /// The point that the camera turns around, in the world.
  public var center: SIMD3<Double>
  /// The direction that is up in the world, of length 1.
  public var up: SIMD3<Double>
  /// The points of the overlay, in the world.
  public var points: [SIMD3<Float>]
  /// The background, display values of 0...1.
  public var background: SIMD3<Float>
  /// Whether pictures are drawn in antialiased mode.
  public var isAntialiased: Bool
  /// The near plane, in world units.
  public var nearPlane: Float
  /// The photo of a camera by its place in ``cameras``, where there are photos.
  public var photo: (@Sendable (Int) -> Photo?)?

  /// Creates a scene without known cameras.
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
