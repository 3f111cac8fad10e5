/// The values at the two ends of a picture's colour scale.
struct ColorRange: Sendable, Equatable, Encodable {
  /// The value that is drawn darkest.
  var dark: Double
  /// The value that is drawn brightest.
  var bright: Double
}
