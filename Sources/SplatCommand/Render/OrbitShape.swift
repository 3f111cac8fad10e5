/// What is known of an orbit's shape before its model is looked at.
struct OrbitShape: Equatable {
  /// The upward direction, of length 1.
  var up: SIMD3<Double>?
  /// The point to look at, in world units.
  var center: SIMD3<Double>?
  /// The distance from the centre, in world units.
  var radius: Double?
  /// The angle above the horizon, radians.
  var elevation: Double?
}
