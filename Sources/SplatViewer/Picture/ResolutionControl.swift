/// Chooses how much smaller than asked for pictures are drawn while the camera moves.
///
/// The time of a picture is taken to be proportional to its pixels, which it is not quite: the choice
/// approaches the right one over a few pictures.
package struct ResolutionControl: Sendable {
  /// The factor on both sides, ``smallest``...1.
  package private(set) var fraction = 0.5

  /// Below this a picture shows too little to steer by.
  package static let smallest = 0.125
  /// How far one picture may move the area.
  private static let step = 0.5...1.6

  package init() {}

  /// Notes that a picture at `fraction` took `seconds` where `target` were wanted.
  package mutating func note(seconds: Double, fraction used: Double, target: Double) {
    let ratio = target / max(seconds, 1e-6)
    let held = min(max(ratio, Self.step.lowerBound), Self.step.upperBound)
    let wanted = used * held.squareRoot()
    fraction = min(max(wanted, Self.smallest), 1)
  }
}
