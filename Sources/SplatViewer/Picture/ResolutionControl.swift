import Foundation

/// Chooses how much smaller than asked for pictures are drawn while the camera moves.
///
/// The time of a picture is taken to be proportional to its pixels. It is not quite, as part of it goes to
/// the Gaussians whatever the size: growing by that rule is safe, and shrinking approaches the right size
/// over a few pictures. Where the fixed part alone takes too long, how the time changes with the size
/// tells when fewer pixels gain nothing. There are few sizes to choose from, as the page makes room anew
/// for each.
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
  /// However long the fixed part takes, pixels get this share of it besides.
  private static let leastShare = 0.5

  package init() {}

  /// Notes that a picture at `fraction` took `seconds` where `target` were wanted.
  package mutating func note(seconds: Double, fraction used: Double, target: Double) {
    let area = used * used
    learn(area: area, seconds: seconds)
    var wanted = area * target / max(seconds, 1e-6)
    if let full, wanted < area { wanted = max(wanted, Self.leastShare * fixed / full) }
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
