import Foundation

/// Chooses how much smaller than asked for pictures are drawn while the camera moves.
///
/// A picture takes a fixed time, which goes to the Gaussians, and a time for each of its pixels. Both are
/// learnt from how the time changes with the size. There are few sizes to choose from, as the page makes
/// room anew for each.
package struct ResolutionControl: Sendable {
  /// The factor on both sides, ``smallest``...1.
  package private(set) var fraction = 0.5
  /// The seconds of a picture of no pixels, and what all pixels take besides.
  private var fixed = 0.0
  private var full: Double?
  private var last: (area: Double, seconds: Double)?

  /// Below this a picture shows too little to steer by.
  package static let smallest = 0.125
  /// How far one picture may move the area.
  private static let step = 0.5...1.6
  /// The weight of the newest time in what is learnt.
  private static let weight = 0.4
  /// However long the fixed part takes, pixels get this share of it: fewer would gain next to nothing.
  private static let leastShare = 0.5

  package init() {}

  /// Notes that a picture at `fraction` took `seconds` where `target` were wanted.
  package mutating func note(seconds: Double, fraction used: Double, target: Double) {
    let area = used * used
    learn(area: area, seconds: seconds)
    let forPixels = max(target - fixed, Self.leastShare * fixed)
    let wanted = forPixels / max(full ?? seconds / area, 1e-6)
    let held = min(max(wanted, area * Self.step.lowerBound), area * Self.step.upperBound)
    // The next smaller of 1, 2^-1/4, 2^-1/2, ..., with room for rounding.
    let place = (-2 * log2(held) - 1e-9).rounded(.up)
    fraction = min(max(exp2(-place / 4), Self.smallest), 1)
  }

  private mutating func learn(area: Double, seconds: Double) {
    if let last, abs(area - last.area) > 0.1 * max(area, last.area) {
      let slope = (seconds - last.seconds) / (area - last.area)
      // A negative slope is noise.
      if slope > 0 { full = full.map { $0 + (slope - $0) * Self.weight } ?? slope }
    }
    last = (area, seconds)
    // Until sizes have differed, all time is taken to go to pixels.
    guard let full else { return }
    let rest = max(0, seconds - min(full * area, seconds))
    fixed += (rest - fixed) * Self.weight
  }
}
